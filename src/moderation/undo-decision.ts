import { and, desc, eq, gt, lt } from "drizzle-orm";
import type { App } from "../app.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { decisions } from "../db/schema/moderation.ts";
import { posts } from "../db/schema/post.ts";
import { listHeldEdits } from "../post/held-edits.ts";
import { decideWithin } from "./decide.ts";
import type { Decision } from "./decision.ts";

/** A decision is taken back. */
export interface Undoing {
  readonly decisionId: number;
  /** Null: whoever has the command line. */
  readonly moderatorId: AuthorId | null;
  readonly reason: string;
}

type Row = typeof decisions.$inferSelect;

/**
 * Takes a decision back by its opposite, which is a decision too; both stay in the record. What came of it in the world is told.
 *
 * @throws {DomainError} `conflict` when it was taken back before, was taken too long ago, or cannot be; `not-found`, `not-allowed`
 */
export async function undoDecision(app: App, undoing: Undoing): Promise<void> {
  await app.db.transaction(async (tx) => await undoWithin(app, tx, undoing));
}

/** The same, within the transaction of what else is decided at once. @throws {DomainError} as `undoDecision` */
export async function undoWithin(app: App, tx: Tx, { decisionId, moderatorId, reason }: Undoing): Promise<void> {
  const [found] = await tx.select().from(decisions).where(eq(decisions.id, decisionId));
  if (!found) throw new DomainError("not-found", `there is no decision ${decisionId}`);
  await lockCommunities(tx, found.otherCommunityId ? [found.communityId, found.otherCommunityId] : [found.communityId]);
  if (found.at.getTime() < app.now().getTime() - limits.undoWindow)
    throw new DomainError("conflict", "it was decided too long ago: decide anew");
  if ((await tx.$count(decisions, eq(decisions.undoes, decisionId))) > 0)
    throw new DomainError("conflict", "it was taken back already");
  const opposites = await oppositesOf(tx, found);
  if (opposites.length === 0) throw new DomainError("conflict", "this cannot be taken back");
  for (const opposite of opposites)
    await decideWithin(app, tx, { ...opposite, moderatorId, reason, undoes: decisionId } as Decision);
}

/** Whether a decision has an opposite. */
export function canBeUndone(action: Row["action"]): boolean {
  return !["admit", "decline", "expel", "approve", "approve-edit"].includes(action);
}

type Opposite = Decision extends infer One
  ? One extends Decision
    ? Omit<One, "moderatorId" | "reason">
    : never
  : never;

async function oppositesOf(tx: Tx, decision: Row): Promise<readonly Opposite[]> {
  const { action, communityId, postId, threadId, authorId } = decision;
  if (postId) return await oppositesOfPost(tx, decision, postId);
  if (threadId) {
    if (action === "lock" || action === "unlock") return [{ action: action === "lock" ? "unlock" : "lock", threadId }];
    if (action === "pin" || action === "unpin") return [{ action: action === "pin" ? "unpin" : "pin", threadId }];
    if (action === "set-topic") return [{ action, threadId, topic: decision.formerTopic }];
    if (action === "move") return [{ action, threadId, to: communityId }];
  }
  if (!authorId) return [];
  if (action === "set-role" && decision.formerRole)
    return [{ action, communityId, authorId, role: decision.formerRole }];
  if (action === "unban") return [{ action: "ban", communityId, authorId, until: await endOfLastBan(tx, decision) }];
  const opposite = personal[action];
  return opposite ? [{ action: opposite, communityId, authorId }] : [];
}

const personal: { readonly [A in Row["action"]]?: "unban" | "warn" | "unwarn" | "vouch" | "unvouch" } = {
  ban: "unban",
  warn: "unwarn",
  vouch: "unvouch",
  unvouch: "vouch",
};

/** Who was to be kept out until a day is so again; for good, if that is over. */
async function endOfLastBan(tx: Tx, { id, communityId, authorId, at }: Row): Promise<Date | undefined> {
  const [last] = await tx
    .select({ until: decisions.until })
    .from(decisions)
    .where(
      and(
        eq(decisions.communityId, communityId),
        eq(decisions.authorId, authorId!),
        eq(decisions.action, "ban"),
        lt(decisions.id, id),
      ),
    )
    .orderBy(desc(decisions.id))
    .limit(1);
  return last?.until && last.until > at ? last.until : undefined;
}

async function oppositesOfPost(
  tx: Tx,
  { id, action, communityId, formerParentId }: Row,
  postId: NonNullable<Row["postId"]>,
): Promise<readonly Opposite[]> {
  const [post] = await tx.select().from(posts).where(eq(posts.id, postId));
  const authorId = post!.authorId;
  switch (action) {
    case "reject":
      return [{ action: "approve", postId }];
    case "reject-edit": {
      const edit = (await listHeldEdits(tx, [postId])).get(postId);
      // Of words that were refused only the last ones are kept: an earlier refusal was of others.
      const later = and(eq(decisions.postId, postId), eq(decisions.action, "reject-edit"), gt(decisions.id, id));
      if (edit?.state !== "refused" || (await tx.$count(decisions, later)) > 0) return [];
      return [{ action: "approve-edit", editId: edit.id }];
    }
    case "trust":
      return [{ action: "unvouch", communityId, authorId }];
    case "remove":
      return [{ action: "restore", postId }];
    case "restore":
      return [{ action: "remove", postId }];
    case "spam":
      // Out again first: whoever is kept out is not published.
      return [
        { action: "unban", communityId, authorId },
        { action: post!.state === "removed" ? "restore" : "approve", postId },
      ];
    case "split":
    case "attach":
      return formerParentId === null
        ? [{ action: "split", postId, parentId: null }]
        : [{ action: "attach", postId, parentId: formerParentId }];
    default:
      return [];
  }
}
