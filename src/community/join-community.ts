import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities, consents, memberDeliveries, members } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { jointMembership } from "./membership.ts";
import { hearByOneDoor } from "./one-door.ts";
import { beginMail, type MailWish } from "./start-mail.ts";
import { touchCommunities } from "./touch-communities.ts";

/** Somebody asks to belong to a community, and perhaps to hear from it by a channel. */
export interface Joining {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly act: "follow" | "web" | "mail" | "message" | "on-file" | "invitation";
  /** Unset: they read on the web, and nothing is sent to them. */
  readonly channel?: "activitypub" | "mail" | undefined;
  /** The name of the message that asks: the proof of consent, and what the answer answers. */
  readonly sourceId: string;
  /** The words that they agreed to, where they were ours. */
  readonly words?: string | undefined;
  /** They want mail too, from the moment on at which they are in. */
  readonly mail?: MailWish | undefined;
  /** Somebody who may invite did: whatever the community's policy is. */
  readonly invited?: boolean;
  /** What they say to the moderators, in plain text. */
  readonly note?: string | undefined;
}

type Member = typeof members.$inferSelect;

export type JoiningVerdict = "accepted" | "pending" | "refused" | "unknown";

/**
 * Makes somebody a member, or says why not. Asking again is answered again and changes nothing.
 *
 * @returns `pending` when a moderator has to decide first, `unknown` when there is no such community.
 */
export async function joinCommunity(app: App, joining: Joining): Promise<JoiningVerdict> {
  return await app.db.transaction(async (tx) => await joinWithin(app, tx, joining));
}

/** The same within the transaction of what it follows from. */
export async function joinWithin(app: App, tx: Tx, joining: Joining): Promise<JoiningVerdict> {
  const now = app.now();
  const askedAt = now.toISOString();
  const { communityId, authorId, sourceId } = joining;
  const [community] = await tx.select().from(communities).where(eq(communities.id, communityId)).for("no key update");
  if (!community) return "unknown";
  const [author] = await tx.select({ state: authors.state }).from(authors).where(eq(authors.id, authorId));
  const member = await findMember(tx, communityId, authorId);
  // To other servers a private community is not there.
  if (community.visibility === "private" && joining.channel === "activitypub") return "unknown";
  const isClosed = community.movedTo !== null && member?.state !== "active";
  const verdict =
    author?.state === "active" && !isClosed
      ? judgeJoining(
          joining.invited ? "open" : community.joinPolicy,
          await membershipOfPerson(tx, communityId, authorId, now),
        )
      : "refused";
  if (verdict === "refused") {
    if (joining.channel)
      await dispatch(app, tx, [{ kind: "member-refused", communityId, authorId, sourceId, askedAt }]);
    return verdict;
  }
  await writeMember(tx, joining, member, verdict, now);
  const { act, mail } = joining;
  const begins = mail && (await beginMail(app, tx, { communityId, authorId }, { act, evidence: sourceId, wish: mail }));
  if (verdict === "accepted") {
    const channel = begins ? "mail" : joining.channel;
    if (channel) await hearByOneDoor(app, tx, { communityId, authorId, channel });
    if (joining.channel)
      await dispatch(app, tx, [{ kind: "member-accepted", communityId, authorId, sourceId, askedAt }]);
    if (member?.state !== "active") await touchCommunities(tx, [communityId]);
  }
  return verdict;
}

/** Who is in stays in, and who was invited comes in; who was banned stays out; the rest is the community's policy. Decides; does not act. */
export function judgeJoining(
  policy: "open" | "approval" | "invite",
  membership: Member["state"] | undefined,
): "accepted" | "pending" | "refused" {
  if (membership === "banned") return "refused";
  if (membership === "active" || membership === "invited" || policy === "open") return "accepted";
  return policy === "approval" ? "pending" : "refused";
}

async function writeMember(
  tx: Tx,
  joining: Joining,
  member: Member | undefined,
  verdict: "accepted" | "pending",
  now: Date,
) {
  const { communityId, authorId, act, channel, sourceId, words = null } = joining;
  const state = verdict === "accepted" ? "active" : "pending";
  const joinedAt = verdict === "accepted" ? (member?.joinedAt ?? now) : null;
  const note = verdict === "pending" ? (joining.note ?? member?.note ?? "") : "";
  const row = { state, joinedAt, note, bannedUntil: null, updatedAt: now } as const;
  await tx
    .insert(members)
    .values({ communityId, authorId, ...row })
    .onConflictDoUpdate({ target: [members.communityId, members.authorId], set: row });
  const said = { communityId, authorId, given: true, act, evidence: sourceId, words, at: now };
  if (channel === undefined) {
    const asked = member?.state === "active" || member?.state === "pending";
    if (!asked) await tx.insert(consents).values({ ...said, purpose: "membership" });
    return;
  }
  const hears = await findDelivery(tx, joining, channel);
  if (hears?.sourceId === sourceId) return;
  await tx.insert(consents).values({ ...said, purpose: channel });
  await tx
    .insert(memberDeliveries)
    .values({ communityId, authorId, channel, sourceId, createdAt: now })
    .onConflictDoUpdate({
      target: [memberDeliveries.communityId, memberDeliveries.authorId, memberDeliveries.channel],
      set: { sourceId, suspendedAt: null, createdAt: now },
    });
}

/** As whoever they are: who was let in, or shut out, is so with every account that they proved to be theirs. */
async function membershipOfPerson(tx: Tx, communityId: CommunityId, authorId: AuthorId, now: Date) {
  const selves = (await listSelves(tx, [authorId]))(authorId);
  const held = await tx
    .select()
    .from(members)
    .where(and(eq(members.communityId, communityId), anyOf(members.authorId, selves)));
  return jointMembership(held, now);
}

async function findMember(tx: Tx, communityId: CommunityId, authorId: AuthorId): Promise<Member | undefined> {
  const [member] = await tx
    .select()
    .from(members)
    .where(and(eq(members.communityId, communityId), eq(members.authorId, authorId)))
    .for("update");
  return member;
}

async function findDelivery(tx: Tx, { communityId, authorId }: Joining, channel: "activitypub" | "mail") {
  const [delivery] = await tx
    .select()
    .from(memberDeliveries)
    .where(
      and(
        eq(memberDeliveries.communityId, communityId),
        eq(memberDeliveries.authorId, authorId),
        eq(memberDeliveries.channel, channel),
      ),
    );
  return delivery;
}
