import { sql } from "drizzle-orm";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { arrayOf } from "../db/many.ts";

/** An activity that answers a post of which nobody here knows whether it belongs here. */
export interface AwaitingActivity {
  readonly id: number;
  /** The name of that post. */
  readonly awaits: string;
}

/**
 * Lets activities wait for the posts that they answer: they are read again when one of that name comes, shortly after, in case it came
 * meanwhile, and for the last time when they are as old as an orphan may become.
 */
export async function awaitPosts(db: Db, waiting: readonly AwaitingActivity[], now: Date): Promise<void> {
  if (waiting.length === 0) return;
  const ids = arrayOf(
    waiting.map(({ id }) => id),
    "bigint",
  );
  const soon = new Date(now.getTime() + limits.awaitedCheck);
  await db.execute(sql`
    with freed as (
      delete from inbound_lease where activity_id = any(${ids})
    )
    update inbound_activity one set awaits = given.awaits, attempts = 0, outcome = 'waits for what it answers', retry_at = case
      when one.created_at > ${now.toISOString()}::timestamptz - ${limits.awaitedCheck} * interval '1 millisecond'
      then ${soon.toISOString()}::timestamptz
      else greatest(${soon.toISOString()}::timestamptz, one.created_at + ${limits.orphanWait} * interval '1 millisecond') end
    from unnest(${ids}, ${arrayOf(waiting.map(({ awaits }) => awaits))}) as given (id, awaits)
    where one.id = given.id and one.state = 'new'`);
}

/** Has read at once what waits for posts of these names: they are here when the transaction commits. */
export async function wakeAwaiting(tx: Tx, names: readonly string[], now: Date): Promise<void> {
  if (names.length === 0) return;
  await tx.execute(sql`
    with woken as (
      update inbound_activity set awaits = null, retry_at = ${now.toISOString()}::timestamptz
      where awaits = any(${arrayOf(names)}) and state = 'new' returning id
    )
    select pg_notify('folkmoot_inbound', '') from woken limit 1`);
}
