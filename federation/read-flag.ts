import { cleanLine, sanitize, textOfHtml } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import { iriOf, irisIn, type JsonObject, onlyIriOf, textOf, typeOf } from "./as2.ts";

export interface FlagReading {
  readonly id: string;
  /** The reporter, or the instance actor that speaks for one (Mastodon, GoToSocial). */
  readonly actor: string;
  /** People and posts. */
  readonly objects: readonly string[];
  /** Communities that are asked to look; Mastodon names none. */
  readonly to: readonly string[];
  readonly reason?: string | undefined;
}

/** Reads a report; `undefined` for anything else, or one about nothing. */
export function readFlag(activity: JsonObject): FlagReading | undefined {
  const id = iriOf(activity);
  const actor = onlyIriOf(activity["actor"]);
  const objects = irisIn(activity["object"]);
  if (typeOf(activity) !== "Flag" || id === undefined || actor === undefined || objects.length === 0) return undefined;
  const words = textOf(activity["content"])?.trim() || textOf(activity["summary"])?.trim() || "";
  const reason = cleanLine(textOfHtml(sanitize(words)), limits.reasonLength);
  return { id, actor, objects, to: irisIn(activity["to"]), reason: reason || undefined };
}
