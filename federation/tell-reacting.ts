import { listPersonFollowerInboxes } from "../src/account/followers.ts";
import type { App } from "../src/app.ts";
import { findActorOf } from "../src/author/find-actor.ts";
import type { FollowerInbox } from "../src/community/list-followers.ts";
import type { KeyRing } from "../src/community/local-keys.ts";
import { derivedId, type PostId } from "../src/core/ids.ts";
import type { Destination, OwedActivity } from "../src/jobs/deliveries.ts";
import type { OutboundEvent } from "../src/outbound/event.ts";
import { listOriginals } from "../src/post/outgoing-post.ts";
import { findReactedTo, findReactingActor, type ReactedTo } from "../src/post/react-here.ts";
import { withdrawReactions } from "../src/post/withdraw-reactions.ts";
import type { JsonObject } from "./as2.ts";
import { readBoostConsent } from "./boost-consent.ts";
import { activityJson, type Iris, irisOf, publicCollection } from "./iris.ts";
import { signActivity } from "./sign-activity.ts";
import { tellReaction } from "./tell-reaction.ts";
import { toFollowAnswer } from "./to-announce.ts";

type Of<Kind extends OutboundEvent["kind"]> = Extract<OutboundEvent, { readonly kind: Kind }>;

/** The answer to who follows a person of this server. */
export async function tellPersonFollowed(app: App, event: Of<"person-followed">): Promise<readonly OwedActivity[]> {
  const follower = await findActorOf(app.db, event.followerId);
  const actorId = await findReactingActor(app.db, event.personId);
  if (!follower || !actorId) return [];
  const iris = irisOf(app.config.origin);
  const id = `accept/${derivedId(event.personId, event.sourceId, event.askedAt ?? "")}`;
  const outline = { id: iris.activity(id), actor: iris.actor(actorId), at: app.now() };
  const body = toFollowAnswer("Accept", outline, { id: event.sourceId, actor: follower.iri });
  const activity = {
    id,
    signerId: actorId,
    type: "Accept",
    body,
    audience: "direct",
    recipientIri: follower.iri,
  } as const;
  return [{ activity, deliveries: [follower], orderKey: follower.iri }];
}

/**
 * A like goes to the author of the post, and the community passes it on to its kin; a boost goes to the author and to who follows the person.
 * What its author does not let everybody boost is not boosted.
 */
export async function tellPersonReacted(
  app: App,
  ring: KeyRing,
  event: Of<"person-reacted">,
  followersOf: (communityId: ReactedTo["communityId"]) => Promise<readonly FollowerInbox[]>,
): Promise<readonly OwedActivity[]> {
  const post = await findReactedTo(app.db, event.authorId, event.reactedId);
  // A post that went took its reactions with it, everywhere.
  if (!post?.published) return [];
  const iris = irisOf(app.config.origin);
  const sourceId = iris.activity(event.name);
  if (event.reaction === "boost" && !event.undone && !(await mayBoost(app, post.id))) {
    await withdrawReactions(app, [{ authorName: iris.actor(post.actorId), sourceId }]);
    return [];
  }
  const author = await findActorOf(app.db, post.authorId);
  const json = toReaction(event, post, author?.iri, iris, app.now());
  const body = await signActivity(json, await ring.get(post.actorId), iris.actor(post.actorId), app.now());
  const id = event.undone ? `undo/${event.name}` : event.name;
  const type = event.undone ? "Undo" : event.reaction === "like" ? "Like" : "Announce";
  const own: OwedActivity = {
    activity: { id, signerId: post.actorId, type, body, audience: "public" },
    deliveries: await listHearers(app, event, author),
    orderKey: `reactions/${post.id}`,
  };
  if (event.reaction === "boost" || post.quiet) return [own];
  const original = { id: 0, postId: post.id, communityId: post.communityId, mediaType: activityJson, text: body };
  const messageId = iris.activity(id);
  return [own, tellReaction(app, { ...original, messageId }, await followersOf(post.communityId))];
}

async function mayBoost(app: App, postId: PostId): Promise<boolean> {
  const [original] = await listOriginals(app.db, [{ postId }]);
  return original?.mediaType !== activityJson || readBoostConsent(original) === "given";
}

async function listHearers(
  app: App,
  { reaction, authorId }: Of<"person-reacted">,
  author: Awaited<ReturnType<typeof findActorOf>>,
): Promise<readonly Destination[]> {
  if (reaction === "like") return author ? [{ inbox: author.inbox, host: author.host }] : [];
  const followers = await listPersonFollowerInboxes(app.db, authorId);
  // By the way that their server has for all, so that it is not told twice where the author has a neighbour who follows.
  const theirs = author ? [{ inbox: author.sharedInbox ?? author.inbox, host: author.host }] : [];
  const inboxes = new Map([...theirs, ...followers].map(({ inbox, host }) => [inbox, host]));
  return [...inboxes].map(([inbox, host]) => ({ inbox, host }));
}

function toReaction(
  { reaction, name, undone }: Of<"person-reacted">,
  { actorId, sourceId, channel, id }: ReactedTo,
  author: string | undefined,
  iris: Iris,
  at: Date,
): JsonObject {
  const actor = iris.actor(actorId);
  const addressing =
    reaction === "like"
      ? { to: author ? [author] : [], cc: [] }
      : { to: [publicCollection], cc: [iris.followers(actorId), ...(author ? [author] : [])] };
  const done: JsonObject = {
    id: iris.activity(name),
    type: reaction === "like" ? "Like" : "Announce",
    actor,
    published: at.toISOString(),
    ...addressing,
    // A Message-ID is nothing that anybody could fetch.
    object: channel === "mail" ? iris.post(id) : sourceId,
  };
  const context = "https://www.w3.org/ns/activitystreams";
  if (!undone) return { "@context": context, ...done };
  return {
    "@context": context,
    id: iris.activity(`undo/${name}`),
    type: "Undo",
    actor,
    published: at.toISOString(),
    ...addressing,
    object: done,
  };
}
