import { iriOf, type JsonObject, onlyIriOf, typeOf } from "./as2.ts";

export interface FollowReading {
  readonly id: string;
  readonly actor: string;
  /** Whom or what is to be followed. */
  readonly target: string;
}

/** Reads a Follow of one thing; `undefined` for anything else. */
export function readFollow(activity: JsonObject): FollowReading | undefined {
  const id = iriOf(activity);
  const actor = onlyIriOf(activity["actor"]);
  const target = onlyIriOf(activity["object"]);
  if (typeOf(activity) !== "Follow" || id === undefined || actor === undefined || target === undefined)
    return undefined;
  return { id, actor, target };
}
