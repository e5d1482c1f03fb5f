import { and, eq, inArray } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { polls } from "../db/schema/poll.ts";
import { buriedNames, postOriginals, posts, postVersions, threads } from "../db/schema/post.ts";
import { reactions } from "../db/schema/reaction.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { addOriginal } from "./add-original.ts";
import { dropAttachments } from "./attachments.ts";
import { dropHeldEdits } from "./held-edits.ts";
import { lockPostsOf } from "./lock-posts.ts";
import { touchThreads } from "./publish-posts.ts";
import type { Original } from "./submission.ts";
import { touchQuoting } from "./touch-quoting.ts";
import { dropUploads } from "./uploads.ts";

/** An author takes a post back. */
export interface Deletion {
  /** Undefined when we have never heard of the author: then only the name is buried. */
  readonly authorId: AuthorId | undefined;
  readonly authorName: string;
  readonly sourceId: string;
  readonly original: Original;
}

type Post = typeof posts.$inferSelect;

/**
 * Takes a post away for good, in every community where it stands: its words, what came with them and the bytes that came are erased, its names stay so that
 * it cannot come back, and its place in the thread stays for the replies. A post that has not come yet is kept from coming.
 *
 * @returns how many posts were deleted
 */
export async function deletePost(app: App, deletion: Deletion): Promise<number> {
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    await tx
      .insert(buriedNames)
      .values({ name: deletion.sourceId, buriedBy: deletion.authorName, at: now })
      .onConflictDoNothing();
    if (deletion.authorId === undefined) return 0;
    const { authorId, sourceId } = deletion;
    const found = await lockPostsOf(tx, { authorId, sourceId });
    const standing = found.filter(({ state }) => state !== "deleted");
    for (const post of standing) await erase(app, tx, post, deletion.original, now);
    return standing.length;
  });
}

/** Takes back all that an author ever posted. @returns how many posts were deleted */
export async function deletePostsOf(
  app: App,
  authorId: AuthorId,
  authorName: string,
  original: Original,
): Promise<number> {
  const rows = await app.db
    .selectDistinct({ sourceId: posts.sourceId })
    .from(posts)
    .where(and(eq(posts.authorId, authorId), inArray(posts.state, ["waiting", "held", "published", "removed"])));
  let deleted = 0;
  for (const { sourceId } of rows) deleted += await deletePost(app, { authorId, authorName, sourceId, original });
  return deleted;
}

async function erase(app: App, tx: Tx, post: Post, original: Original, now: Date): Promise<void> {
  await tx
    .update(posts)
    .set({ state: "deleted", html: "", foldedHtml: null, title: null, warning: null, url: null, goneAt: now })
    .where(eq(posts.id, post.id));
  // First, for what it shows would stay.
  await dropHeldEdits(tx, [post.id]);
  await dropUploads(tx, post.id);
  await dropAttachments(tx, post.id);
  await tx.delete(postVersions).where(eq(postVersions.postId, post.id));
  await tx.delete(postOriginals).where(eq(postOriginals.postId, post.id));
  await tx.delete(reactions).where(eq(reactions.postId, post.id));
  await tx.delete(polls).where(eq(polls.postId, post.id));
  const revision = await addOriginal(tx, post.id, original, now);
  // The title of a thread is made of its first post's words.
  if (String(post.threadId) === String(post.id))
    await tx.update(threads).set({ title: "" }).where(eq(threads.id, post.threadId));
  await touchThreads(tx, [post.threadId]);
  await touchQuoting(tx, [post.id]);
  if (post.state === "published") await dispatch(app, tx, [{ kind: "post-deleted", postId: post.id, revision }]);
}
