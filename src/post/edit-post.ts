import { eq, max } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId, PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { postOriginals, posts, postVersions, threads } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { addAttachments, dropAttachments, listAttachments } from "./attachments.ts";
import { lockPostsOf } from "./lock-posts.ts";
import { titleOf } from "./plan-submissions.ts";
import { asksTheSame, isSamePoll, listPolls, type Poll, replacePoll } from "./poll.ts";
import { touchThreads } from "./publish-posts.ts";
import { checkQuotesLater } from "./quote-authorizations.ts";
import { touchPages } from "./react.ts";
import type { Attachment, Original, Words } from "./submission.ts";
import { touchQuoting } from "./touch-quoting.ts";

/** New words for a post, from its author. */
export interface Edit extends Words {
  readonly authorId: AuthorId;
  readonly sourceId: string;
  /** When the author changed it. An edit that is not newer than the last one changes nothing. */
  readonly editedAt?: Date | undefined;
  readonly original: Original;
}

type Post = typeof posts.$inferSelect;

/**
 * Gives a post new words, in every community where it stands. Only its author can; the author of a post never changes.
 *
 * @returns `recounted` when only the votes of a poll are others, `unknown` when no post of this author has the name, `unchanged` when nothing differs or the edit is an old one.
 */
export async function editPost(app: App, edit: Edit): Promise<"edited" | "recounted" | "unchanged" | "unknown"> {
  return await app.db.transaction(async (tx) => {
    const found = await lockPostsOf(tx, edit);
    if (found.length === 0) return "unknown";
    const now = app.now();
    const ids = found.map(({ id }) => id);
    const polls = await listPolls(tx, ids);
    const attachmentsOf = await listAttachments(tx, ids);
    const isChanged = (post: Post) =>
      isNewer(edit, post) &&
      (differs(edit, post) || !asksTheSame(edit.poll, polls.get(post.id)) || bringsOther(edit, attachmentsOf(post.id)));
    const editable = found.filter(canBeEdited);
    const changed = editable.filter(isChanged);
    for (const post of changed) await rewrite(app, tx, post, edit, now);
    const recounted = editable.filter((post) => !changed.includes(post) && isRecount(edit, post, polls.get(post.id)));
    for (const post of recounted) await recount(tx, post, edit);
    const permitted = editable.filter(
      (post) => !changed.includes(post) && isPermission(edit, post, attachmentsOf(post.id)),
    );
    for (const post of permitted) await notePermissions(app, tx, post, edit, now);
    return changed.length > 0 || permitted.length > 0 ? "edited" : recounted.length > 0 ? "recounted" : "unchanged";
  });
}

function canBeEdited({ state }: Post): boolean {
  return state === "published" || state === "held" || state === "waiting";
}

function isNewer({ editedAt }: Edit, post: Post): boolean {
  return editedAt === undefined || post.editedAt === null || editedAt > post.editedAt;
}

/** The same poll with other figures. That is no edit: nobody wrote anything, and its home tells it to whoever asks. */
function isRecount({ poll, editedAt }: Edit, post: Post, known: Poll | undefined): boolean {
  const isOld = editedAt !== undefined && post.editedAt !== null && editedAt < post.editedAt;
  return !isOld && poll !== undefined && asksTheSame(poll, known) && !isSamePoll(poll, known);
}

async function recount(tx: Tx, { id, threadId }: Post, { poll }: Edit): Promise<void> {
  await replacePoll(tx, id, poll);
  await touchPages(tx, [threadId]);
}

/** The same words, now with the permission to quote what they quote, or without. That is no edit either, but others must hear of it. */
function isPermission({ attachments = [], editedAt }: Edit, post: Post, before: readonly Attachment[]): boolean {
  const isOld = editedAt !== undefined && post.editedAt !== null && editedAt < post.editedAt;
  const permissions = (all: readonly Attachment[]) => JSON.stringify(all.map(({ approvedBy }) => approvedBy));
  return !isOld && !bringsOther({ attachments }, before) && permissions(attachments) !== permissions(before);
}

async function notePermissions(app: App, tx: Tx, post: Post, edit: Edit, now: Date): Promise<void> {
  await replaceAttachments(app, tx, post.id, edit);
  const revision = await addOriginal(tx, post.id, edit.original, now);
  await touchPages(tx, [post.threadId]);
  if (post.state === "published") await dispatch(app, tx, [{ kind: "post-edited", postId: post.id, revision }]);
}

async function replaceAttachments(app: App, tx: Tx, postId: PostId, { attachments }: Edit): Promise<void> {
  await dropAttachments(tx, postId);
  await addAttachments(tx, [{ postId, attachments }]);
  await checkQuotesLater(app, tx, [{ postId, attachments }]);
}

function differs(edit: Edit, post: Post): boolean {
  return (
    edit.html !== post.html ||
    (edit.title ?? null) !== post.title ||
    (edit.warning ?? null) !== post.warning ||
    edit.sensitive !== post.sensitive ||
    (edit.language ?? null) !== post.language
  );
}

function bringsOther({ attachments = [] }: Pick<Edit, "attachments">, before: readonly Attachment[]): boolean {
  const facts = ({ kind, url, mediaType, alt, width, height }: Attachment) => [
    kind,
    url,
    mediaType,
    alt,
    width,
    height,
  ];
  return JSON.stringify(attachments.map(facts)) !== JSON.stringify(before.map(facts));
}

async function rewrite(app: App, tx: Tx, post: Post, edit: Edit, now: Date): Promise<void> {
  const editedAt = edit.editedAt && edit.editedAt < now ? edit.editedAt : now;
  // What nobody could read before has no past.
  if (post.state === "published") await keepVersion(tx, post);
  await tx
    .update(posts)
    .set({
      title: edit.title?.slice(0, limits.titleLength) ?? null,
      html: edit.html,
      foldedHtml: edit.foldedHtml ?? null,
      warning: edit.warning ?? null,
      sensitive: edit.sensitive,
      language: edit.language ?? null,
      editedAt,
    })
    .where(eq(posts.id, post.id));
  await replacePoll(tx, post.id, edit.poll);
  if (String(post.threadId) === String(post.id)) {
    await tx
      .update(threads)
      .set({ title: titleOf(edit), language: edit.language ?? null })
      .where(eq(threads.id, post.threadId));
  }
  await replaceAttachments(app, tx, post.id, edit);
  const revision = await addOriginal(tx, post.id, edit.original, now);
  await touchThreads(tx, [post.threadId]);
  await touchQuoting(tx, [post.id]);
  if (post.state === "published") await dispatch(app, tx, [{ kind: "post-edited", postId: post.id, revision }]);
}

async function keepVersion(tx: Tx, { id, title, html, warning, language, editedAt, writtenAt }: Post): Promise<void> {
  await tx
    .insert(postVersions)
    .values({ postId: id, title, html, warning, language, writtenAt: editedAt ?? writtenAt });
}

/** Keeps the bytes of the next version of a post. @returns its number */
export async function addOriginal(tx: Tx, postId: PostId, original: Original, now: Date): Promise<number> {
  const [last] = await tx
    .select({ revision: max(postOriginals.revision) })
    .from(postOriginals)
    .where(eq(postOriginals.postId, postId));
  const revision = (last?.revision ?? -1) + 1;
  await tx.insert(postOriginals).values({
    postId,
    revision,
    mediaType: original.mediaType,
    messageId: original.messageId ?? null,
    bytes: Buffer.from(original.bytes),
    createdAt: now,
  });
  return revision;
}
