import { findRemoteActors } from "../src/author/record-author.ts";
import { moveMemberships } from "../src/moderation/move-memberships.ts";
import { fetchActor } from "./actors.ts";
import { idOf, listOf, onlyIriOf } from "./as2.ts";
import { FetchFailure } from "./documents.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { onGroupMove } from "./on-group-move.ts";

/** A person moves to another account, which must name the old one as its own (`alsoKnownAs`); or a group goes on elsewhere. */
export async function onMove(door: Door, accepted: Accepted): Promise<Effect> {
  const { activity, actor, iri } = accepted;
  const target = onlyIriOf(activity["target"]);
  if (idOf(listOf(activity["object"])[0]) !== actor || target === undefined || target === actor)
    return ignored("moves nothing readable");
  const known = (await findRemoteActors(door.app.db, [actor])).get(actor);
  return known?.type === "Group" ? await onGroupMove(door, actor, target) : await moveTo(door, actor, target, iri);
}

/**
 * Lets what somebody is here follow them to another account, if that account says the same.
 *
 * @param evidence the name of what said so
 */
export async function moveTo(door: Door, actor: string, target: string, evidence: string): Promise<Effect> {
  const known = await findRemoteActors(door.app.db, [actor]);
  const from = known.get(actor);
  if (!from) return ignored("an account that is not known here");
  try {
    const to = await fetchActor(door, target);
    if (to.iri !== target || !isPerson(to.type) || !isPerson(from.type)) return ignored("moves to no account");
    if (!to.alsoKnownAs?.includes(actor)) return ignored("moves to an account that knows nothing of it");
    const move = { fromIri: actor, fromId: from.authorId, toIri: to.iri, toId: to.authorId, evidence };
    const outcome = await moveMemberships(door.app, move);
    return outcome === "moved" ? done("moved") : ignored(`moved ${outcome === "seen" ? "already" : "too soon"}`);
  } catch (error) {
    if (error instanceof FetchFailure && error.kind !== "unreachable") return ignored(error.message);
    throw error;
  }
}

function isPerson(type: string): boolean {
  return type !== "Group" && type !== "Application";
}
