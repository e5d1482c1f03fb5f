import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { touchCommunities } from "../community/touch-communities.ts";
import type { CommunityId, PostId, ThreadId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { posts, threads } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { lockPages } from "./lock-pages.ts";
import { permitOwnQuotes } from "./own-quotes.ts";
import { tellOfPublication } from "./tell-authors.ts";
import { tellReaders } from "./tell-readers.ts";
import { touchQuoting } from "./touch-quoting.ts";

/** A post that can be read now. */
export interface PublishedPost {
  readonly id: PostId;
  readonly threadId: ThreadId;
  readonly communityId: CommunityId;
}

/**
 * Makes posts public and tells the world: those named, and every reply that waited for one of them. Whoever is published already
 * stays as they are, so it may be repeated.
 */
export async function publishPosts(app: App, tx: Tx, postIds: readonly PostId[], now: Date): Promise<void> {
  const published = await openPosts(tx, postIds, now);
  await touchThreads(
    tx,
    published.map(({ threadId }) => threadId),
  );
  await touchQuoting(tx, idsOf(published));
  await tell(app, tx, published);
}

/**
 * The same for posts that were public when they were written: opens the replies that waited for them, and tells the world of all.
 *
 * @param fresh threads that were written with them, and bear the date of their last post already
 */
export async function tellOfWritten(
  app: App,
  tx: Tx,
  written: readonly PublishedPost[],
  fresh: ReadonlySet<ThreadId>,
  now: Date,
): Promise<void> {
  const replies = await openPosts(tx, await listWaitingReplies(tx, idsOf(written)), now);
  const known = written.filter(({ threadId }) => !fresh.has(threadId));
  await touchThreads(
    tx,
    [...known, ...replies].map(({ threadId }) => threadId),
  );
  await touchQuoting(tx, idsOf(replies));
  await touchCommunities(
    tx,
    written.filter(({ threadId }) => fresh.has(threadId)).map(({ communityId }) => communityId),
  );
  await tell(app, tx, [...written, ...replies]);
}

/** Opens what is waiting or held among these posts, and the replies that waited for it. @returns what was opened */
async function openPosts(tx: Tx, postIds: readonly PostId[], now: Date): Promise<readonly PublishedPost[]> {
  const opened: PublishedPost[] = [];
  let due = postIds;
  while (due.length > 0) {
    const rows = await tx
      .update(posts)
      .set({ state: "published", publishedAt: now, reason: null })
      .where(and(anyOf(posts.id, due), inArray(posts.state, ["waiting", "held"])))
      .returning({ id: posts.id, threadId: posts.threadId, communityId: posts.communityId });
    opened.push(...rows);
    due = rows.length === 0 ? [] : await listWaitingReplies(tx, idsOf(rows));
  }
  return opened;
}

async function tell(app: App, tx: Tx, published: readonly PublishedPost[]): Promise<void> {
  if (published.length === 0) return;
  const inOrder = idsOf(published).toSorted();
  await permitOwnQuotes(app, tx, inOrder);
  await dispatch(
    app,
    tx,
    inOrder.map((postId) => ({ kind: "post-published", postId })),
  );
  await tellOfPublication(app, tx, inOrder);
  await tellReaders(app, tx, inOrder);
}

function idsOf(published: readonly PublishedPost[]): readonly PostId[] {
  return published.map(({ id }) => id);
}

async function listWaitingReplies(tx: Tx, parentIds: readonly PostId[]): Promise<readonly PostId[]> {
  if (parentIds.length === 0) return [];
  const rows = await tx
    .select({ id: posts.id })
    .from(posts)
    .where(and(anyOf(posts.parentId, parentIds), eq(posts.state, "waiting")));
  return rows.map(({ id }) => id);
}

/**
 * Notes that threads changed: their pages have a new version, and so have their communities'. The date of the last post is told
 * anew from the posts themselves, whether one was added or taken away.
 */
export async function touchThreads(tx: Tx, threadIds: readonly ThreadId[]): Promise<void> {
  const ids = [...new Set(threadIds)];
  if (ids.length === 0) return;
  // Whoever reacts to posts in several threads touches them in this order too, and without their communities.
  const inOrder = tx
    .select({ id: threads.id })
    .from(threads)
    .where(anyOf(threads.id, ids))
    .orderBy(threads.id)
    .for("no key update");
  const touched = await tx
    .update(threads)
    .set({
      version: sql`${threads.version} + 1`,
      lastPostAt: sql`(select max(p.written_at) from post p where p.thread_id = thread.id and p.state = 'published')`,
    })
    .where(inArray(threads.id, inOrder))
    .returning({ communityId: threads.communityId });
  await touchCommunities(
    tx,
    touched.map(({ communityId }) => communityId),
  );
}

/** An orphan that waited long enough is shown as a thread of its own. It can still be adopted later. */
export async function releaseOrphan(app: App, postId: PostId): Promise<void> {
  await app.db.transaction(async (tx) => {
    const [place] = await tx.select({ id: posts.communityId }).from(posts).where(eq(posts.id, postId));
    if (place) await lockCommunities(tx, [place.id]);
    const [orphan] = await tx
      .select({ id: posts.id })
      .from(posts)
      .where(and(eq(posts.id, postId), eq(posts.state, "waiting"), isNull(posts.parentId)))
      .for("update");
    if (!orphan) return;
    await lockPages(tx, eq(posts.id, orphan.id));
    await publishPosts(app, tx, [orphan.id], app.now());
  });
}
