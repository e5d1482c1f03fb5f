import { BlockList, isIP } from "node:net";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { isPublicAddress } from "../src/net/address.ts";
import { networkOf } from "../src/net/network.ts";

/**
 * The network that a request comes from: an IPv4 address, or the first half of an IPv6 one, which is one household. `undefined` where that
 * cannot be told, as behind a proxy that is not in TRUSTED_PROXY.
 */
export function createNetworkReader(trusted: readonly string[]): (c: Context) => string | undefined {
  const proxies = toList(trusted);
  const isProxy = (address: string) => isIP(address) !== 0 && proxies.check(address, familyOf(address));
  return (c) => {
    const hops = (c.req.header("x-forwarded-for") ?? "").split(",").map((one) => bare(one.trim()));
    const chain = [...hops, remoteOf(c)];
    // Each hop is believed as long as the one who tells of it is a proxy of ours.
    let client = chain.pop() ?? "";
    while (isProxy(client) && chain.length > 0) client = chain.pop() ?? "";
    return isIP(client) !== 0 && isPublicAddress(client) ? networkOf(client) : undefined;
  };
}

function toList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

function remoteOf(c: Context): string {
  try {
    return bare(getConnInfo(c).remote.address ?? "");
  } catch {
    // Not over a socket.
    return "";
  }
}

function bare(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/^\[(.*)\]$/, "$1");
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
