import type { App } from "../src/app.ts";
import { listFollowerInboxes } from "../src/community/list-followers.ts";
import type { KeyRing } from "../src/community/local-keys.ts";
import type { CommunityId, PostId } from "../src/core/ids.ts";
import { type OwedActivity, oweInParts } from "../src/jobs/deliveries.ts";
import { findOutgoingDecision } from "../src/moderation/outgoing-decision.ts";
import type { Channel } from "../src/outbound/channel.ts";
import type { OutboundEvent } from "../src/outbound/event.ts";
import { findBoostApproval } from "../src/post/boost-approvals.ts";
import { listOwnPosts } from "../src/post/list-own-posts.ts";
import { listOriginals, listOutgoingPosts, type Version } from "../src/post/outgoing-post.ts";
import { forgetReactionOriginals, listReactionOriginals } from "../src/post/reaction-originals.ts";
import type { ActorWriter } from "./actor-documents.ts";
import { boostId, listBoosts } from "./boosts.ts";
import {
  isOurs,
  type Outgoing,
  owe,
  type Telling,
  tellOfApproval,
  tellOfDeletion,
  tellOfEdit,
  tellOfPost,
  tellOfRemoval,
  tellOfRestoration,
  undoBoosts,
} from "./deliveries.ts";
import { irisOf } from "./iris.ts";
import { sayForAuthor } from "./own-activities.ts";
import { proveOwed } from "./prove-owed.ts";
import { tellCase } from "./tell-case.ts";
import { tellOfCommunity } from "./tell-community.ts";
import { tellDecision } from "./tell-decision.ts";
import { tellMove } from "./tell-move.ts";
import { tellGroup, tellGroupLeft, tellMember, tellNotice, tellOfClosing, tellOfMove } from "./tell-people.ts";
import { tellOfErasure, tellOfPerson } from "./tell-person.ts";
import { tellQuoteAnswer, tellQuoteRequest, tellQuoteRevoked } from "./tell-quote.ts";
import { tellPersonFollowed, tellPersonReacted } from "./tell-reacting.ts";
import { tellReaction } from "./tell-reaction.ts";

type PostEvent = Extract<OutboundEvent, { readonly postId: PostId }>;

/** ActivityPub as a way out: turns each event into activities and a row for each inbox that must hear of it. */
export function createActivityPubChannel(speakers: Speakers): Channel {
  return { name: "activitypub", deliver: (app, events) => deliver(app, speakers, events) };
}

/** In whose names something is said: their documents, and the keys that they sign with. */
export interface Speakers {
  readonly writer: ActorWriter;
  readonly ring: KeyRing;
}

async function deliver(app: App, speakers: Speakers, events: readonly OutboundEvent[]): Promise<void> {
  const { ring } = speakers;
  const postEvents = events.filter((event) => "postId" in event);
  const postIds = postEvents.map(({ postId }) => postId);
  const reactionIds = events.flatMap((event) => (event.kind === "reaction-changed" ? event.originalId : []));
  const [posts, originals, reactions] = await Promise.all([
    listOutgoingPosts(app, postIds),
    listOriginals(app.db, postEvents.map(versionOf)),
    listReactionOriginals(app.db, reactionIds),
  ]);
  const ownPosts = await listOwnPosts(
    app,
    [...posts.values()].filter(isOurs).map(({ id }) => id),
  );
  const followersOf = rememberFollowers(app);
  const at = app.now();
  const iris = irisOf(app.config.origin);
  const owed: OwedActivity[] = [];
  for (const event of events) {
    if (event.kind === "reaction-changed") {
      const reaction = reactions.find(({ id }) => id === event.originalId);
      if (reaction) owed.push(tellReaction(app, reaction, await followersOf(reaction.communityId)));
      continue;
    }
    if (event.kind === "person-reacted") {
      owed.push(...(await tellPersonReacted(app, ring, event, followersOf)));
      continue;
    }
    if (event.kind === "thread-moved") {
      owed.push(...(await tellMove(app, ring, event, followersOf)));
      continue;
    }
    if (!("postId" in event)) {
      owed.push(...(await tellOther(app, speakers, event)));
      continue;
    }
    const post = posts.get(event.postId);
    if (!post) continue;
    const ownPost = ownPosts.get(event.postId);
    const followers = await followersOf(post.communityId);
    const saying = ownPost && (await sayForAuthor(app, ring, event, ownPost, followers));
    if (saying) owed.push(saying.owed);
    if (saying && ownPost) owed.push(...(await tellQuoteRequest(app, ownPost)));
    const original = ownPost ? saying?.original : originals[postEvents.indexOf(event)];
    const told = saying && new Set(saying.owed.deliveries.map(({ inbox }) => inbox));
    const telling: Telling = { post, original, followers, told, iris, at };
    owed.push(...(await tell(app, event, telling)).map((one) => owe(one, post)));
  }
  await oweInParts(app.db, await proveOwed(app, ring, owed), at);
  await forgetReactionOriginals(app.db, reactionIds);
}

