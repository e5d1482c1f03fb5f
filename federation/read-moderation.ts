import { cleanLine } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import { dateOf, type JsonObject, onlyIriOf, textOf, typeOf } from "./as2.ts";

const types = ["Delete", "Lock", "Block", "Add", "Remove"] as const;

/** What a moderator does, if it is one. */
export interface ModerationReading {
  readonly type: (typeof types)[number];
  readonly objectId: string;
  /** For Block the community, for Add and Remove the collection. */
  readonly target: string | undefined;
  readonly reason: string;
  /** When a ban ends: `endTime`, or `expires` as Mbin and older Lemmy call it. */
  readonly until: Date | undefined;
  /** Whether what the person said goes too (Lemmy). */
  readonly removesPosts: boolean;
}

/** Reads an activity of moderation; `undefined` for anything else, such as a Delete that says nothing of why, which is an author's. */
export function readModeration(activity: JsonObject): ModerationReading | undefined {
  const type = types.find((one) => one === typeOf(activity));
  const objectId = onlyIriOf(activity["object"]);
  const summary = textOf(activity["summary"]);
  if (type === undefined || objectId === undefined || (type === "Delete" && summary === undefined)) return undefined;
  return {
    type,
    objectId,
    target: onlyIriOf(activity["target"]),
    reason: cleanLine(summary ?? "", limits.reasonLength),
    until: dateOf(activity["endTime"]) ?? dateOf(activity["expires"]),
    removesPosts: activity["removeData"] === true,
  };
}
