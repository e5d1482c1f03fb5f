import { listPersonFollowerInboxes } from "../src/account/followers.ts";
import type { App } from "../src/app.ts";
import type { FollowerInbox } from "../src/community/list-followers.ts";
import type { KeyRing } from "../src/community/local-keys.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import type { OutboundEvent } from "../src/outbound/event.ts";
import type { OwnPost } from "../src/post/list-own-posts.ts";
import type { OutgoingOriginal } from "../src/post/outgoing-post.ts";
import { isObject, type JsonObject } from "./as2.ts";
import { asks } from "./asks-for-activities.ts";
import { toMicroblogs } from "./deliveries.ts";
import { activityJson, irisOf } from "./iris.ts";
import { signActivity } from "./sign-activity.ts";
import { forumMembers, type OwnActivity, toCreate, toDelete, toUpdate } from "./to-note.ts";

/** What an author with an account here says: the activity that the community announces, and to whom it goes by itself. */
export interface OwnSaying {
  readonly original: OutgoingOriginal;
  readonly owed: OwedActivity;
}

/**
 * Speaks for the author of a post whose home is here, in their own name and with their own key, to the people whom it is for and who
 * follow them; all others hear it from the community. Microblogs got the post by a boost of the community: new words and the end of it they
 * believe of its author alone, so they are told by them too; NodeBB of new words (see `asks`).
 *
 * @param hearing the followers of the community
 * @returns `undefined` where the author says nothing: a moderator's removal is the community's word
 */
export async function sayForAuthor(
  app: App,
  ring: KeyRing,
  event: OutboundEvent,
  post: OwnPost,
  hearing: readonly FollowerInbox[],
): Promise<OwnSaying | undefined> {
  const activity = toOwnActivity(app, event, post);
  if (!activity) return undefined;
  const actor = irisOf(app.config.origin).actor(post.actorId);
  const sign = async (json: JsonObject) => await signActivity(json, await ring.get(post.actorId), actor, app.now());
  const body = await sign(activity.json);
  const announced = post.title === undefined ? body : await sign(forForums(activity.json, post));
  const followers = await listPersonFollowerInboxes(app.db, post.authorId);
  const inboxes = new Map(
    [...post.people, ...followers, ...hearingOf(event, hearing)].flatMap(({ inbox, host }) =>
      inbox ? [[inbox, host]] : [],
    ),
  );
  const words = bears(event, post);
  const messageId = irisOf(app.config.origin).activity(activity.id);
  return {
    original: { mediaType: activityJson, messageId, text: announced, ...(words && { version: words }) },
    owed: {
      activity: {
        id: activity.id,
        signerId: post.actorId,
        type: activity.type,
        body,
        audience: "public",
        ...(words && { words }),
      },
      deliveries: [...inboxes].map(([inbox, host]) => ({ inbox, host })),
      orderKey: post.id,
    },
  };
}

/** Which followers of the community hear what became of a post from its author, and not from the community. */
function hearingOf({ kind }: OutboundEvent, followers: readonly FollowerInbox[]): readonly FollowerInbox[] {
  if (kind === "post-edited") return [...toMicroblogs(followers), ...followers.filter(asks)];
  return kind === "post-deleted" ? toMicroblogs(followers) : [];
}

/** Whose words it bears: of a post's end, nobody's. */
function bears(event: OutboundEvent, post: OwnPost): { postId: OwnPost["id"]; revision: number } | undefined {
  if (event.kind === "post-deleted") return undefined;
  return { postId: post.id, revision: event.kind === "post-edited" ? event.revision : 0 };
}

/** A title is told to forums alone: see `toNote`. */
function forForums(json: JsonObject, post: OwnPost): JsonObject {
  const { object } = json;
  return isObject(object) && object["type"] === "Note"
    ? { ...json, object: { ...object, ...forumMembers(post) } }
    : json;
}

function toOwnActivity(app: App, event: OutboundEvent, post: OwnPost): OwnActivity | undefined {
  const iris = irisOf(app.config.origin);
  const { host } = new URL(app.config.origin);
  switch (event.kind) {
    case "post-published":
    case "post-restored":
      return post.state === "published" ? toCreate(post, iris, host) : undefined;
    case "post-edited":
      return post.state === "published" ? toUpdate(post, iris, host, event.revision) : undefined;
    case "post-deleted":
      return toDelete(post, iris);
    default:
      return undefined;
  }
}
