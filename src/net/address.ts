import { BlockList, isIPv4, isIPv6 } from "node:net";

/** What of IPv4 is not the public internet (IANA IPv4 Special-Purpose Address Registry), with prefix lengths. */
const special4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32], // the metadata of Azure, which alone has a public address
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

/** Global unicast, and what of it is special: Teredo and its neighbours, documentation, 6to4. All the rest of IPv6 is not public. */
const global6 = ["2000::", 3] as const;
const special6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["2620:4f:8000::", 48],
  ["3fff::", 20],
] as const;

const denied = new BlockList();
for (const [net, prefix] of special4) denied.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of special6) denied.addSubnet(net, prefix, "ipv6");
const unicast = new BlockList();
unicast.addSubnet(...global6, "ipv6");

/**
 * Whether an IP address is one of the public internet. False for whatever is no plain address: IPv4 in any dress of IPv6 (mapped,
 * compatible, NAT64, 6to4, Teredo), zones, names.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !denied.check(address, "ipv4");
  if (!isIPv6(address) || address.includes("%")) return false;
  return unicast.check(address, "ipv6") && !denied.check(address, "ipv6");
}
