import type { App } from "../src/app.ts";
import { findActorOf } from "../src/author/find-actor.ts";
import { findFollowIri } from "../src/community/followed-groups.ts";
import { findPublicCommunity } from "../src/community/get-community.ts";
import { findNotice } from "../src/community/get-notice.ts";
import { listFollowerInboxes, listFormerInboxes } from "../src/community/list-followers.ts";
import { withdrawActivities } from "../src/community/withdraw-activities.ts";
import { type AuthorId, type CommunityId, derivedId, type LocalActorId } from "../src/core/ids.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import type { OutboundEvent } from "../src/outbound/event.ts";
import { irisOf, publicCollection } from "./iris.ts";
import { noticeWords } from "./notice-words.ts";
import { toFollowAnswer } from "./to-announce.ts";
import { toNotice } from "./to-notice.ts";

type Of<Kind extends OutboundEvent["kind"]> = Extract<OutboundEvent, { readonly kind: Kind }>;

/** The answer to a Follow. */
export async function tellMember(
  app: App,
  type: "Accept" | "Reject",
  event: Of<"member-accepted" | "member-refused">,
): Promise<readonly OwedActivity[]> {
  const follower = await findActorOf(app.db, event.authorId);
  // To other servers a private community is not there.
  if (!follower || !(await findPublicCommunity(app.db, event.communityId))) return [];
  const iris = irisOf(app.config.origin);
  const id = `${type.toLowerCase()}/${derivedId(event.communityId, event.sourceId, event.askedAt ?? "")}`;
  const actor = iris.actor(signerOf(event.communityId));
  const body = toFollowAnswer(
    type,
    { id: iris.activity(id), actor, at: app.now() },
    { id: event.sourceId, actor: follower.iri },
  );
  return [direct(event.communityId, { id, type, body }, follower)];
}

/**
 * What the Follow of a group by a community will be called that asks now. Each asking has a name of its own: whoever refused one, or saw it
 * taken back, would not read it again.
 */
export function nameFollow(app: App, communityId: CommunityId, groupId: AuthorId): string {
  const id = `follow/${derivedId(communityId, groupId, app.now().toISOString())}`;
  return irisOf(app.config.origin).activity(id);
}

/** The question to a group elsewhere whether a community may hear it. */
export async function tellGroup(app: App, event: Of<"group-followed">): Promise<readonly OwedActivity[]> {
  const group = await findActorOf(app.db, event.groupId);
  const followIri = await findFollowIri(app.db, event.communityId, event.groupId);
  const id = followIri && idOfActivity(app, followIri);
  // It may have been taken back before it was asked.
  if (!group || !id) return [];
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams",
    ...followOf(app, event.communityId, followIri, group.iri),
  });
  return [direct(event.communityId, { id, type: "Follow", body }, group)];
}

/** A community does not follow a group any longer. */
export async function tellGroupLeft(app: App, event: Of<"group-left">): Promise<readonly OwedActivity[]> {
  const { communityId, groupId, followIri } = event;
  const group = await findActorOf(app.db, groupId);
  const followed = idOfActivity(app, followIri);
  if (!group || !followed) return [];
  const id = `undo/${followed}`;
  const follow = followOf(app, communityId, followIri, group.iri);
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: irisOf(app.config.origin).activity(id),
    type: "Undo",
    actor: follow.actor,
    to: [group.iri],
    object: follow,
  });
  return [direct(communityId, { id, type: "Undo", body }, group)];
}

function followOf(app: App, communityId: CommunityId, id: string, group: string) {
  const actor = irisOf(app.config.origin).actor(signerOf(communityId));
  return { id, type: "Follow", actor, to: [group], object: group };
}

function idOfActivity(app: App, iri: string): string | undefined {
  const start = irisOf(app.config.origin).activity("");
  return iri.startsWith(start) ? iri.slice(start.length) : undefined;
}

/** Notices that are about no post of their reader. */
const answersNothing: ReadonlySet<string> = new Set([
  ...["invited", "report-kept", "report-acted"],
  ...["admitted", "declined", "expelled"],
  ...["answered", "mentioned"],
  ...["mail-suspended", "mail-ended", "follow-ended", "erasure-stopped"],
]);

/** What was decided about a person is no post of theirs. */
function isAboutPerson(cause: string): boolean {
  return /^(decision|appeal)\//.test(cause);
}

