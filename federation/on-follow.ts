import { joinCommunity } from "../src/community/join-community.ts";
import { findJoining, leaveCommunity } from "../src/community/leave-community.ts";
import type { CommunityId } from "../src/core/ids.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { readLocalActor } from "./iris.ts";
import { readFollow } from "./read-follow.ts";
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
  if (verdict === "unknown") return ignored("follows nobody here");
  // What its server runs decides what will be sent there; it is known before the first post that way.
  const host = new URL(actor).host;
  await door.app.db.transaction((tx) => door.app.jobs.enqueue(tx, refreshSoftwareJob, [{ host }]));
  return done(`follow ${verdict}`);
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
