import { and, eq } from "drizzle-orm";
import { type EditId, newId, type PostId } from "../core/ids.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { type HeldPoll, heldEdits } from "../db/schema/held-edit.ts";
import type { Poll } from "./poll.ts";
import type { Original, Words } from "./submission.ts";

/** New words for a post, from its author. */
export interface NewWords extends Words {
  /** When the author changed it. */
  readonly editedAt?: Date | undefined;
  readonly original: Original;
}

/** New words that a moderator has to read first. */
export interface HeldEdit extends NewWords {
  readonly id: EditId;
  readonly postId: PostId;
  readonly state: "held" | "refused";
  /** The rule that holds them, or the moderators' words for it. */
  readonly reason: string;
  readonly createdAt: Date;
}

/** Keeps new words for a moderator, in the place of those that were kept for the post. @returns what they are called */
export async function holdEdit(tx: Tx, postId: PostId, words: NewWords, reason: string, now: Date): Promise<EditId> {
  await dropHeldEdits(tx, [postId]);
  const id = newId<EditId>(now);
  const { title, html, foldedHtml, warning, sensitive, language, poll, attachments, editedAt, original } = words;
  await tx.insert(heldEdits).values({
    id,
    postId,
    title: title ?? null,
    html,
    foldedHtml: foldedHtml ?? null,
    warning: warning ?? null,
    sensitive,
    language: language ?? null,
    poll: poll ? { ...poll, endsAt: poll.endsAt?.toISOString() } : null,
    attachments: attachments ?? [],
    mediaType: original.mediaType,
    messageId: original.messageId ?? null,
    bytes: Buffer.from(original.bytes),
    editedAt: editedAt ?? null,
    reason,
    createdAt: now,
  });
  return id;
}

/** New words that wait may quote what they quote, or may no more; whoever reads them reads the same. */
export async function noteHeldPermissions(
  tx: Tx,
  id: EditId,
  { attachments = [], original }: Pick<NewWords, "attachments" | "original">,
): Promise<void> {
  await tx
    .update(heldEdits)
    .set({ attachments, bytes: Buffer.from(original.bytes), messageId: original.messageId ?? null })
    .where(eq(heldEdits.id, id));
}

/** What is kept for these posts, by the post: what waits, and what was refused the last time. */
export async function listHeldEdits(db: Db, postIds: readonly PostId[]): Promise<ReadonlyMap<PostId, HeldEdit>> {
  if (postIds.length === 0) return new Map();
  const rows = await db.select().from(heldEdits).where(anyOf(heldEdits.postId, postIds));
  return new Map(rows.map((row) => [row.postId, toHeldEdit(row)]));
}

/** New words by their id, while nobody else decides about them; `undefined` once they are read, or others took their place. */
export async function lockHeldEdit(tx: Tx, id: EditId): Promise<HeldEdit | undefined> {
  const [row] = await tx.select().from(heldEdits).where(eq(heldEdits.id, id)).for("update");
  return row && toHeldEdit(row);
}

/** Notes that a moderator did not want them. They stay, so that it can be taken back. */
export async function refuseHeldEdit(tx: Tx, id: EditId): Promise<void> {
  await tx
    .update(heldEdits)
    .set({ state: "refused" })
    .where(and(eq(heldEdits.id, id), eq(heldEdits.state, "held")));
}

/** Forgets what was kept for posts that are gone, or say something newer. */
export async function dropHeldEdits(tx: Tx, postIds: readonly PostId[]): Promise<void> {
  if (postIds.length > 0) await tx.delete(heldEdits).where(anyOf(heldEdits.postId, postIds));
}

function toHeldEdit(row: typeof heldEdits.$inferSelect): HeldEdit {
  return {
    id: row.id,
    postId: row.postId,
    state: row.state,
    reason: row.reason,
    createdAt: row.createdAt,
    title: row.title ?? undefined,
    html: row.html,
    foldedHtml: row.foldedHtml ?? undefined,
    warning: row.warning ?? undefined,
    sensitive: row.sensitive,
    language: row.language ?? undefined,
    poll: row.poll ? toPoll(row.poll) : undefined,
    attachments: row.attachments,
    editedAt: row.editedAt ?? undefined,
    original: { mediaType: row.mediaType, bytes: row.bytes, ...(row.messageId ? { messageId: row.messageId } : {}) },
  };
}

function toPoll({ endsAt, ...poll }: HeldPoll): Poll {
  return { ...poll, endsAt: endsAt === undefined ? undefined : new Date(endsAt) };
}
