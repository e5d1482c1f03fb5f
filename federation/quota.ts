import { domainOf } from "../src/core/host.ts";
import { limits } from "../src/core/limits.ts";

/**
 * Counts what is asked of each domain, so that nobody makes us ask for ever by inventing actors, keys or sub-domains (attack C10).
 *
 * @returns whether one more may be asked of a host now
 */
export function createQuota(now: () => Date): (host: string) => boolean {
  const counts = new Map<string, { since: number; count: number }>();
  return (host) => {
    const domain = domainOf(host);
    const time = now().getTime();
    const current = counts.get(domain);
    if (current && time - current.since < limits.quotaWindow) return ++current.count <= limits.fetchesPerDomain;
    counts.delete(domain);
    counts.set(domain, { since: time, count: 1 });
    if (counts.size > limits.domainsCounted) counts.delete(counts.keys().next().value!);
    return true;
  };
}
