import { membershipAt } from "../community/membership.ts";
import { DomainError } from "../core/errors.ts";
import { members } from "../db/schema/community.ts";
import type { PersonDecision } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { lockMember, tell } from "./lock-member.ts";
import { recordDecision } from "./record-decision.ts";
import { tellMet } from "./tell-met.ts";

type Member = typeof members.$inferSelect;

/** See `decide`. */
export async function decideAboutPerson(ground: Ground, decision: PersonDecision): Promise<void> {
  const { member } = await lockMember(ground, decision);
  switch (decision.action) {
    case "warn":
    case "unwarn":
      return await warn(ground, decision);
    case "vouch":
    case "unvouch":
      return await vouch(ground, decision, member);
  }
}

/** Nothing changes but what they know, so nobody else hears of it. */
async function warn(ground: Ground, decision: PersonDecision): Promise<void> {
  if (decision.action === "warn" && decision.reason === "" && !ground.rule)
    throw new DomainError("invalid", "a warning says what is wrong");
  const decisionId = await recordDecision(ground, decision);
  const kind = decision.action === "warn" ? "warned" : "unwarned";
  await tellMet(ground, { authorId: decision.authorId, kind, decisionId, reason: decision.reason });
}

async function vouch(ground: Ground, decision: PersonDecision, member: Member | undefined): Promise<void> {
  const { tx, communityId, now } = ground;
  const { authorId } = decision;
  const trusted = decision.action === "vouch";
  if ((member?.trusted ?? false) === trusted)
    throw new DomainError("conflict", trusted ? "they are trusted already" : "they are not trusted");
  if (trusted && member && membershipAt(member, now) === "banned")
    throw new DomainError("conflict", "they are banned: lift that first");
  const decisionId = await recordDecision(ground, decision);
  await tx
    .insert(members)
    .values({ communityId, authorId, state: "left", trusted, updatedAt: now })
    .onConflictDoUpdate({ target: [members.communityId, members.authorId], set: { trusted, updatedAt: now } });
  await tell(ground, decisionId);
}
