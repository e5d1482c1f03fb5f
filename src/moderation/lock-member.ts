import { and, eq } from "drizzle-orm";
import { touchCommunities } from "../community/touch-communities.ts";
import { DomainError } from "../core/errors.ts";
import { memberRoles, members } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { dispatch } from "../outbound/dispatch.ts";
import type { MemberDecision, Role } from "./decision.ts";
import type { Ground } from "./ground.ts";

type Member = typeof members.$inferSelect;

/** A person in one community. */
export type Subject = Pick<MemberDecision, "communityId" | "authorId">;

/** A person in a community, locked, and what they do for it. @throws {DomainError} `not-found` */
export async function lockMember(
  { tx }: Ground,
  subject: Subject,
): Promise<{ member: Member | undefined; role: Role }> {
  const [author] = await tx.select({ id: authors.id }).from(authors).where(eq(authors.id, subject.authorId));
  if (!author) throw new DomainError("not-found", `there is no author ${subject.authorId}`);
  const [member] = await tx.select().from(members).where(isMember(subject)).for("update");
  const [holder] = await tx.select({ role: memberRoles.role }).from(memberRoles).where(isHolder(subject));
  return { member, role: holder?.role ?? "member" };
}

/** The world hears of a decision about a member. */
export async function tell({ app, tx, communityId }: Ground, decisionId: number): Promise<void> {
  await touchCommunities(tx, [communityId]);
  await dispatch(app, tx, [{ kind: "decided", decisionId }]);
}

export function isMember({ communityId, authorId }: Subject) {
  return and(eq(members.communityId, communityId), eq(members.authorId, authorId));
}

export function isHolder({ communityId, authorId }: Subject) {
  return and(eq(memberRoles.communityId, communityId), eq(memberRoles.authorId, authorId));
}

export function article(role: Role): string {
  return role === "owner" ? "an owner" : `a ${role}`;
}
