import { isNewcomer, isRate, type Standing } from "./policy.ts";
import type { Counted, RateKeys } from "./rates.ts";
import type { Verdict } from "./submission.ts";

/** How somebody stands, and as whom their posts are counted. */
export interface CountedStanding extends Standing, Counted {
  readonly rateKeys: RateKeys;
}

/** Counts posts that are judged together, so that each is judged as if those before it had come long ago. */
export interface Tally {
  /** How somebody stands now. */
  withCounts(standing: CountedStanding): CountedStanding;
  /** A post of theirs was taken; `sent` by themselves. */
  note(standing: CountedStanding, verdict: Verdict, sent: boolean): void;
  /** What is to be counted on, by its keys. */
  readonly rates: ReadonlyMap<string, number>;
}

export function createTally(): Tally {
  const rates = new Map<string, number>();
  const published = new Map<string, number>();
  const waiting = new Map<string, number>();
  const placeOf = ({ communityId, person }: Counted) => `${communityId} ${person}`;
  return {
    rates,
    withCounts(standing) {
      const keys = standing.rateKeys;
      const place = placeOf(standing);
      return {
        ...standing,
        published: standing.published + (published.get(place) ?? 0),
        waiting: standing.waiting + (waiting.get(place) ?? 0),
        lately: standing.lately + (rates.get(keys.posts) ?? 0),
        serverLately: standing.serverLately + (rates.get(keys.newcomers) ?? 0),
        crowdLately: standing.crowdLately + (rates.get(keys.crowd) ?? 0),
      };
    },
    note(standing, { action }, sent) {
      add(action === "hold" ? waiting : published, placeOf(standing));
      if (!sent || !standing.checks.some(({ what }) => isRate(what))) return;
      const keys = standing.rateKeys;
      add(rates, keys.posts);
      if (!isNewcomer(standing)) return;
      add(rates, keys.newcomers);
      add(rates, keys.crowd);
    },
  };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
