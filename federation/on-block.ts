import { findRemoteActors } from "../src/author/record-author.ts";
import { leaveCommunity } from "../src/community/leave-community.ts";
import { onlyIriOf } from "./as2.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { readCommunity } from "./on-follow.ts";
import { onModeration } from "./on-moderation.ts";

/** A moderator bans somebody from a community; or somebody who wants to hear nothing of it blocks the community itself, and so leaves it. */
export async function onBlock(door: Door, accepted: Accepted): Promise<Effect> {
  const { activity, actor, iri } = accepted;
  const blocked = onlyIriOf(activity["object"]);
  const communityId = blocked === undefined ? undefined : readCommunity(door, blocked);
  if (!communityId) return await onModeration(door, accepted);
  const authorId = (await findRemoteActors(door.app.db, [actor])).get(actor)?.authorId;
  const left =
    authorId &&
    (await leaveCommunity(door.app, { communityId, authorId, act: "unfollow", channel: "activitypub", evidence: iri }));
  return left ? done("left") : ignored("did not follow");
}
