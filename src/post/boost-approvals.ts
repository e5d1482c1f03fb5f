import { and, eq, exists } from "drizzle-orm";
import type { App } from "../app.ts";
import type { PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { boostApprovals, posts } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";

/** The author of a post says that a community may boost it. */
export interface BoostApproval {
  readonly boostId: string;
  readonly postId: PostId;
  /** The author's actor. */
  readonly actorIri: string;
  /** The document that proves it to others. */
  readonly approvedBy: string;
}

/**
 * Notes that the author of a post allows a boost, and has it sent to everybody.
 *
 * @returns false when it is not theirs to allow, or they did before
 */
export async function approveBoost(app: App, approval: BoostApproval): Promise<boolean> {
  const { boostId, postId, actorIri, approvedBy } = approval;
  return await app.db.transaction(async (tx) => {
    const [theirs] = await tx
      .select({ id: posts.id })
      .from(posts)
      .innerJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
      .where(and(eq(posts.id, postId), eq(remoteActors.iri, actorIri), eq(posts.state, "published")));
    if (!theirs) return false;
    const fresh = await tx
      .insert(boostApprovals)
      .values({ boostId, postId, approvedBy, at: app.now() })
      .onConflictDoNothing()
      .returning({ boostId: boostApprovals.boostId });
    if (fresh.length > 0) await dispatch(app, tx, [{ kind: "boost-approved", postId, boostId }]);
    return fresh.length > 0;
  });
}

/** An author does not want a boost any longer that they had allowed: which one, or by what proved that. */
export type BoostRevocation = { readonly actorIri: string } & (
  | { readonly boostId: string }
  | { readonly approvedBy: string }
);

/**
 * Has a boost taken back that its author had allowed.
 *
 * @returns false when it is not theirs, or was not allowed
 */
export async function revokeBoost(app: App, { actorIri, ...which }: BoostRevocation): Promise<boolean> {
  return await app.db.transaction(async (tx) => {
    const theirs = tx
      .select({ id: posts.id })
      .from(posts)
      .innerJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
      .where(and(eq(posts.id, boostApprovals.postId), eq(remoteActors.iri, actorIri)));
    const isIt =
      "boostId" in which ? eq(boostApprovals.boostId, which.boostId) : eq(boostApprovals.approvedBy, which.approvedBy);
    const revoked = await tx
      .delete(boostApprovals)
      .where(and(isIt, exists(theirs)))
      .returning();
    await dispatch(
      app,
      tx,
      revoked.map(({ postId, boostId }) => ({ kind: "boost-revoked", postId, boostId })),
    );
    return revoked.length > 0;
  });
}

/** What proves that a boost is allowed. */
export async function findBoostApproval(db: Db, boostId: string): Promise<string | undefined> {
  const [row] = await db.select().from(boostApprovals).where(eq(boostApprovals.boostId, boostId));
  return row?.approvedBy;
}
