import { followGroup } from "../src/community/followed-groups.ts";
import { DomainError } from "../src/core/errors.ts";
import type { CommunityId } from "../src/core/ids.ts";
import { type ActorSource, fetchActor } from "./actors.ts";
import { originOf } from "./as2.ts";
import { FetchFailure } from "./documents.ts";
import { irisOf } from "./iris.ts";
import { followId } from "./tell-people.ts";
import { lookUpAddress } from "./webfinger-lookup.ts";

/**
 * A community follows a group elsewhere, so that what is said there is archived here too.
 *
 * @param wanted the group's address, `@group@host`, or its actor
 * @returns the actor
 * @throws {DomainError} `not-found` when there is no such actor, `invalid` when it is no group.
 */
export async function askToFollow(source: ActorSource, communityId: CommunityId, wanted: string): Promise<string> {
  const { config } = source.app;
  const address = /^@?([^@\s/]+@[^@\s/]+)$/.exec(wanted)?.[1];
  const iri = address
    ? (await lookUpAddress(address, config.insecurePeers ? schemeOf(config.origin) : "https:"))?.iri
    : wanted;
  if (iri === undefined || originOf(iri) === undefined)
    throw new DomainError("not-found", `there is no actor ${wanted}`);
  const group = await fetchGroup(source, iri);
  if (group.type !== "Group") throw new DomainError("invalid", `${wanted} is not a group but a ${group.type}`);
  const followIri = irisOf(config.origin).activity(followId(communityId, group.authorId));
  await followGroup(source.app, communityId, group.authorId, followIri);
  return group.iri;
}

/** In local play everybody speaks as we do. */
function schemeOf(origin: string): string {
  return new URL(origin).protocol;
}

async function fetchGroup(source: ActorSource, iri: string) {
  try {
    return await fetchActor(source, iri);
  } catch (error) {
    if (error instanceof FetchFailure)
      throw new DomainError("not-found", `${iri} cannot be had: ${error.message}`, { cause: error });
    throw error;
  }
}
