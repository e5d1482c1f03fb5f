import { Hono } from "hono";
import { expect, test } from "vitest";
import { createNetworkReader } from "./client-network.ts";

/** What is read of a request that comes from `remote`, by way of those whom the header tells of. */
async function networkOf(remote: string, forwarded: string | undefined, trusted: readonly string[]) {
  const read = createNetworkReader(trusted);
  const site = new Hono();
  site.get("/", (c) => c.json(read(c) ?? null));
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  const incoming = { socket: { remoteAddress: remote } };
  return await (await site.request("/", { headers }, { incoming })).json();
}

test.each([
  ["9.9.9.9", undefined, [], "9.9.9.9"],
  ["::ffff:9.9.9.9", undefined, [], "9.9.9.9"],
  ["9.9.9.9", "8.8.8.8", [], "9.9.9.9"],
  ["127.0.0.1", "8.8.8.8", [], null],
  ["127.0.0.1", "8.8.8.8", ["127.0.0.1"], "8.8.8.8"],
  ["10.1.2.3", "1.1.1.1, 8.8.8.8", ["10.0.0.0/8"], "8.8.8.8"],
  ["10.1.2.3", "1.1.1.1, 8.8.8.8, 10.9.9.9", ["10.0.0.0/8"], "8.8.8.8"],
  ["10.1.2.3", undefined, ["10.0.0.0/8"], null],
  ["10.1.2.3", "nonsense", ["10.0.0.0/8"], null],
  ["2a00:1450:4001:81b::200e", undefined, [], "2a00:1450:4001:81b::/64"],
  ["2a00:1450::1", undefined, [], "2a00:1450:0:0::/64"],
  ["::1", "2a00:1450:4001:81b:1:2:3:4", ["::1"], "2a00:1450:4001:81b::/64"],
] as const)("from %s, which tells of %s, when %j are proxies of ours: %s", async (remote, told, trusted, network) => {
  expect(await networkOf(remote, told, trusted)).toBe(network);
});
