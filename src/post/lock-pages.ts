import { eq, type SQL, sql } from "drizzle-orm";
import type { ThreadId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { postNames, posts, threads } from "../db/schema/post.ts";

/**
 * Makes everybody else wait who changes the pages on which posts stand or are quoted, in whatever community. Whoever gives more than one page
 * a new version in several steps calls it before the first of them, so that no two wait for each other; communities are locked before it.
 *
 * @param isOne which rows of `post` they are
 */
export async function lockPages(tx: Tx, isOne: SQL): Promise<void> {
  const quoting = tx
    .select({ id: posts.threadId })
    .from(postAttachments)
    .innerJoin(postNames, eq(postNames.name, postAttachments.url))
    .innerJoin(posts, eq(posts.id, postAttachments.postId))
    .where(sql`${postAttachments.kind} = 'quote' and ${postNames.postId} in (select id from post where ${isOne})`);
  await lockThreadsIn(tx, sql`${threads.id} in (select thread_id from post where ${isOne} union ${quoting})`);
}

/** The same for threads that are known. */
export async function lockThreads(tx: Tx, ids: readonly ThreadId[]): Promise<void> {
  if (ids.length > 0) await lockThreadsIn(tx, anyOf(threads.id, ids));
}

/** In the order in which `touchThreads` and `touchPages` take them. */
async function lockThreadsIn(tx: Tx, isOne: SQL): Promise<void> {
  await tx.select({ id: threads.id }).from(threads).where(isOne).orderBy(threads.id).for("no key update");
}
