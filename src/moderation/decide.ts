import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { communities, memberRoles, members } from "../db/schema/community.ts";
import { posts, threads } from "../db/schema/post.ts";
import { decideAboutMember } from "./decide-member.ts";
import { decideAboutPost } from "./decide-post.ts";
import { decideAboutThread } from "./decide-thread.ts";
import type { Decision } from "./decision.ts";

/**
 * Decides about a post, a thread or a member, writes down who did and why, and tells the world.
 *
 * Of two moderators who decide at once the second is refused: it is no longer in the state that they saw. Each decision can be undone by
 * another, and both stay in the record.
 *
 * @throws {DomainError} `not-found`, `not-allowed` for somebody who may not, `conflict` when it is in another state, `invalid`.
 */
export async function decide(app: App, decision: Decision): Promise<void> {
  if (decision.reason.length > limits.reasonLength)
    throw new DomainError("invalid", `a reason has at most ${limits.reasonLength} characters`);
  await app.db.transaction(async (tx) => {
    const communityId = await lockPlace(tx, decision);
    if (decision.moderatorId) await requireRole(tx, communityId, decision.moderatorId, decision);
    const ground = { app, tx, communityId, now: app.now() };
    if ("postId" in decision) await decideAboutPost(ground, decision);
    else if ("threadId" in decision) await decideAboutThread(ground, decision);
    else await decideAboutMember(ground, decision);
  });
}

/** The community is locked before anything in it, as everywhere, so that nobody waits for each other. */
async function lockPlace(tx: Tx, decision: Decision): Promise<CommunityId> {
  const id = await findPlace(tx, decision);
  await tx.select({ id: communities.id }).from(communities).where(eq(communities.id, id)).for("no key update");
  return id;
}

async function findPlace(tx: Tx, decision: Decision): Promise<CommunityId> {
  const [place] =
    "postId" in decision
      ? await tx.select({ id: posts.communityId }).from(posts).where(eq(posts.id, decision.postId))
      : "threadId" in decision
        ? await tx.select({ id: threads.communityId }).from(threads).where(eq(threads.id, decision.threadId))
        : await tx.select({ id: communities.id }).from(communities).where(eq(communities.id, decision.communityId));
  if (place) return place.id;
  if ("postId" in decision) throw new DomainError("not-found", `there is no post ${decision.postId}`);
  if ("threadId" in decision) throw new DomainError("not-found", `there is no thread ${decision.threadId}`);
  throw new DomainError("not-found", `there is no community ${decision.communityId}`);
}

/** Moderators decide; who they are is for the owners to say. */
async function requireRole(
  tx: Tx,
  communityId: CommunityId,
  moderatorId: AuthorId,
  { action }: Decision,
): Promise<void> {
  const [found] = await tx
    .select({ role: memberRoles.role })
    .from(memberRoles)
    .innerJoin(
      members,
      and(eq(members.communityId, memberRoles.communityId), eq(members.authorId, memberRoles.authorId)),
    )
    .where(
      and(eq(memberRoles.communityId, communityId), eq(memberRoles.authorId, moderatorId), eq(members.state, "active")),
    );
  if (!found) throw new DomainError("not-allowed", "only a moderator of the community may decide this");
  if (action === "set-role" && found.role !== "owner")
    throw new DomainError("not-allowed", "only an owner of the community may decide who moderates it");
}
