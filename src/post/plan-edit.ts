import type { posts } from "../db/schema/post.ts";
import type { HeldEdit, NewWords } from "./held-edits.ts";
import { asksTheSame, isSamePoll, type Poll } from "./poll.ts";
import type { Attachment, Words } from "./submission.ts";

/** A post as it is when an edit comes. */
export interface Edited {
  readonly post: typeof posts.$inferSelect;
  readonly poll: Poll | undefined;
  readonly attachments: readonly Attachment[];
  /** What its author wrote since, and a moderator has to read first, or refused. */
  readonly held: HeldEdit | undefined;
}

/**
 * What an edit is about. words: it says something else now · waits: just that is with the moderators already · permission-waits: likewise, and
 * it may quote now what it quotes · withdrawn: it says again what
 * everybody reads, and nothing is left for moderators · votes: only those of its poll are others · permission: to quote what it quotes.
 */
export type Change = "words" | "waits" | "permission-waits" | "withdrawn" | "votes" | "permission" | "none";

/** Compares an edit with the post. Decides; does not act. */
export function readChange(edit: NewWords, edited: Edited): Change {
  const { post, poll, attachments, held } = edited;
  const waits = held?.state === "held" ? held : undefined;
  const saysWhatWaits = waits !== undefined && saysTheSame(edit, waits);
  if (saysWhatWaits && !isOlder(edit, waits.editedAt) && !isSame(edit.attachments, waits.attachments, permissionOf))
    return "permission-waits";
  if (!isOlder(edit, post.editedAt) && !(held && isKnown(edit, held))) {
    if (!saysTheSame(edit, wordsOf(edited))) return saysWhatWaits ? "waits" : "words";
    if (waits) return "withdrawn";
  }
  if (isOlder(edit, post.editedAt)) return "none";
  // The same poll with other figures is no edit: nobody wrote anything, and its home tells it to whoever asks.
  if (edit.poll !== undefined && asksTheSame(edit.poll, poll) && !isSamePoll(edit.poll, poll)) return "votes";
  // Nor is a permission; but others must hear of it.
  return isSame(edit.attachments, attachments, factsOf) && !isSame(edit.attachments, attachments, permissionOf)
    ? "permission"
    : "none";
}

/** What a post says now. */
export function wordsOf({ post, poll, attachments }: Edited): Words {
  const { title, html, foldedHtml, warning, sensitive, language } = post;
  return {
    title: title ?? undefined,
    html,
    foldedHtml: foldedHtml ?? undefined,
    warning: warning ?? undefined,
    sensitive,
    language: language ?? undefined,
    poll,
    attachments,
  };
}

/** Whether moderators had it before, or something later. Others count in seconds, and two edits may share one: then the words tell. */
function isKnown(edit: NewWords, held: HeldEdit): boolean {
  if (edit.editedAt === undefined || !held.editedAt) return false;
  return edit.editedAt < held.editedAt || (edit.editedAt <= held.editedAt && saysTheSame(edit, held));
}

function isOlder({ editedAt }: NewWords, than: Date | null | undefined): boolean {
  return editedAt !== undefined && !!than && editedAt < than;
}

function saysTheSame(one: Words, other: Words): boolean {
  return (
    one.html === other.html &&
    one.title === other.title &&
    one.warning === other.warning &&
    one.sensitive === other.sensitive &&
    one.language === other.language &&
    asksTheSame(one.poll, other.poll) &&
    isSame(one.attachments, other.attachments, factsOf)
  );
}

function isSame(
  some: readonly Attachment[] | undefined,
  others: readonly Attachment[] | undefined,
  of: (one: Attachment) => unknown,
): boolean {
  return JSON.stringify((some ?? []).map(of)) === JSON.stringify((others ?? []).map(of));
}

function factsOf({ kind, url, mediaType, alt, width, height }: Attachment) {
  return [kind, url, mediaType, alt, width, height];
}

function permissionOf({ approvedBy }: Attachment) {
  return approvedBy;
}
