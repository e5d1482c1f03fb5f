import { and, eq, ne } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { consents, memberDeliveries, members } from "../db/schema/community.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { giveNotices } from "./give-notice.ts";
import { endMembership } from "./leave-community.ts";

/** Somebody chose how to hear from a community. */
interface Choice {
  readonly communityId: CommunityId;
  /** As whom. */
  readonly authorId: AuthorId;
  readonly channel: "activitypub" | "mail";
}

/**
 * Ends what a person heard by the other channel, as whoever else they proved to be: they hear each thing once, by the way that they chose
 * last. Their server is told that they follow no longer; they are told what ended, and why.
 */
export async function hearByOneDoor(app: App, tx: Tx, choice: Choice): Promise<void> {
  const { communityId, authorId, channel } = choice;
  const others = (await listSelves(tx, [authorId]))(authorId).filter((self) => self !== authorId);
  if (others.length === 0) return;
  const ended = await tx
    .delete(memberDeliveries)
    .where(
      and(
        eq(memberDeliveries.communityId, communityId),
        anyOf(memberDeliveries.authorId, others),
        ne(memberDeliveries.channel, channel),
      ),
    )
    .returning();
  if (ended.length === 0) return;
  const now = app.now();
  await tx.insert(consents).values(
    ended.map((one) => ({
      ...{ communityId, authorId: one.authorId, given: false, purpose: one.channel },
      ...{ act: "other-door", evidence: authorId, at: now },
    })),
  );
  const follows = ended.filter((one) => one.channel === "activitypub");
  // As after an Undo of the Follow: they belong as who they are by the other channel.
  for (const one of follows) await endMembership(tx, { communityId, authorId: one.authorId, act: "other-door" }, now);
  await dispatch(
    app,
    tx,
    follows.flatMap(({ sourceId, authorId: followerId }) =>
      sourceId === null ? [] : [{ kind: "member-refused", communityId, authorId: followerId, sourceId }],
    ),
  );
  const told = ended.map((one) => ({
    ...{ communityId, authorId: one.authorId, cause: `door/${now.toISOString()}` },
    kind: one.channel === "mail" ? ("mail-ended" as const) : ("follow-ended" as const),
  }));
  await giveNotices(app, tx, told);
}

/**
 * The same for whoever just proved to be another, or was let in: of all that they hear by as an active member, what they chose last stays.
 *
 * @param only unset: in all communities
 */
export async function joinDoors(app: App, tx: Tx, authorId: AuthorId, only?: CommunityId): Promise<void> {
  const selves = (await listSelves(tx, [authorId]))(authorId);
  const rows = await tx
    .select({
      communityId: memberDeliveries.communityId,
      authorId: memberDeliveries.authorId,
      channel: memberDeliveries.channel,
      createdAt: memberDeliveries.createdAt,
    })
    .from(memberDeliveries)
    .innerJoin(
      members,
      and(eq(members.communityId, memberDeliveries.communityId), eq(members.authorId, memberDeliveries.authorId)),
    )
    .where(
      and(
        anyOf(memberDeliveries.authorId, selves),
        eq(members.state, "active"),
        only && eq(memberDeliveries.communityId, only),
      ),
    );
  for (const heard of Map.groupBy(rows, ({ communityId }) => communityId).values())
    if (heard.length > 1)
      await hearByOneDoor(app, tx, heard.toSorted((one, other) => +other.createdAt - +one.createdAt)[0]!);
}

/** Whether a person follows a community from elsewhere, as whoever they proved to be. */
export async function isFollowing(db: Db, communityId: CommunityId, authorId: AuthorId): Promise<boolean> {
  const selves = (await listSelves(db, [authorId]))(authorId);
  const [row] = await db
    .select({ channel: memberDeliveries.channel })
    .from(memberDeliveries)
    .where(
      and(
        eq(memberDeliveries.communityId, communityId),
        anyOf(memberDeliveries.authorId, selves),
        eq(memberDeliveries.channel, "activitypub"),
      ),
    )
    .limit(1);
  return row !== undefined;
}
