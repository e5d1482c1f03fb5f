import { and, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { App } from "../app.ts";
import type { PostId } from "../core/ids.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { posts, replyApprovals } from "../db/schema/post.ts";
import { tellAnew } from "./tell-anew.ts";

/** The author of a post allows an answer to it that was written here. */
export interface ReplyApproval {
  readonly postId: PostId;
  /** The author's actor. */
  readonly actorIri: string;
  /** The document that proves it to others. */
  readonly approvedBy: string;
}

/**
 * Notes that the author of what a post answers allows the answer, and has it told once more, with the proof.
 *
 * @returns false when it is not theirs to allow, or they did before
 */
export async function approveReply(app: App, { postId, actorIri, approvedBy }: ReplyApproval): Promise<boolean> {
  const parents = alias(posts, "parent");
  return await app.db.transaction(async (tx) => {
    const [reply] = await tx
      .select({ sourceId: posts.sourceId })
      .from(posts)
      .innerJoin(parents, eq(parents.id, posts.parentId))
      .innerJoin(remoteActors, eq(remoteActors.authorId, parents.authorId))
      .where(and(eq(posts.id, postId), eq(remoteActors.iri, actorIri), eq(posts.state, "published")));
    if (!reply) return false;
    const given = { approvedBy, givenBy: actorIri, at: app.now() };
    const fresh = await tx
      .insert(replyApprovals)
      .values({ postId, ...given })
      .onConflictDoUpdate({
        target: replyApprovals.postId,
        set: given,
        setWhere: sql`(${replyApprovals.approvedBy}, ${replyApprovals.givenBy}) <> (${approvedBy}, ${actorIri})`,
      })
      .returning({ postId: replyApprovals.postId });
    if (fresh.length > 0) await tellAnew(app, tx, reply.sourceId);
    return fresh.length > 0;
  });
}

/** An author does not allow an answer any longer: which one, or by what proved that they did. */
export type ReplyRevocation = { readonly actorIri: string } & (
  | { readonly postId: PostId }
  | { readonly approvedBy: string }
);

/**
 * Has an answer told once more without the proof that it is allowed.
 *
 * @returns false when it was not allowed by them
 */
export async function revokeReply(app: App, { actorIri, ...which }: ReplyRevocation): Promise<boolean> {
  return await app.db.transaction(async (tx) => {
    const isIt =
      "postId" in which ? eq(replyApprovals.postId, which.postId) : eq(replyApprovals.approvedBy, which.approvedBy);
    const revoked = await tx
      .delete(replyApprovals)
      .where(and(isIt, eq(replyApprovals.givenBy, actorIri)))
      .returning({ postId: replyApprovals.postId });
    for (const { postId } of revoked) {
      const [reply] = await tx.select({ sourceId: posts.sourceId }).from(posts).where(eq(posts.id, postId));
      if (reply) await tellAnew(app, tx, reply.sourceId);
    }
    return revoked.length > 0;
  });
}
