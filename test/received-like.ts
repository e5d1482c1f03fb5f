import type { Peer } from "./fediverse.ts";

/** The activities that a peer was sent and that match, as soon as there are so many. */
export async function receivedLike(
  peer: Peer,
  matches: (activity: Record<string, unknown>) => boolean,
  count: number,
): Promise<Record<string, unknown>[]> {
  for (let total = 1; ; total++) {
    const matching = (await peer.receives(total)).map(({ activity }) => activity).filter(matches);
    if (matching.length >= count) return matching;
  }
}