/** An edit and a deletion are told as they came; a post as it is now. */
function versionOf(event: PostEvent): Version {
  return { postId: event.postId, revision: "revision" in event ? event.revision : undefined };
}

async function tell(app: App, event: PostEvent, telling: Telling): Promise<readonly Outgoing[]> {
  // A post that has gone meanwhile is not told of: its end is another event. The end of a found one is told, since others may have read it.
  const { published, quiet } = telling.post;
  const isTold = published && !quiet;
  switch (event.kind) {
    case "post-published":
      return isTold ? tellOfPost(telling) : [];
    case "boost-approved": {
      const approvedBy = await findBoostApproval(app.db, event.boostId);
      return isTold && approvedBy !== undefined ? tellOfApproval(telling, event.boostId, approvedBy) : [];
    }
    case "boost-revoked":
      return undoBoosts(
        telling,
        (await listBoosts(app, event.postId)).filter((id) => id === event.boostId),
      );
    case "post-restored": {
      const decision = await findOutgoingDecision(app.db, app.config.origin, event.decisionId);
      if (!published || !decision) return [];
      const boost = boostId(event.postId, event.decisionId);
      return tellOfRestoration(telling, decision, boost).filter(({ id }) => !quiet || id !== boost);
    }
    case "post-edited":
      return isTold ? tellOfEdit(telling, event.revision) : [];
    case "post-deleted":
      return tellOfDeletion(telling, await listBoosts(app, event.postId));
    case "post-removed": {
      const decision = await findOutgoingDecision(app.db, app.config.origin, event.decisionId);
      return decision ? tellOfRemoval(telling, decision, await listBoosts(app, event.postId)) : [];
    }
  }
}

async function tellOther(
  app: App,
  { writer, ring }: Speakers,
  event: Exclude<OutboundEvent, PostEvent | { readonly kind: "reaction-changed" | "person-reacted" | "thread-moved" }>,
): Promise<readonly OwedActivity[]> {
  switch (event.kind) {
    case "member-accepted":
      return await tellMember(app, "Accept", event);
    case "member-refused":
      return await tellMember(app, "Reject", event);
    case "person-followed":
      return await tellPersonFollowed(app, event);
    case "group-followed":
      return await tellGroup(app, event);
    case "group-left":
      return await tellGroupLeft(app, event);
    case "person-erased":
      return await tellOfErasure(app, event);
    case "person-changed":
      return await tellOfPerson(app, writer, event);
    case "community-changed":
      return await tellOfCommunity(app, writer, event);
    case "community-closed":
      return await tellOfClosing(app, event);
    case "community-moved":
      return await tellOfMove(app, event);
    case "quote-answered":
      return await tellQuoteAnswer(app, event.quoteId);
    case "quote-revoked":
      return await tellQuoteRevoked(app, ring, event.quoteId);
    case "notice-given":
      return await tellNotice(app, event.noticeId);
    case "case-forwarded":
      return await tellCase(app, event.caseId);
    case "decided":
      return await tellDecision(app, event.decisionId);
  }
}

/** Followers are asked for once a batch of events. */
function rememberFollowers(app: App) {
  const known = new Map<CommunityId, ReturnType<typeof listFollowerInboxes>>();
  return (communityId: CommunityId) => {
    const listed = known.get(communityId) ?? listFollowerInboxes(app.db, communityId);
    known.set(communityId, listed);
    return listed;
  };
}
