import { and, eq } from "drizzle-orm";
import { answerFollow, endHearing } from "../community/answer-follow.ts";
import { membershipAt } from "../community/membership.ts";
import { joinDoors } from "../community/one-door.ts";
import { touchCommunities } from "../community/touch-communities.ts";
import { DomainError } from "../core/errors.ts";
import { memberRoles, members } from "../db/schema/community.ts";
import type { JoiningDecision } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { recordDecision } from "./record-decision.ts";
import { tellMet } from "./tell-met.ts";

/** See `decide`. */
export async function decideAboutJoining(ground: Ground, decision: JoiningDecision): Promise<void> {
  if (decision.action === "admit") await admit(ground, decision);
  else if (decision.action === "decline") await decline(ground, decision);
  else await expel(ground, decision);
}

/** Lets in who asked to join. What they asked by is answered, and they are told. */
async function admit(ground: Ground, decision: JoiningDecision): Promise<void> {
  const { tx, communityId, now } = ground;
  const { authorId } = decision;
  await requireState(ground, decision, "pending", "they do not wait to be let in");
  const decisionId = await recordDecision(ground, decision);
  await tx.update(members).set({ state: "active", joinedAt: now, note: "", updatedAt: now }).where(isMember(decision));
  // Whoever went on to hear by another door meanwhile hears by that one.
  await joinDoors(ground.app, tx, authorId, communityId);
  await answerFollow(ground.app, tx, decision, "member-accepted");
  await tellMet(ground, { authorId, kind: "admitted", decisionId, reason: decision.reason });
  await touchCommunities(tx, [communityId]);
}

/** Does not let in who asked to join, and says so. They may ask again. */
async function decline(ground: Ground, decision: JoiningDecision): Promise<void> {
  await requireState(ground, decision, "pending", "they do not wait to be let in");
  await end(ground, decision, "declined");
}

/** Sends a member away who has no role. They may ask again; whoever may not is banned. */
async function expel(ground: Ground, decision: JoiningDecision): Promise<void> {
  const { communityId, authorId } = decision;
  await requireState(ground, decision, "active", "they are no member");
  const [holder] = await ground.tx
    .select({ role: memberRoles.role })
    .from(memberRoles)
    .where(and(eq(memberRoles.communityId, communityId), eq(memberRoles.authorId, authorId)));
  if (holder) throw new DomainError("conflict", `they are ${holder.role} of the community: take that first`);
  await end(ground, decision, "expelled");
}

async function end(ground: Ground, decision: JoiningDecision, kind: "declined" | "expelled"): Promise<void> {
  const { tx, communityId, now } = ground;
  const { authorId, reason } = decision;
  const decisionId = await recordDecision(ground, decision);
  await tx.update(members).set({ state: "left", joinedAt: null, note: "", updatedAt: now }).where(isMember(decision));
  await endHearing(ground.app, tx, decision);
  await tellMet(ground, { authorId, kind, decisionId, reason });
  await touchCommunities(tx, [communityId]);
}

/** @throws {DomainError} `conflict` when the membership is in another state */
async function requireState(
  { tx, now }: Ground,
  decision: JoiningDecision,
  state: "pending" | "active",
  otherwise: string,
): Promise<void> {
  const [member] = await tx.select().from(members).where(isMember(decision)).for("update");
  if (!member || membershipAt(member, now) !== state) throw new DomainError("conflict", otherwise);
}

function isMember({ communityId, authorId }: JoiningDecision) {
  return and(eq(members.communityId, communityId), eq(members.authorId, authorId));
}
