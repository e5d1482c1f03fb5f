import { limits } from "../src/core/limits.ts";
import { iriOf, isObject, type Json, type JsonObject, listOf, onlyIriOf, typeOf } from "./as2.ts";
import { readVote, type VoteReading } from "./read-reaction.ts";

export interface AnnounceReading {
  readonly id: string;
  readonly actor: string;
  /** What is announced. `embedded` is only what the announcer says of it. */
  readonly inner: { readonly type?: string | undefined; readonly id: string; readonly embedded?: JsonObject };
  /** True for an activity (FEP-1b12), false for a boost of an object, whose type may be unknown. */
  readonly isWholeActivity: boolean;
}

/** Reads an Announce of one thing that has an id; `undefined` for anything else, such as PieFed's bundles of votes: see `readVotes`. */
export function readAnnounce(activity: JsonObject): AnnounceReading | undefined {
  const id = iriOf(activity);
  const actor = onlyIriOf(activity["actor"]);
  const innerId = onlyIriOf(activity["object"]);
  if (typeOf(activity) !== "Announce" || id === undefined || actor === undefined || innerId === undefined)
    return undefined;
  const object = listOf(activity["object"])[0];
  if (!isObject(object)) return { id, actor, inner: { id: innerId }, isWholeActivity: false };
  const type = typeOf(object);
  const inner = { type, id: innerId, embedded: object };
  return { id, actor, inner, isWholeActivity: object["actor"] !== undefined && object["object"] !== undefined };
}

/** The reactions, and those taken back, that a group passes on: one, or a list or collection of them, as PieFed bundles them. */
export function readVotes(announce: JsonObject): readonly VoteReading[] {
  return listOf(announce["object"])
    .flatMap(itemsOf)
    .slice(0, limits.bundledVotes)
    .flatMap((one) => (isObject(one) ? (readVote(one) ?? []) : []));
}

function itemsOf(object: Json): readonly Json[] {
  if (!isObject(object) || !/^(Ordered)?Collection(Page)?$/.test(typeOf(object) ?? "")) return [object];
  return [...listOf(object["orderedItems"]), ...listOf(object["items"])];
}
