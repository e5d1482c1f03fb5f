import { eq, max } from "drizzle-orm";
import type { App } from "../app.ts";
import type { PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { postOriginals, posts, postVersions, threads } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { addOriginal } from "./add-original.ts";
import { addAttachments, dropAttachments } from "./attachments.ts";
import { dropHeldEdits, type NewWords } from "./held-edits.ts";
import { permitOwnQuotes } from "./own-quotes.ts";
import { titleOf } from "./plan-submissions.ts";
import { replacePoll } from "./poll.ts";
import { touchThreads } from "./publish-posts.ts";
import { checkQuotesLater, keepOwnApprovals } from "./quote-authorizations.ts";
import type { Words } from "./submission.ts";
import { touchQuoting } from "./touch-quoting.ts";

type Post = typeof posts.$inferSelect;

/** Gives a locked post new words, keeps those before where somebody read them, and tells the world. */
export async function rewrite(app: App, tx: Tx, post: Post, words: NewWords, now: Date): Promise<void> {
  const editedAt = words.editedAt && words.editedAt < now ? words.editedAt : now;
  // What nobody could read before has no past.
  if (post.state === "published") await keepVersion(tx, post);
  await tx
    .update(posts)
    .set({
      title: words.title?.slice(0, limits.titleLength) ?? null,
      html: words.html,
      foldedHtml: words.foldedHtml ?? null,
      warning: words.warning ?? null,
      sensitive: words.sensitive,
      language: words.language ?? null,
      editedAt,
    })
    .where(eq(posts.id, post.id));
  await dropHeldEdits(tx, [post.id]);
  await replacePoll(tx, post.id, words.poll);
  if (String(post.threadId) === String(post.id)) {
    await tx
      .update(threads)
      .set({ title: titleOf(words), language: words.language ?? null })
      .where(eq(threads.id, post.threadId));
  }
  await replaceAttachments(app, tx, post.id, words);
  const revision = await addOriginal(tx, post.id, words.original, now);
  await touchThreads(tx, [post.threadId]);
  await touchQuoting(tx, [post.id]);
  if (post.state !== "published") return;
  await permitOwnQuotes(app, tx, [post.id]);
  await dispatch(app, tx, [{ kind: "post-edited", postId: post.id, revision }]);
}

/** Puts what comes with the new words in the place of what came with those before. */
export async function replaceAttachments(
  app: App,
  tx: Tx,
  postId: PostId,
  { attachments }: Pick<Words, "attachments">,
): Promise<void> {
  await dropAttachments(tx, postId);
  await addAttachments(tx, [{ postId, attachments }]);
  if (attachments?.some(({ kind }) => kind === "quote")) await keepOwnApprovals(tx, postId);
  await checkQuotesLater(app, tx, [{ postId, attachments }]);
}

async function keepVersion(tx: Tx, { id, title, html, warning, language, editedAt, writtenAt }: Post): Promise<void> {
  await tx
    .insert(postVersions)
    .values({ postId: id, title, html, warning, language, writtenAt: editedAt ?? writtenAt });
}

/** When the words that these posts have now came here. */
export async function listArrivals(db: Db, postIds: readonly PostId[]): Promise<ReadonlyMap<PostId, Date>> {
  if (postIds.length === 0) return new Map();
  const rows = await db
    .select({ postId: postOriginals.postId, at: max(postOriginals.createdAt) })
    .from(postOriginals)
    .where(anyOf(postOriginals.postId, postIds))
    .groupBy(postOriginals.postId);
  return new Map(rows.flatMap(({ postId, at }) => (at ? [[postId, at] as const] : [])));
}
