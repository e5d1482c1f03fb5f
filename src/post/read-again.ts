import { sql } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import type { ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { readConversationJob } from "./read-later.ts";

/** Looks every few minutes which threads are to be read at the homes of their posts though nobody sent anything for them. */
export const readAgainJob: JobKind<Record<string, never>> = { name: "read-again", retries: 0 };

/**
 * Sees to it that threads are read elsewhere once more whose last post is a while ago: who answers without naming the community may send it
 * to nobody here, and no other post comes that would have them found. Each waits four times as long for the next time, from its last post
 * on, for two days. Threads of which no author sent us anything are left out: they are told of by a group that is followed. Where
 * there are too many, each community has its share, the newest of it first.
 *
 * @returns how many threads
 */
export async function readAgain(app: App): Promise<number> {
  const now = app.now().toISOString();
  const age = (at: string) => sql.raw(`(extract(epoch from ${at} - thread.last_post_at) * 1000)`);
  return await app.db.transaction(async (tx) => {
    const due = await tx.execute<{ id: ThreadId }>(sql`
      with moment as (select ${now}::timestamptz as now), due as (
        select thread.id from moment cross join community cross join lateral (
          select id from thread
          where community_id = community.id and locked_at is null
            and last_post_at > now - ${limits.readAgainUntil} * interval '1 millisecond'
            and coalesce(read_elsewhere_at <= now, true)
            and ${age("now")} >= greatest(${limits.readAgainAfter}::float8, ${limits.readAgainFactor} * ${age("coalesce(read_elsewhere_at, thread.last_post_at)")})
          order by last_post_at desc limit ${limits.readAgainInCommunity}
        ) thread
        where community.visibility = 'public' and community.closed_at is null and community.moved_at is null and exists (
          select from post join post_original original on original.post_id = post.id
          where post.thread_id = thread.id and post.state = 'published' and channel = 'activitypub' and message_id is not null)
        order by random() limit ${limits.readAgainAtOnce}
      )
      update thread set read_elsewhere_at = now from moment, due where thread.id = due.id returning thread.id`);
    if (due.length > 0)
      await app.jobs.enqueue(
        tx,
        readConversationJob,
        due.map(({ id }) => ({ threadId: id })),
      );
    return due.length;
  });
}
