import { and, eq } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { membershipAt, withoutBan } from "../community/membership.ts";
import { touchCommunities } from "../community/touch-communities.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { memberDeliveries, memberRoles, members } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { closeCasesOf } from "./close-cases.ts";
import { decideAboutJoining } from "./decide-joining.ts";
import type { Ban, MemberDecision, Role, RoleDecision, Unban } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { recordDecision } from "./record-decision.ts";
import { removePostsOf } from "./remove-posts.ts";

/** Gives somebody whose ban has an end back what they had, when it has come. */
export const endBanJob: JobKind<{ communityId: CommunityId; authorId: AuthorId }> = { name: "end-ban" };

type Member = typeof members.$inferSelect;
type Subject = Pick<MemberDecision, "communityId" | "authorId">;

/** See `decide`. */
export async function decideAboutMember(ground: Ground, decision: MemberDecision): Promise<void> {
  if (decision.action === "ban") await ban(ground, decision);
  else if (decision.action === "unban") await unban(ground, decision);
  else if (decision.action === "set-role") await setRole(ground, decision);
  else await decideAboutJoining(ground, decision);
}

/** Keeps somebody out, whether they ever were in or not. */
export async function ban(ground: Ground, decision: Ban): Promise<void> {
  const { app, tx, communityId, now } = ground;
  const { authorId, until } = decision;
  if (until && until <= now) throw new DomainError("invalid", "a ban cannot end before it begins");
  const { member, role } = await lockMember(ground, decision);
  if (role !== "member")
    throw new DomainError("conflict", `they are ${article(role)} of the community: take that first`);
  if (member?.state === "banned" && sameTime(member.bannedUntil, until))
    throw new DomainError("conflict", "they are banned already");
  const decisionId = await recordDecision(tx, communityId, decision, now);
  // Only who is in at this moment is in again afterwards.
  const joinedAt = member?.state === "active" || member?.state === "banned" ? member.joinedAt : null;
  const state = { state: "banned", joinedAt, bannedUntil: until ?? null, trusted: false, updatedAt: now } as const;
  await tx
    .insert(members)
    .values({ communityId, authorId, ...state })
    .onConflictDoUpdate({ target: [members.communityId, members.authorId], set: state });
  if (until) await app.jobs.enqueue(tx, endBanJob, [{ communityId, authorId }], { startAfter: until });
  else await endHearing(ground, authorId);
  await closeCasesOf(ground, decision.authorId, decision.moderatorId);
  if (decision.removePosts) await removePostsOf(ground, authorId, decision);
  await tell(ground, decisionId);
}

/** Whoever is banned for good is told by what they asked to hear: their server then knows that they do not follow any longer. */
async function endHearing({ app, tx, communityId }: Ground, authorId: AuthorId): Promise<void> {
  const hears = await tx
    .select({ sourceId: memberDeliveries.sourceId })
    .from(memberDeliveries)
    .where(and(eq(memberDeliveries.communityId, communityId), eq(memberDeliveries.authorId, authorId)));
  await dispatch(
    app,
    tx,
    hears.flatMap(({ sourceId }) =>
      sourceId === null ? [] : [{ kind: "member-refused" as const, communityId, authorId, sourceId }],
    ),
  );
}

async function unban(ground: Ground, decision: Unban): Promise<void> {
  const { tx, communityId, now } = ground;
  const { member } = await lockMember(ground, decision);
  if (!member || membershipAt(member, now) !== "banned") throw new DomainError("conflict", "they are not banned");
  const decisionId = await recordDecision(tx, communityId, decision, now);
  await tx
    .update(members)
    .set({ state: withoutBan(member), bannedUntil: null, updatedAt: now })
    .where(isMember(decision));
  await tell(ground, decisionId);
}

/** A ban whose end has come is over; one that was prolonged or lifted meanwhile is left alone. */
export async function endBan(app: App, subject: Subject): Promise<void> {
  await app.db.transaction(async (tx) => {
    await lockCommunities(tx, [subject.communityId]);
    const [member] = await tx.select().from(members).where(isMember(subject)).for("update");
    const now = app.now();
    if (member?.state !== "banned" || membershipAt(member, now) === "banned") return;
    await tx
      .update(members)
      .set({ state: withoutBan(member), bannedUntil: null, updatedAt: now })
      .where(isMember(subject));
    await touchCommunities(tx, [subject.communityId]);
  });
}

/** Who is given a role belongs to the community from then on; hearing from it is another matter, for which they follow it. */
async function setRole(ground: Ground, decision: RoleDecision): Promise<void> {
  const { tx, communityId, now } = ground;
  const { authorId, role } = decision;
  const { member, role: former } = await lockMember(ground, decision);
  if (member && membershipAt(member, now) === "banned") throw new DomainError("conflict", "they are banned");
  if (former === role) throw new DomainError("conflict", `they are ${article(role)} already`);
  if (former === "owner") await requireAnotherOwner(ground, decision);
  const decisionId = await recordDecision(tx, communityId, decision, now, { role: former });
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
async function requireAnotherOwner({ tx }: Ground, { communityId, authorId }: Subject): Promise<void> {
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

async function lockMember({ tx }: Ground, subject: Subject): Promise<{ member: Member | undefined; role: Role }> {
  const [author] = await tx.select({ id: authors.id }).from(authors).where(eq(authors.id, subject.authorId));
  if (!author) throw new DomainError("not-found", `there is no author ${subject.authorId}`);
  const [member] = await tx.select().from(members).where(isMember(subject)).for("update");
  const [holder] = await tx.select({ role: memberRoles.role }).from(memberRoles).where(isHolder(subject));
  return { member, role: holder?.role ?? "member" };
}

async function tell({ app, tx, communityId }: Ground, decisionId: number): Promise<void> {
  await touchCommunities(tx, [communityId]);
  await dispatch(app, tx, [{ kind: "decided", decisionId }]);
}

function isMember({ communityId, authorId }: Subject) {
  return and(eq(members.communityId, communityId), eq(members.authorId, authorId));
}

function isHolder({ communityId, authorId }: Subject) {
  return and(eq(memberRoles.communityId, communityId), eq(memberRoles.authorId, authorId));
}

function article(role: Role): string {
  return role === "owner" ? "an owner" : `a ${role}`;
}

function sameTime(one: Date | null, other: Date | undefined): boolean {
  return (one?.getTime() ?? null) === (other?.getTime() ?? null);
}
