import { and, asc, eq, ne } from "drizzle-orm";
import type { App } from "../app.ts";
import { membershipAt } from "../community/membership.ts";
import { touchCommunities } from "../community/touch-communities.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { communities, consents, memberDeliveries, memberRoles, members } from "../db/schema/community.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { endBanJob } from "./ban.ts";
import type { Ground } from "./ground.ts";
import { recordDecision } from "./record-decision.ts";

/** A person goes by another account from now on; both accounts said so. */
export interface Move {
  readonly fromIri: string;
  readonly fromId: AuthorId;
  readonly toIri: string;
  readonly toId: AuthorId;
  /** The name of what said so. */
  readonly evidence: string;
}

type Member = typeof members.$inferSelect;

/**
 * Lets what somebody is in the communities here follow them: memberships, roles, trust, and bans too. What they said stays the old
 * account's.
 *
 * @returns `seen` when that is known; `too-soon` when the account moved elsewhere within a week.
 */
export async function moveMemberships(app: App, move: Move): Promise<"moved" | "seen" | "too-soon"> {
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    const held = await tx
      .select()
      .from(members)
      .where(and(eq(members.authorId, move.fromId), ne(members.state, "left")))
      .orderBy(asc(members.communityId));
    // Communities before anything in them, in the order of their ids, as everywhere.
    for (const { communityId } of held)
      await tx.select().from(communities).where(eq(communities.id, communityId)).for("no key update");
    const [actor] = await tx.select().from(remoteActors).where(eq(remoteActors.iri, move.fromIri)).for("update");
    if (actor?.movedTo === move.toIri) return "seen";
    if (actor?.movedAt && now.getTime() - actor.movedAt.getTime() < limits.moveCooldown) return "too-soon";
    await tx.update(remoteActors).set({ movedTo: move.toIri, movedAt: now }).where(eq(remoteActors.iri, move.fromIri));
    for (const member of held) await moveOne({ app, tx, communityId: member.communityId, now }, move, member);
    return "moved";
  });
}

async function moveOne(ground: Ground, move: Move, member: Member): Promise<void> {
  const { app, tx, communityId, now } = ground;
  const [there] = await tx.select().from(members).where(isMember(communityId, move.toId)).for("update");
  const before = there && membershipAt(there, now);
  const state = membershipAt(member, now);
  // Whoever is kept out is kept out under each of their names.
  if (before === "banned") return;
  const banned = state === "banned";
  const next = banned || before !== "active" ? state : before;
  const row = {
    state: next,
    joinedAt: there?.joinedAt ?? member.joinedAt,
    bannedUntil: banned ? member.bannedUntil : null,
    trusted: !banned && (member.trusted || (there?.trusted ?? false)),
    updatedAt: now,
  };
  await tx
    .insert(members)
    .values({ communityId, authorId: move.toId, ...row })
    .onConflictDoUpdate({ target: [members.communityId, members.authorId], set: row });
  if (banned) {
    const { toId: authorId } = move;
    if (member.bannedUntil)
      await app.jobs.enqueue(tx, endBanJob, [{ communityId, authorId }], { startAfter: member.bannedUntil });
    return;
  }
  await moveRole(ground, move);
  await moveHearing(tx, communityId, move, now);
  await tx.update(members).set({ state: "left", updatedAt: now }).where(isMember(communityId, move.fromId));
  await touchCommunities(tx, [communityId]);
}

/** The new account has the role before the old one loses it, so that no community is without its last owner. */
async function moveRole(ground: Ground, { fromId, toId, evidence }: Move): Promise<void> {
  const { app, tx, communityId, now } = ground;
  const roleOf = async (authorId: AuthorId) =>
    (await tx.select({ role: memberRoles.role }).from(memberRoles).where(isHolder(communityId, authorId)))[0]?.role;
  const [old, there] = [await roleOf(fromId), await roleOf(toId)];
  if (!old) return;
  const role = old === "owner" || there === "owner" ? "owner" : "moderator";
  await tx
    .insert(memberRoles)
    .values({ communityId, authorId: toId, role, grantedAt: now })
    .onConflictDoUpdate({ target: [memberRoles.communityId, memberRoles.authorId], set: { role } });
  await tx.delete(memberRoles).where(isHolder(communityId, fromId));
  const said = { action: "set-role", communityId, moderatorId: fromId, reason: `moved: ${evidence}` } as const;
  const given = await recordDecision(
    ground,
    { ...said, authorId: toId, role },
    {
      role: there ?? "member",
    },
  );
  const taken = await recordDecision(
    ground,
    { ...said, authorId: fromId, role: "member" },
    {
      role: old,
    },
  );
  await dispatch(
    app,
    tx,
    [given, taken].map((decisionId) => ({ kind: "decided", decisionId })),
  );
}

/** They hear at the new account what they wanted to hear at the old one: it is the same person, who said yes. */
async function moveHearing(
  tx: Tx,
  communityId: CommunityId,
  { fromId, toId, evidence }: Move,
  now: Date,
): Promise<void> {
  const ended = await tx
    .delete(memberDeliveries)
    .where(
      and(
        eq(memberDeliveries.communityId, communityId),
        eq(memberDeliveries.authorId, fromId),
        eq(memberDeliveries.channel, "activitypub"),
      ),
    )
    .returning();
  if (ended.length === 0) return;
  const said = { communityId, purpose: "activitypub", act: "moved", evidence, at: now } as const;
  await tx.insert(consents).values([
    { ...said, authorId: fromId, given: false },
    { ...said, authorId: toId, given: true },
  ]);
  await tx
    .insert(memberDeliveries)
    .values({ communityId, authorId: toId, channel: "activitypub", createdAt: now })
    .onConflictDoNothing();
}

function isMember(communityId: CommunityId, authorId: AuthorId) {
  return and(eq(members.communityId, communityId), eq(members.authorId, authorId));
}

function isHolder(communityId: CommunityId, authorId: AuthorId) {
  return and(eq(memberRoles.communityId, communityId), eq(memberRoles.authorId, authorId));
}
