import { and, eq } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { answerFollow } from "../community/answer-follow.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { membershipAt, withoutBan } from "../community/membership.ts";
import { touchCommunities } from "../community/touch-communities.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { anyOf } from "../db/many.ts";
import { members } from "../db/schema/community.ts";
import { posts } from "../db/schema/post.ts";
import { lockPages } from "../post/lock-pages.ts";
import { closeCasesOf } from "./close-cases.ts";
import type { Ban, Unban } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { article, isMember, lockMember, type Subject, tell } from "./lock-member.ts";
import { recordDecision } from "./record-decision.ts";
import { removePostsOf } from "./remove-posts.ts";
import { tellMet } from "./tell-met.ts";

/** Gives somebody whose ban has an end back what they had, when it has come. */
export const endBanJob: JobKind<{ communityId: CommunityId; authorId: AuthorId }> = { name: "end-ban" };

/**
 * Keeps somebody out, whether they ever were in or not, and with them everyone else who they proved to be: each is a decision of its own,
 * for servers elsewhere know nothing of the others.
 *
 * @param silently true when they are not told
 */
export async function ban(ground: Ground, decision: Ban, silently = false): Promise<void> {
  const { tx, communityId, now } = ground;
  if (decision.until && decision.until <= now) throw new DomainError("invalid", "a ban cannot end before it begins");
  const selves = (await listSelves(tx, [decision.authorId]))(decision.authorId);
  const locked: (Awaited<ReturnType<typeof lockMember>> & { authorId: AuthorId })[] = [];
  for (const authorId of selves) locked.push({ authorId, ...(await lockMember(ground, { communityId, authorId })) });
  const office = locked.find(({ role }) => role !== "member");
  if (office) throw new DomainError("conflict", `they are ${article(office.role)} of the community: take that first`);
  const isBanned = ({ member }: (typeof locked)[number]) =>
    member?.state === "banned" && sameTime(member.bannedUntil, decision.until);
  if (locked.every(isBanned)) throw new DomainError("conflict", "they are banned already");
  if (decision.removePosts)
    await lockPages(tx, and(eq(posts.communityId, communityId), anyOf(posts.authorId, selves))!);
  let told = silently;
  for (const { authorId, member } of locked.filter((one) => !isBanned(one))) {
    const decisionId = await banOne(ground, { ...decision, authorId }, member);
    if (!told) await tellMet(ground, { authorId, kind: "banned", decisionId, reason: decision.reason });
    told = true;
  }
}

async function banOne(ground: Ground, decision: Ban, member: typeof members.$inferSelect | undefined): Promise<number> {
  const { app, tx, communityId, now } = ground;
  const { authorId, until } = decision;
  const decisionId = await recordDecision(ground, decision);
  // Only who is in at this moment is in again afterwards.
  const joinedAt = member?.state === "active" || member?.state === "banned" ? member.joinedAt : null;
  const state = { state: "banned", joinedAt, bannedUntil: until ?? null, trusted: false, updatedAt: now } as const;
  await tx
    .insert(members)
    .values({ communityId, authorId, ...state })
    .onConflictDoUpdate({ target: [members.communityId, members.authorId], set: state });
  if (until) await app.jobs.enqueue(tx, endBanJob, [{ communityId, authorId }], { startAfter: until });
  // Whoever is banned for good is told by what they asked to hear: their server then knows that they do not follow any longer.
  else await answerFollow(app, tx, { communityId, authorId }, "member-refused");
  await closeCasesOf(ground, authorId, decision.moderatorId);
  if (decision.removePosts) await removePostsOf(ground, authorId, decision);
  await tell(ground, decisionId);
  return decisionId;
}

/** Lets somebody in again, as whoever they were banned. */
export async function unban(ground: Ground, decision: Unban): Promise<void> {
  const { tx, communityId, now } = ground;
  await lockMember(ground, decision);
  const selves = (await listSelves(tx, [decision.authorId]))(decision.authorId);
  const held = await tx
    .select()
    .from(members)
    .where(and(eq(members.communityId, communityId), anyOf(members.authorId, selves)))
    .for("update");
  const banned = held.filter((member) => membershipAt(member, now) === "banned");
  if (banned.length === 0) throw new DomainError("conflict", "they are not banned");
  for (const [index, member] of banned.entries()) {
    const { authorId } = member;
    const decisionId = await recordDecision(ground, { ...decision, authorId });
    await tx
      .update(members)
      .set({ state: withoutBan(member), bannedUntil: null, updatedAt: now })
      .where(isMember({ communityId, authorId }));
    if (index === 0) await tellMet(ground, { authorId, kind: "unbanned", decisionId, reason: decision.reason });
    await tell(ground, decisionId);
  }
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

function sameTime(one: Date | null, other: Date | undefined): boolean {
  return (one?.getTime() ?? null) === (other?.getTime() ?? null);
}
