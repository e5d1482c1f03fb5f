import { and, eq } from "drizzle-orm";
import { requireReader } from "../community/add-member.ts";
import { membershipAt } from "../community/membership.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId } from "../core/ids.ts";
import { memberRoles, members } from "../db/schema/community.ts";
import { ban, unban } from "./ban.ts";
import { decideAboutJoining } from "./decide-joining.ts";
import { decideAboutPerson } from "./decide-person.ts";
import type { MemberDecision, RoleDecision } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { article, isHolder, lockMember, tell } from "./lock-member.ts";
import { recordDecision } from "./record-decision.ts";

type Member = typeof members.$inferSelect;

/** See `decide`. */
export async function decideAboutMember(ground: Ground, decision: MemberDecision): Promise<void> {
  switch (decision.action) {
    case "ban":
      return await ban(ground, decision);
    case "unban":
      return await unban(ground, decision);
    case "set-role":
      return await setRole(ground, decision);
    case "admit":
    case "decline":
    case "expel":
      return await decideAboutJoining(ground, decision);
    default:
      return await decideAboutPerson(ground, decision);
  }
}

/** Who is given a role belongs to the community from then on; hearing from it is another matter, for which they follow it. */
async function setRole(ground: Ground, decision: RoleDecision): Promise<void> {
  const { tx, now } = ground;
  const { authorId, role } = decision;
  const { member, role: former } = await lockMember(ground, decision);
  if (member && membershipAt(member, now) === "banned") throw new DomainError("conflict", "they are banned");
  if (former === role) throw new DomainError("conflict", `they are ${article(role)} already`);
  if (former === "owner") await requireAnotherOwner(ground, decision);
  if (role !== "member") await requireReader(tx, decision.communityId, authorId);
  const decisionId = await recordDecision(ground, decision, { role: former });
  if (role === "member") await tx.delete(memberRoles).where(isHolder(decision));
  else await grant(ground, member, authorId, role);
  await tell(ground, decisionId);
}

async function grant(
  { tx, communityId, now }: Ground,
  member: Member | undefined,
  authorId: AuthorId,
  role: "moderator" | "owner",
): Promise<void> {
  const state = { state: "active", bannedUntil: null, joinedAt: member?.joinedAt ?? now, updatedAt: now } as const;
  await tx
    .insert(members)
    .values({ communityId, authorId, ...state })
    .onConflictDoUpdate({ target: [members.communityId, members.authorId], set: state });
  await tx
    .insert(memberRoles)
    .values({ communityId, authorId, role, grantedAt: now })
    .onConflictDoUpdate({ target: [memberRoles.communityId, memberRoles.authorId], set: { role, grantedAt: now } });
}

/** A community that has an owner keeps one. */
async function requireAnotherOwner({ tx }: Ground, { communityId, authorId }: RoleDecision): Promise<void> {
  const owners = await tx
    .select({ authorId: memberRoles.authorId })
    .from(memberRoles)
    .innerJoin(
      members,
      and(eq(members.communityId, memberRoles.communityId), eq(members.authorId, memberRoles.authorId)),
    )
    .where(and(eq(memberRoles.communityId, communityId), eq(memberRoles.role, "owner"), eq(members.state, "active")));
  if (owners.some((owner) => owner.authorId !== authorId)) return;
  throw new DomainError("conflict", "they are the last owner: make somebody else one first");
}
