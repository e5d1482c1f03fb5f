import { cleanLine } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import { type JsonObject, onlyIriOf, textOf, typeOf } from "./as2.ts";

export interface DeleteReading {
  readonly actor: string;
  readonly objectId: string;
  /** A summary, even a blank one, says that a moderator acts, not the author (Lemmy's convention). */
  readonly isModerators: boolean;
  readonly reason?: string | undefined;
}

/** Reads a Delete of one thing, given by its id, as a Tombstone or whole; `undefined` for anything else. */
export function readDelete(activity: JsonObject): DeleteReading | undefined {
  const actor = onlyIriOf(activity["actor"]);
  const objectId = onlyIriOf(activity["object"]);
  if (typeOf(activity) !== "Delete" || actor === undefined || objectId === undefined) return undefined;
  const summary = textOf(activity["summary"]);
  const reason = cleanLine(summary ?? "", limits.reasonLength);
  return { actor, objectId, isModerators: summary !== undefined, reason: reason || undefined };
}
