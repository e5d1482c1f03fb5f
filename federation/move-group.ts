import type { Community } from "../src/community/get-community.ts";
import { changeAliases, moveCommunity } from "../src/community/move-community.ts";
import { DomainError } from "../src/core/errors.ts";
import { actorIdOf } from "./actor-documents.ts";
import type { ActorSource } from "./actors.ts";
import { iriOf, originOf } from "./as2.ts";
import { irisOf } from "./iris.ts";
import { lookUpActor } from "./look-up-actor.ts";

/**
 * A community goes on elsewhere. The new home must be a group that says of itself that it was this community (`alsoKnownAs`), which is asked
 * of it now.
 *
 * @param wanted the address of the group, or its actor
 * @returns the actor
 * @throws {DomainError} `not-found` when there is no such group, `invalid` when it is none, `conflict` when it does not know of the community
 */
export async function moveTo(source: ActorSource, community: Community, wanted: string, by: string): Promise<string> {
  const ours = irisOf(source.app.config.origin).actor(actorIdOf(community));
  const group = await lookUpActor(source, wanted);
  if (group.type !== "Group") throw new DomainError("invalid", `${wanted} is not a group but a ${group.type}`);
  if (!group.alsoKnownAs?.includes(ours))
    throw new DomainError(
      "conflict",
      `${group.iri} does not name ${ours} among its aliases (alsoKnownAs): add it there first`,
    );
  await moveCommunity(source.app, community.id, group.iri, by);
  return group.iri;
}

/**
 * Adds or takes away a name under which a community is known elsewhere.
 *
 * @returns all of them
 * @throws {DomainError} `invalid` when it cannot be the name of an actor elsewhere
 */
export async function changeAliasesOf(
  { app }: Pick<ActorSource, "app">,
  community: Community,
  change: { readonly add?: string | undefined; readonly remove?: string | undefined },
  by: string,
): Promise<readonly string[]> {
  const { add } = change;
  if (add !== undefined) {
    const isPlain = iriOf(add) === add && (add.startsWith("https:") || app.config.insecurePeers);
    if (!isPlain)
      throw new DomainError("invalid", `${add} is not the address of an actor, such as https://host/c/name`);
    if (originOf(add) === app.config.origin) throw new DomainError("invalid", `${add} is on this server`);
  }
  return await changeAliases(app, community.id, change, by);
}
