import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { findAddressed } from "../author/find-addressed.ts";
import { DomainError } from "../core/errors.ts";
import { hashtagsIn } from "../core/hashtag.ts";
import { cleanLine, textOfHtml } from "../core/html.ts";
import {
  type AuthorId,
  type CommunityId,
  type DraftId,
  derivedId,
  type LocalActorId,
  type PostId,
  readId,
  type UploadId,
} from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { mentionsIn, renderMarkdown } from "../core/markdown.ts";
import { ownIris } from "../core/own-iris.ts";
import type { Db } from "../db/client.ts";
import { authors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import { deletePost } from "./delete-post.ts";
import { dropDraft } from "./drafts.ts";
import { type Editing, editPost } from "./edit-post.ts";
import { listHeldEdits } from "./held-edits.ts";
import { findQuoteIn } from "./own-quotes.ts";
import type { Original, Outcome, Submission, Words } from "./submission.ts";
import { submitPost } from "./submit-posts.ts";
import { listUploads, toAttachments } from "./uploads.ts";

/** What somebody with an account here writes into a form. */
export interface Draft {
  /** Markdown. */
  readonly text: string;
  readonly title?: string | undefined;
  readonly warning?: string | undefined;
  readonly language?: string | undefined;
  /** Images that its author brought, in their order. */
  readonly images?: readonly UploadId[] | undefined;
}

export interface NewPost extends Draft {
  readonly authorId: AuthorId;
  readonly communityId: CommunityId;
  /** Meant for all members; only of a moderator. */
  readonly announcement?: boolean | undefined;
  /** The slug of the topic under which a new thread comes; unset: its hashtags decide. */
  readonly topic?: string | undefined;
  /** The post it answers; unset: it opens a thread. */
  readonly parentId?: PostId | undefined;
  /** Made with the form. The same words sent twice with it are one post; other words are another. */
  readonly key: string;
}

/**
 * What a draft will look like.
 *
 * @throws {DomainError} `invalid` when it says nothing and shows nothing, or says more than fits
 */
export async function renderDraft(app: App, draft: Draft): Promise<Words> {
  const text = draft.text.replace(/\r\n?/g, "\n").trim();
  if (text.length > limits.draftLength)
    throw new DomainError("invalid", `a post has at most ${limits.draftLength} characters`);
  const people = await findAddressed(app.db, app.config.origin, mentionsIn(text).slice(0, limits.mentionsPerPost));
  const html = renderMarkdown(text, people);
  if (textOfHtml(html) === "" && !draft.images?.length) throw new DomainError("invalid", "the post says nothing");
  const warning = cleanLine(draft.warning ?? "", limits.warningLength) || undefined;
  return {
    title: cleanLine(draft.title ?? "", limits.titleLength) || undefined,
    html,
    warning,
    sensitive: warning !== undefined,
    language: draft.language,
  };
}

/**
 * Submits what somebody with an account here wrote, and lets go of the draft that it was. It is judged like every other post.
 *
 * @throws {DomainError} `invalid` as `renderDraft` and `toAttachments`, `not-found` when what it answers cannot be read, `not-allowed` without an account
 */
export async function writePost(app: App, given: NewPost): Promise<Outcome> {
  const actorId = await requireAccount(app, given.authorId);
  const words = await composeWords(app, given.authorId, given);
  const inReplyTo = given.parentId && (await nameOfParent(app, given.communityId, given.parentId));
  const iris = ownIris(app.config.origin);
  const id = idOf(given);
  const submission: Submission = {
    ...words,
    ...(given.parentId ? { title: undefined } : {}),
    id,
    communityId: given.communityId,
    authorId: given.authorId,
    authorName: iris.actor(actorId),
    channel: "web",
    sourceId: iris.post(id),
    names: [],
    // The slug of a topic is a hashtag of it.
    hashtags: [...(given.topic ? [given.topic] : []), ...hashtagsIn(given.text)],
    announcement: given.announcement,
    inReplyTo,
    original: originalOf(given),
  };
  return await app.db.transaction(async (tx) => {
    const outcome = await submitPost({ ...app, db: tx }, submission);
    const draftId = readId<DraftId>(given.key);
    if (draftId && "postId" in outcome) await dropDraft(tx, given.authorId, draftId);
    return outcome;
  });
}

/** The words of a draft, what comes with them, and what they quote. */
async function composeWords(app: App, authorId: AuthorId, draft: Draft) {
  const words = await renderDraft(app, draft);
  const { html, attachments } = await findQuoteIn(app, authorId, words.html);
  return { ...words, html, attachments: [...(await attach(app, authorId, draft)), ...attachments] };
}

async function attach(app: App, authorId: AuthorId, { images = [] }: Draft) {
  const shown = images.slice(0, limits.imagesPerPost);
  return toAttachments(app.config.origin, await listUploads(app.db, authorId, shown));
}

/** A form that is sent twice is one post. One that was changed before it was sent again is not: its words would be lost. */
function idOf({ authorId, communityId, parentId, key, title, text, warning, images = [] }: NewPost): PostId {
  const place = parentId ?? communityId;
  return derivedId(authorId, communityId, place, key, title ?? "", text, warning ?? "", ...images) as PostId;
}

/** The words of a post of one's own as they were typed that wait for a moderator; `undefined` where none do. */
export async function findWaitingWords(db: Db, postId: PostId): Promise<Draft | undefined> {
  const edit = (await listHeldEdits(db, [postId])).get(postId);
  if (edit?.state !== "held" || edit.original.mediaType !== "text/markdown") return undefined;
  const { title, warning, language, attachments = [], original } = edit;
  const images = attachments.flatMap(({ uploadId }) => uploadId ?? []);
  return { text: Buffer.from(original.bytes).toString("utf8"), title, warning, language, images };
}

/**
 * Gives a post of one's own new words and images, and lets go of the draft that they were.
 *
 * @returns what came of it: a moderator may have to read them first
 *
 * @throws {DomainError} `invalid` as `writePost`, `not-found` when there is no such post of theirs
 */
export async function rewritePost(app: App, authorId: AuthorId, postId: PostId, draft: Draft): Promise<Editing> {
  const words = await composeWords(app, authorId, draft);
  const sourceId = ownIris(app.config.origin).post(postId);
  return await app.db.transaction(async (tx) => {
    const done = await editPost({ ...app, db: tx }, { ...words, authorId, sourceId, original: originalOf(draft) });
    if (done === "unknown") throw new DomainError("not-found", "there is no such post of yours");
    // Words that are not taken can be changed and sent again.
    if (done === "refused") return done;
    await dropDraft(tx, authorId, postId as string as DraftId);
    return done;
  });
}

/**
 * Takes a post of one's own back.
 *
 * @throws {DomainError} `not-found` when there is no such post of theirs
 */
export async function withdrawPost(app: App, authorId: AuthorId, postId: PostId): Promise<void> {
  const iris = ownIris(app.config.origin);
  const actorId = await requireAccount(app, authorId);
  const [post] = await app.db
    .select({ sourceId: posts.sourceId })
    .from(posts)
    .where(and(eq(posts.id, postId), eq(posts.authorId, authorId)));
  if (!post) throw new DomainError("not-found", "there is no such post of yours");
  const original: Original = { mediaType: "text/markdown", bytes: new Uint8Array() };
  await deletePost(app, { authorId, authorName: iris.actor(actorId), sourceId: post.sourceId, original });
}

async function requireAccount(app: App, authorId: AuthorId): Promise<LocalActorId> {
  const [author] = await app.db.select({ actorId: authors.localActorId }).from(authors).where(eq(authors.id, authorId));
  if (!author?.actorId) throw new DomainError("not-allowed", "only somebody with an account here may write here");
  return author.actorId;
}

async function nameOfParent(app: App, communityId: CommunityId, parentId: PostId): Promise<string> {
  const [parent] = await app.db
    .select({ name: posts.sourceId, state: posts.state })
    .from(posts)
    .where(and(eq(posts.id, parentId), eq(posts.communityId, communityId)));
  if (parent?.state !== "published")
    throw new DomainError("not-found", "the post that it answers cannot be read any more");
  return parent.name;
}

/** The words as they were typed: what an edit begins with. */
function originalOf({ text }: Draft): Original {
  return { mediaType: "text/markdown", bytes: Buffer.from(text) };
}
