import { sql } from "drizzle-orm";
import { type Check, readChecks } from "../community/checks.ts";
import { domainOf } from "../core/host.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { readHistories } from "./histories.ts";
import { isRate, type Standing } from "./policy.ts";
import { type Counted, type RateKeys, rateKeysOf, readRates } from "./rates.ts";

/** What a community looks at, and what is known of somebody from what they said before. */
export type Background = Counted &
  Pick<Standing, "checks" | "published" | "waiting" | "lately" | "serverLately" | "crowdLately" | "days"> & {
    readonly rateKeys: RateKeys;
  };

/**
 * Reads what authors said before in communities, as the persons that they are.
 *
 * @param selves every author that is judged, with all their identities
 */
export async function readBackgrounds(
  tx: Tx,
  communityIds: readonly CommunityId[],
  selves: ReadonlyMap<AuthorId, readonly AuthorId[]>,
  now: Date,
): Promise<(communityId: CommunityId, authorId: AuthorId) => Background> {
  const everyone = [...new Set([...selves.values()].flat())];
  const [checksOf, historyOf] = await Promise.all([
    readChecks(tx, communityIds),
    readHistories(tx, communityIds, everyone),
  ]);
  const looksAt = (isMeant: (what: Check["what"]) => boolean) =>
    communityIds.some((id) => checksOf(id).some(({ what }) => isMeant(what)));
  const originOf = looksAt((what) => what === "server-rate") ? await readOrigins(tx, everyone) : () => "";
  const bornAt = looksAt((what) => what === "young") ? await readBirths(tx, everyone) : () => undefined;
  const countedOf = (communityId: CommunityId, authorId: AuthorId): Counted => ({
    communityId,
    person: [...(selves.get(authorId) ?? [])].sort()[0] ?? authorId,
    server: originOf(authorId),
  });
  const keys = communityIds.flatMap((id) => [...selves.keys()].map((authorId) => rateKeysOf(countedOf(id, authorId))));
  const counted = looksAt(isRate) ? keys.flatMap((key) => Object.values(key)) : [];
  const rateOf = await readRates(tx, counted, now);

  return (communityId, authorId) => {
    const them = selves.get(authorId) ?? [authorId];
    const histories = them.map((self) => historyOf(communityId, self));
    const who = countedOf(communityId, authorId);
    const rateKeys = rateKeysOf(who);
    return {
      ...who,
      rateKeys,
      checks: checksOf(communityId),
      published: sum(histories.map(({ published }) => published)),
      waiting: sum(histories.map(({ waiting }) => waiting)),
      lately: rateOf(rateKeys.posts),
      serverLately: rateOf(rateKeys.newcomers),
      crowdLately: rateOf(rateKeys.crowd),
      days: Math.max(...them.map((self) => daysSince(bornAt(self), now))),
    };
  };
}

/** The domains at which authors are at home: whoever has one has as many servers below it as they like. */
async function readOrigins(tx: Tx, authorIds: readonly AuthorId[]): Promise<(authorId: AuthorId) => string> {
  const rows = await tx.execute<{ id: string; host: string }>(sql`
    select author.id, coalesce(remote_actor.host, author.host) as host
    from author left join remote_actor on remote_actor.author_id = author.id
    where author.id = any(${sql.param(authorIds)}::uuid[])`);
  const hosts = new Map(rows.map(({ id, host }) => [id, domainOf(host)]));
  return (authorId) => hosts.get(authorId) ?? "";
}

/** When authors came to be: as their own server says, or when they were first seen here. */
async function readBirths(tx: Tx, authorIds: readonly AuthorId[]): Promise<(authorId: AuthorId) => Date | undefined> {
  const rows = await tx.execute<{ id: string; seen: Date | string; said: string | null }>(sql`
    select author.id, author.created_at as seen,
      substring(remote_actor.document from '"published"\\s*:\\s*"([0-9TZ:.+-]{10,40})"') as said
    from author left join remote_actor on remote_actor.author_id = author.id
    where author.id = any(${sql.param(authorIds)}::uuid[])`);
  const births = new Map(
    rows.map(({ id, seen, said }) => [id, earliest(new Date(seen), new Date(said ?? Number.NaN))]),
  );
  return (authorId) => births.get(authorId);
}

function earliest(seen: Date, said: Date): Date {
  return said < seen ? said : seen;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function daysSince(then: Date | undefined, now: Date): number {
  return then === undefined ? Number.POSITIVE_INFINITY : (now.getTime() - then.getTime()) / (24 * 60 * 60 * 1000);
}
