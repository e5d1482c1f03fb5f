import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId, EditId, PostId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { members } from "../db/schema/community.ts";
import { heldEdits } from "../db/schema/held-edit.ts";
import { posts } from "../db/schema/post.ts";
import { decideWithin } from "./decide.ts";

/** What a moderator says to something that `listHeld` lists. */
export interface HeldDecision {
  /** Of a post, or of new words for one. */
  readonly id: PostId | EditId;
  /** trust: approve, and hold nothing more of its author · spam: refuse or remove the post without a word, and ban its author. */
  readonly action: "approve" | "trust" | "reject" | "spam";
  /** Null: whoever has the command line. */
  readonly moderatorId: AuthorId | null;
  readonly reason: string;
  readonly rule?: number | undefined;
  /** When whoever decides read the post. New words that take the place of others are others by their id. */
  readonly readAt?: Date | undefined;
}

/** Decides about a post that is held, or about new words for one. @throws {DomainError} as `decide` */
export async function decideHeld(app: App, { id, action, readAt, ...by }: HeldDecision): Promise<void> {
  await app.db.transaction(async (tx) => {
    const [edit] = await tx
      .select({ id: heldEdits.id, postId: heldEdits.postId })
      .from(heldEdits)
      .where(eq(heldEdits.id, id as EditId));
    if (!edit) return await decideWithin(app, tx, { ...by, action, readAt, postId: id as PostId });
    if (action === "spam") return await decideWithin(app, tx, { ...by, action, postId: edit.postId });
    const decided = action === "reject" ? "reject-edit" : "approve-edit";
    await decideWithin(app, tx, { ...by, action: decided, editId: edit.id });
    if (action !== "trust") return;
    const untrusted = await findUntrusted(tx, edit.postId);
    if (untrusted) await decideWithin(app, tx, { ...by, ...untrusted, action: "vouch" });
  });
}

/** Who wrote a post, and where, unless nothing of theirs is held there anyway. */
async function findUntrusted(tx: Tx, postId: PostId) {
  const [row] = await tx
    .select({ communityId: posts.communityId, authorId: posts.authorId, trusted: members.trusted })
    .from(posts)
    .leftJoin(members, and(eq(members.communityId, posts.communityId), eq(members.authorId, posts.authorId)))
    .where(eq(posts.id, postId));
  return row && !row.trusted ? { communityId: row.communityId, authorId: row.authorId } : undefined;
}
