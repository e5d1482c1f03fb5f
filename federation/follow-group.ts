import { followGroup } from "../src/community/followed-groups.ts";
import { DomainError } from "../src/core/errors.ts";
import type { CommunityId } from "../src/core/ids.ts";
import type { ActorSource } from "./actors.ts";
import { lookUpActor } from "./look-up-actor.ts";
import { nameFollow } from "./tell-people.ts";

/**
 * A community follows a group elsewhere, so that what is said there is archived here too.
 *
 * @param wanted the group's address, `@group@host`, or its actor
 * @returns the actor
 * @throws {DomainError} `not-found` when there is no such actor, `invalid` when it is no group.
 */
export async function askToFollow(source: ActorSource, communityId: CommunityId, wanted: string): Promise<string> {
  const group = await lookUpActor(source, wanted);
  if (group.type !== "Group") throw new DomainError("invalid", `${wanted} is not a group but a ${group.type}`);
  const followIri = nameFollow(source.app, communityId, group.authorId);
  await followGroup(source.app, communityId, group.authorId, followIri);
  return group.iri;
}
