import { followPerson, unfollowPerson } from "../src/account/followers.ts";
import { joinCommunity } from "../src/community/join-community.ts";
import { findJoining, leaveCommunity } from "../src/community/leave-community.ts";
import type { AuthorId, CommunityId, LocalActorId } from "../src/core/ids.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { readLocalActor } from "./iris.ts";
import { type FollowReading, readFollow } from "./read-follow.ts";
import type { UndoReading } from "./read-undo.ts";
import { refreshSoftwareJob } from "./software.ts";

/** Somebody follows a community: they become a member who hears by ActivityPub. */
export async function onFollow(door: Door, { activity, actor }: Accepted): Promise<Effect> {
  const follow = readFollow(activity);
  if (!follow) return ignored("not a Follow of one actor");
  const communityId = readCommunity(door, follow.target);
  if (!communityId) return ignored("follows nobody here");
  const authorId = (await door.resolveActors([actor])).get(actor);
  if (!authorId) return ignored("its actor cannot be had");
  const verdict = await joinCommunity(door.app, {
    communityId,
    authorId,
    act: "follow",
    channel: "activitypub",
    sourceId: follow.id,
  });
  if (verdict === "unknown") return await onPersonFollowed(door, follow, authorId);
  // What its server runs decides what will be sent there; it is known before the first post that way.
  const host = new URL(actor).host;
  await door.app.db.transaction((tx) => door.app.jobs.enqueue(tx, refreshSoftwareJob, [{ host }]));
  return done(`follow ${verdict}`);
}

/** Somebody follows a person: they hear what that person posts. */
async function onPersonFollowed({ app }: Door, follow: FollowReading, followerId: AuthorId): Promise<Effect> {
  const actorId = readLocalActor(app.config.origin, follow.target);
  const followed = actorId && (await followPerson(app, { actorId, followerId, sourceId: follow.id }));
  return followed ? done("follow of a person accepted") : ignored("follows nobody here");
}

/** Somebody does not follow any longer, by the Follow given whole or by its id. */
export async function onUnfollow(door: Door, { actor, iri }: Accepted, undo: UndoReading): Promise<Effect> {
  const authorId = (await door.resolveActors([actor])).get(actor);
  if (!authorId) return ignored("its actor cannot be had");

  const target = undo.inner?.target === undefined ? undefined : readCommunity(door, undo.inner.target);
  const joining = target
    ? undefined
    : undo.innerId === undefined
      ? undefined
      : await findJoining(door.app, undo.innerId);
  const communityId = target ?? (joining?.authorId === authorId ? joining.communityId : undefined);
  // A person has an id of the same kind as a community.
  const person = target ? { actorId: target as string as LocalActorId } : undefined;
  const which = person ?? (undo.innerId === undefined ? undefined : { sourceId: undo.innerId });
  if (which && (await unfollowPerson(door.app, authorId, which))) return done("unfollowed a person");
  if (!communityId) return ignored("undoes nothing that is known here");
  const left = await leaveCommunity(door.app, {
    communityId,
    authorId,
    act: "unfollow",
    channel: "activitypub",
    evidence: iri,
  });
  return left ? done("unfollowed") : ignored("did not follow");
}

/** A community and its actor have one id. */
export function readCommunity({ app }: Door, iri: string): CommunityId | undefined {
  return readLocalActor(app.config.origin, iri) as string as CommunityId | undefined;
}
