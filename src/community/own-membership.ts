import { and, desc, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { DomainError } from "../core/errors.ts";
import { type AuthorId, type CommunityId, readId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities, consents, memberDeliveries, members } from "../db/schema/community.ts";
import { jointMembership, membershipAt } from "./membership.ts";
import { touchCommunities } from "./touch-communities.ts";

/** How a person stands to a community, as they see it themselves. */
export interface OwnMembership {
  readonly state: "none" | "pending" | "invited" | "active" | "left" | "banned";
  readonly since: Date | undefined;
  /** By which channels they hear. */
  readonly hears: ReadonlySet<"activitypub" | "mail">;
  /** Their account here belongs to it, and not only one elsewhere. */
  readonly here: boolean;
  /** They left a moment ago, by themselves: that can be undone. */
  readonly mayComeBack: boolean;
}

/**
 * To which nobody belongs. Whoever looks how somebody stands to it does the same work for what is not there as for what is private: no clock
 * tells them apart.
 */
export const nobodysCommunity = readId<CommunityId>("00000000-0000-7000-8000-000000000000")!;

/** How a person stands to a community, as whoever they are. */
export async function findOwnMembership(
  app: App,
  communityId: CommunityId,
  authorId: AuthorId,
): Promise<OwnMembership> {
  const { db } = app;
  const now = app.now();
  const selves = (await listSelves(db, [authorId]))(authorId);
  const [held, hears] = await Promise.all([
    db
      .select()
      .from(members)
      .where(and(eq(members.communityId, communityId), anyOf(members.authorId, selves))),
    db
      .select({ channel: memberDeliveries.channel, authorId: memberDeliveries.authorId })
      .from(memberDeliveries)
      .where(and(eq(memberDeliveries.communityId, communityId), anyOf(memberDeliveries.authorId, selves))),
  ]);
  const state = jointMembership(held, now) ?? "none";
  const active = held.filter((member) => membershipAt(member, now) === "active");
  const since = active.flatMap(({ joinedAt }) => joinedAt ?? []).sort((one, other) => +one - +other)[0];
  const mayComeBack = state === "left" && (await leftLately(db, communityId, authorId, now));
  const as = new Set(active.map((member) => member.authorId));
  const heard = hears.filter((one) => as.has(one.authorId)).map(({ channel }) => channel);
  return { state, since, here: as.has(authorId), hears: new Set(heard), mayComeBack };
}

/** Whether the last word of somebody about their membership was, not long ago and on the web, that it is over. */
async function leftLately(db: Db, communityId: CommunityId, authorId: AuthorId, now: Date): Promise<boolean> {
  const [last] = await db
    .select()
    .from(consents)
    .where(
      and(eq(consents.communityId, communityId), eq(consents.authorId, authorId), eq(consents.purpose, "membership")),
    )
    .orderBy(desc(consents.id))
    .limit(1);
  if (!last || last.given || last.act !== "web" || now.getTime() - last.at.getTime() > limits.leavingUndone)
    return false;
  const [member] = await db
    .select({ joinedAt: members.joinedAt })
    .from(members)
    .where(and(eq(members.communityId, communityId), eq(members.authorId, authorId), eq(members.state, "left")));
  return member?.joinedAt != null;
}

/**
 * Undoes that somebody left a moment ago: they are let in without being asked again.
 *
 * @param words what they agreed to
 * @throws {DomainError} `conflict` when there is nothing to undo
 */
export async function comeBack(app: App, communityId: CommunityId, authorId: AuthorId, words: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    const now = app.now();
    const [community] = await tx.select().from(communities).where(eq(communities.id, communityId)).for("no key update");
    if (!community || community.movedTo !== null || !(await leftLately(tx, communityId, authorId, now)))
      throw new DomainError("conflict", "there is nothing to undo any more");
    await tx
      .update(members)
      .set({ state: "active", updatedAt: now })
      .where(and(eq(members.communityId, communityId), eq(members.authorId, authorId)));
    const said = { communityId, authorId, given: true, purpose: "membership", act: "web", words, at: now } as const;
    await tx.insert(consents).values(said);
    await touchCommunities(tx, [communityId]);
  });
}