/** A private message. */
export async function tellNotice(app: App, noticeId: string): Promise<readonly OwedActivity[]> {
  const found = await findNotice(app.db, noticeId);
  if (!found?.actor || found.community.visibility === "private") return [];
  const { notice, community, author, actor, post, until } = found;
  // What has gone meanwhile is not told of as if it were there.
  if (isAboutReadable(notice.kind) && post?.state !== "published") return [];
  const iris = irisOf(app.config.origin);
  const id = `notice/${notice.id}`;
  const address = `@${community.handle}@${new URL(app.config.origin).host}`;
  const languages = [notice.language ?? undefined, community.language];
  const { text, hint, language } = noticeWords(
    { kind: notice.kind, reason: notice.reason, rule: notice.rule ?? undefined, until, languages },
    { community: community.name, address, target: notice.reason },
  );
  const body = toNotice({
    activityId: iris.activity(id),
    noteId: iris.notice(notice.id),
    community: iris.actor(signerOf(community.id)),
    recipient: { iri: actor.iri, url: author.url ?? actor.iri, handle: author.handle, host: author.host },
    text,
    link: isAboutReadable(notice.kind) && post ? iris.postPage(post.id) : pageAbout(app, notice.kind),
    hint,
    language,
    inReplyTo: answersNothing.has(notice.kind) || isAboutPerson(notice.cause) ? undefined : notice.cause,
    at: notice.createdAt,
  });
  return [direct(community.id, { id, type: "Create", body }, actor)];
}

/** Whether a notice leads to a post that can be read. */
function isAboutReadable(kind: string): boolean {
  return ["published", "restored", "answered", "mentioned", "placed", "carried"].includes(kind);
}

/** Where something is to be done about it, for whoever has an account here. */
function pageAbout({ config: { origin } }: App, kind: string): string | undefined {
  if (kind === "mail-suspended") return `${origin}/notices`;
  return kind === "erasure-stopped" ? `${origin}/settings/data` : undefined;
}

/** A community became private: to other servers it has gone, with all that they knew of it. */
export async function tellOfClosing(
  app: App,
  { communityId, at }: Of<"community-closed">,
): Promise<readonly OwedActivity[]> {
  // Once more: a worker may have read the community as it was, and noted what it had to tell only after that.
  await withdrawActivities(app.db, communityId);
  const iris = irisOf(app.config.origin);
  const signerId = signerOf(communityId);
  const actor = iris.actor(signerId);
  const id = `closed/${communityId}`;
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: iris.activity(id),
    type: "Delete",
    actor,
    published: at,
    to: [publicCollection],
    object: actor,
  });
  const followers = await listFormerInboxes(app.db, communityId);
  return [
    {
      activity: { id, signerId, type: "Delete", body, audience: "forwarded" },
      deliveries: followers,
      orderKey: communityId,
    },
  ];
}

/** A community goes on elsewhere: its followers' servers follow it there, once they have asked the new home. */
export async function tellOfMove(app: App, { communityId }: Of<"community-moved">): Promise<readonly OwedActivity[]> {
  const community = await findPublicCommunity(app.db, communityId);
  if (!community?.movedTo) return [];
  const iris = irisOf(app.config.origin);
  const signerId = signerOf(community.id);
  const actor = iris.actor(signerId);
  const id = `move/${derivedId(community.id, community.movedTo)}`;
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: iris.activity(id),
    type: "Move",
    actor,
    published: (community.movedAt ?? app.now()).toISOString(),
    to: [iris.followers(signerId)],
    object: actor,
    target: community.movedTo,
  });
  const followers = await listFollowerInboxes(app.db, community.id);
  return [
    {
      activity: { id, signerId, type: "Move", body, audience: "public" },
      deliveries: followers.map(({ inbox, host }) => ({ inbox, host })),
      orderKey: community.id,
    },
  ];
}

function direct(
  communityId: CommunityId,
  activity: { readonly id: string; readonly type: string; readonly body: string },
  recipient: { readonly iri: string; readonly inbox: string; readonly host: string },
): OwedActivity {
  return {
    activity: { ...activity, signerId: signerOf(communityId), audience: "direct", recipientIri: recipient.iri },
    deliveries: [{ inbox: recipient.inbox, host: recipient.host }],
    orderKey: recipient.iri,
  };
}

/** A community and its actor have one id. */
function signerOf(communityId: CommunityId): LocalActorId {
  return communityId as string as LocalActorId;
}
