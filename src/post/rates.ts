import { sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { hashSecret } from "../core/secrets.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { rateCounts } from "../db/schema/account.ts";

/** Whose posts are counted: a person, by one name for all their identities, and their server. */
export interface Counted {
  readonly communityId: CommunityId;
  readonly person: string;
  readonly server: string;
}

/** Under which keys posts are counted. */
export interface RateKeys {
  readonly posts: string;
  readonly newcomers: string;
  readonly crowd: string;
}

/** The keys of somebody's posts. */
export function rateKeysOf({ communityId, person, server }: Counted): RateKeys {
  return {
    posts: hashSecret("posts", communityId, person),
    newcomers: hashSecret("posts of newcomers", communityId, server),
    crowd: hashSecret("posts of all newcomers", communityId),
  };
}

/** What was counted within the window that is running. */
export async function readRates(tx: Tx, keys: readonly string[], now: Date): Promise<(key: string) => number> {
  if (keys.length === 0) return () => 0;
  const rows = await tx.select().from(rateCounts).where(anyOf(rateCounts.key, keys));
  const over = new Date(now.getTime() - limits.postWindow);
  const counts = new Map(rows.filter(({ since }) => since > over).map(({ key, count }) => [key, count]));
  return (key) => counts.get(key) ?? 0;
}

/**
 * Counts on. A window that is over begins anew. The keys are taken in one order, so that nobody waits for who waits for them.
 *
 * @returns what was counted now, by the key
 */
export async function countRates(
  tx: Tx,
  added: ReadonlyMap<string, number>,
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  if (added.size === 0) return new Map();
  const keys = [...added.keys()].sort();
  const counts = keys.map((key) => String(added.get(key)));
  const over = sql`rate_count.since <= ${new Date(now.getTime() - limits.postWindow).toISOString()}::timestamptz`;
  const rows = await tx.execute<{ key: string; count: number }>(sql`
    insert into rate_count (key, count, since)
    select key, count::int, ${now.toISOString()}::timestamptz
    from unnest(${sql.param(keys)}::text[], ${sql.param(counts)}::text[]) as added(key, count) order by key
    on conflict (key) do update set
      count = case when ${over} then excluded.count else rate_count.count + excluded.count end,
      since = case when ${over} then excluded.since else rate_count.since end
    returning key, count`);
  return new Map(rows.map(({ key, count }) => [key, count]));
}
