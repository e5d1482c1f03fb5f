import { and, eq, isNull, sql } from "drizzle-orm";
import type { PostId, ThreadId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { posts, threads } from "../db/schema/post.ts";
import { lockThreads } from "./lock-pages.ts";
import { namesOf, type PlannedPost } from "./plan-submissions.ts";
import { touchThreads } from "./publish-posts.ts";

/**
 * Gives each orphan that waited for one of the new posts its parent: the orphan and everything below it moves into the parent's
 * thread. Those that were not shown yet wait for their parent from now on.
 *
 * @param alsoTouched threads that change in this transaction too: all are locked together, so that no two wait for each other
 */
export async function adoptOrphans(
  tx: Tx,
  arrived: readonly PlannedPost[],
  alsoTouched: readonly ThreadId[],
): Promise<void> {
  const parents = new Map(arrived.flatMap((planned) => namesOf(planned.submission).map((name) => [name, planned])));
  const orphans = await tx
    .select({
      id: posts.id,
      communityId: posts.communityId,
      threadId: posts.threadId,
      parentName: posts.parentName,
    })
    .from(posts)
    .where(
      and(
        anyOf(posts.parentName, parents.keys()),
        anyOf(
          posts.communityId,
          arrived.map(({ post }) => post.communityId),
        ),
        isNull(posts.parentId),
      ),
    );
  const touched = [...orphans.map(threadIdOf), ...alsoTouched];
  if (touched.length > 0) await lockThreads(tx, [...touched, ...arrived.map(({ post }) => post.threadId)]);
  for (const orphan of orphans) {
    const parent = orphan.parentName === null ? undefined : parents.get(orphan.parentName);
    if (parent?.post.communityId !== orphan.communityId || parent.post.id === orphan.id) continue;
    // The thread of the parent is read anew: an adoption before this one may have moved it.
    const threadId = await threadOf(tx, parent.post.id);
    if (threadId === orphan.threadId) continue;
    await moveBelow(tx, orphan, parent.post.id, threadId);
    await touchThreads(tx, [threadId]);
  }
}

function threadIdOf({ threadId }: { readonly threadId: ThreadId }): ThreadId {
  return threadId;
}

async function threadOf(tx: Tx, postId: PostId): Promise<ThreadId> {
  const [post] = await tx.select({ threadId: posts.threadId }).from(posts).where(eq(posts.id, postId));
  if (!post) throw new Error(`post ${postId} has gone while its replies were adopted`);
  return post.threadId;
}

async function moveBelow(
  tx: Tx,
  orphan: { id: PostId; threadId: ThreadId },
  parentId: PostId,
  threadId: ThreadId,
): Promise<void> {
  await tx.update(posts).set({ parentId }).where(eq(posts.id, orphan.id));
  await tx.update(posts).set({ threadId }).where(eq(posts.threadId, orphan.threadId));
  await tx
    .update(threads)
    .set({ mergedInto: threadId, lastPostAt: null, version: sql`${threads.version} + 1` })
    .where(eq(threads.id, orphan.threadId));
  await tx.update(threads).set({ mergedInto: threadId }).where(eq(threads.mergedInto, orphan.threadId));
}
