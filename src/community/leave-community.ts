import { and, eq, inArray } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { consents, memberDeliveries, memberRoles, members } from "../db/schema/community.ts";
import { lockCommunities } from "./lock-communities.ts";
import { touchCommunities } from "./touch-communities.ts";

/** Somebody does not want to hear from a community any more by one channel. */
export interface Leaving {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly act: "unfollow" | "web" | "mail" | "message" | "account-deleted";
  readonly channel: "activitypub" | "mail";
  readonly evidence: string;
  /** They go on belonging to it, though they hear nothing. */
  readonly stays?: boolean;
}

/** Ends what `joinCommunity` began: with the last channel the membership ends too. @returns whether there was anything to end */
export async function leaveCommunity(app: App, leaving: Leaving): Promise<boolean> {
  return await app.db.transaction(async (tx) => await leaveWithin(app, tx, leaving));
}

/** The same within the transaction of what it follows from. */
export async function leaveWithin(app: App, tx: Tx, leaving: Leaving): Promise<boolean> {
  const now = app.now();
  const { communityId, authorId, act, channel, evidence } = leaving;
  await lockCommunities(tx, [communityId]);
  const here = and(eq(memberDeliveries.communityId, communityId), eq(memberDeliveries.authorId, authorId));
  const ended = await tx
    .delete(memberDeliveries)
    .where(and(here, eq(memberDeliveries.channel, channel)))
    .returning();
  if (ended.length === 0) return false;
  const said = { communityId, authorId, given: false, purpose: channel, act, evidence, at: now };
  await tx.insert(consents).values(said);
  const [remaining] = await tx.select().from(memberDeliveries).where(here).limit(1);
  if (!remaining && !leaving.stays) await endMembership(tx, leaving, now);
  return true;
}

/** Ends the membership of whoever hears nothing any more, unless they have a role. */
export async function endMembership(
  tx: Tx,
  { communityId, authorId, act }: { communityId: CommunityId; authorId: AuthorId; act: Leaving["act"] | "other-door" },
  now: Date,
): Promise<void> {
  const them = and(eq(members.communityId, communityId), eq(members.authorId, authorId));
  const theirRole = and(eq(memberRoles.communityId, communityId), eq(memberRoles.authorId, authorId));
  if (act === "account-deleted") await tx.delete(memberRoles).where(theirRole);
  const [role] = await tx.select().from(memberRoles).where(theirRole);
  // A moderator who stops following still moderates.
  if (role) return;
  // Whoever leaves while banned is not back when the ban ends.
  await tx
    .update(members)
    .set({ joinedAt: null })
    .where(and(them, eq(members.state, "banned")));
  await tx
    .update(members)
    .set({ state: "left", updatedAt: now })
    .where(and(them, inArray(members.state, ["active", "pending"])));
  await touchCommunities(tx, [communityId]);
}

/** The membership that a message of joining began, for whoever takes it back by its name alone. */
export async function findJoining(
  app: App,
  sourceId: string,
): Promise<{ communityId: CommunityId; authorId: AuthorId } | undefined> {
  const [row] = await app.db
    .select({ communityId: memberDeliveries.communityId, authorId: memberDeliveries.authorId })
    .from(memberDeliveries)
    .where(eq(memberDeliveries.sourceId, sourceId));
  return row;
}
