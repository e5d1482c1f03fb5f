import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { getCommunityRule } from "../community/rules.ts";
import { DomainError } from "../core/errors.ts";
import type { CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { heldEdits } from "../db/schema/held-edit.ts";
import { posts, threads } from "../db/schema/post.ts";
import { decideAboutEdit } from "./decide-edit.ts";
import { decideAboutMember } from "./decide-member.ts";
import { decideAboutPlace } from "./decide-place.ts";
import { decideAboutPost } from "./decide-post.ts";
import { decideAboutThread } from "./decide-thread.ts";
import { decideAboutTopic } from "./decide-topic.ts";
import type { Decision } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { moveThread } from "./move-thread.ts";
import { requireModerator, requireOwner } from "./require-role.ts";

/**
 * Decides about a post, a thread or a member, writes down who did and why, and tells the world.
 *
 * Of two moderators who decide at once the second is refused: it is no longer in the state that they saw. Each decision can be undone by
 * another, and both stay in the record.
 *
 * @throws {DomainError} `not-found`, `not-allowed` for somebody who may not, `conflict` when it is in another state, `invalid`.
 */
export async function decide(app: App, decision: Decision): Promise<void> {
  await app.db.transaction(async (tx) => await decideWithin(app, tx, decision));
}

/** The same, within the transaction of what else is decided at once. @throws {DomainError} as `decide` */
export async function decideWithin(app: App, tx: Tx, decision: Decision): Promise<void> {
  if (decision.reason.length > limits.reasonLength)
    throw new DomainError("invalid", `a reason has at most ${limits.reasonLength} characters`);
  const communityId = await lockPlace(tx, decision);
  await requireRight(tx, communityId, decision);
  const rule = decision.rule === undefined ? undefined : await getCommunityRule(tx, communityId, decision.rule);
  const ground: Ground = { app, tx, communityId, now: app.now(), rule };
  switch (decision.action) {
    case "split":
    case "attach":
      return await decideAboutPlace(ground, decision);
    case "set-topic":
      return await decideAboutTopic(ground, decision);
    case "move":
      return await moveThread(ground, decision);
    case "approve-edit":
    case "reject-edit":
      return await decideAboutEdit(ground, decision);
    default:
      if ("postId" in decision) return await decideAboutPost(ground, decision);
      if ("threadId" in decision) return await decideAboutThread(ground, decision);
      return await decideAboutMember(ground, decision);
  }
}

/** Communities are locked before anything in them, in the order of their ids, as everywhere, so that nobody waits for each other. */
async function lockPlace(tx: Tx, decision: Decision): Promise<CommunityId> {
  const id = await findPlace(tx, decision);
  const all = decision.action === "move" ? [id, decision.to] : [id];
  await lockCommunities(tx, all);
  return id;
}

async function findPlace(tx: Tx, decision: Decision): Promise<CommunityId> {
  const [place] =
    "editId" in decision
      ? await tx
          .select({ id: posts.communityId })
          .from(heldEdits)
          .innerJoin(posts, eq(posts.id, heldEdits.postId))
          .where(eq(heldEdits.id, decision.editId))
      : "postId" in decision
        ? await tx.select({ id: posts.communityId }).from(posts).where(eq(posts.id, decision.postId))
        : "threadId" in decision
          ? await tx.select({ id: threads.communityId }).from(threads).where(eq(threads.id, decision.threadId))
          : await tx.select({ id: communities.id }).from(communities).where(eq(communities.id, decision.communityId));
  if (place) return place.id;
  if ("editId" in decision) throw new DomainError("not-found", `no new words wait as ${decision.editId}`);
  if ("postId" in decision) throw new DomainError("not-found", `there is no post ${decision.postId}`);
  if ("threadId" in decision) throw new DomainError("not-found", `there is no thread ${decision.threadId}`);
  throw new DomainError("not-found", `there is no community ${decision.communityId}`);
}

/** Moderators decide; who they are is for the owners to say, though everybody may give their own role up. */
async function requireRight(tx: Tx, communityId: CommunityId, decision: Decision): Promise<void> {
  const { moderatorId } = decision;
  if (!moderatorId) return;
  const givesUp = decision.action === "set-role" && decision.role === "member" && decision.authorId === moderatorId;
  if (decision.action === "set-role" && !givesUp) await requireOwner(tx, communityId, moderatorId);
  else await requireModerator(tx, communityId, moderatorId);
  if (decision.action === "move") await requireModerator(tx, decision.to, moderatorId);
}
