import type { LookupAddress } from "node:dns";
import { Resolver } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./address.ts";
import { Refused } from "./refused.ts";

/** How long one name server is waited for, in milliseconds, and how often it is asked. */
const timeout = 2_000;
const tries = 2;

/**
 * Looks names up for a socket and gives it public addresses only: what it gets is what it connects to, so an answer that changes between
 * check and use (DNS rebinding) changes nothing.
 *
 * Asks the name servers itself, since the system's resolver would occupy the few threads that also sign.
 *
 * @param servers addresses of name servers; unset = those of the system
 */
export function publicLookup(servers?: readonly string[]): LookupFunction {
  const resolver = new Resolver({ timeout, tries });
  if (servers) resolver.setServers(servers);
  return (hostname, options, callback) => {
    resolvePublic(resolver, hostname).then(
      (addresses) => {
        if (options.all) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 0),
    );
  };
}

/** At least one public address, IPv4 first. */
async function resolvePublic(resolver: Resolver, hostname: string): Promise<LookupAddress[]> {
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  if (four.status === "rejected" && six.status === "rejected") throw four.reason;
  const found: LookupAddress[] = [
    ...(four.status === "fulfilled" ? four.value : []).map((address) => ({ address, family: 4 })),
    ...(six.status === "fulfilled" ? six.value : []).map((address) => ({ address, family: 6 })),
  ];
  const open = found.filter(({ address }) => isPublicAddress(address));
  if (open.length === 0) throw new Refused(`${hostname} has no public address`);
  return open;
}
