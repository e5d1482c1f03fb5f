import { listFollowing, replaceFollowed } from "../src/community/followed-groups.ts";
import { fetchActor } from "./actors.ts";
import { originOf } from "./as2.ts";
import { FetchFailure } from "./documents.ts";
import { type Door, done, type Effect, ignored } from "./door.ts";
import { nameFollow } from "./tell-people.ts";

/**
 * A group that communities here follow goes on elsewhere: they ask to follow it there, if the new one says that it was the old one. What the
 * old one says is not heard any more, and it is told so.
 */
export async function onGroupMove(door: Door, actor: string, target: string): Promise<Effect> {
  const communityIds = await listFollowing(door.app.db, actor);
  if (communityIds.length === 0) return ignored("a Move of nobody that a community here follows");
  if (originOf(target) === door.app.config.origin) return ignored("moves to this server");
  try {
    const group = await fetchActor(door, target);
    if (group.iri !== target || group.type !== "Group") return ignored("moves to what is no group");
    if (!group.alsoKnownAs?.includes(actor)) return ignored("moves to a group that does not know of it");
    for (const communityId of communityIds) {
      const followIri = nameFollow(door.app, communityId, group.authorId);
      await replaceFollowed(door.app, communityId, { oldIri: actor, groupId: group.authorId, followIri });
    }
    return done(`moved to ${target}`);
  } catch (error) {
    if (error instanceof FetchFailure && error.kind !== "unreachable") return ignored(error.message);
    throw error;
  }
}
