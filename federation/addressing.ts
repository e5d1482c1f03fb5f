import { limits } from "../src/core/limits.ts";
import { iriOf, irisIn, isObject, isPublic, type Json, type JsonObject, listOf, typeOf } from "./as2.ts";
import { publicCollection } from "./iris.ts";
import type { NoteReading } from "./read-note.ts";

/** Who may read an object, in Mastodon's words, since ActivityPub has none. */
export type Visibility = "public" | "unlisted" | "followers" | "direct";

/** `to`, `cc` and `audience` as they were written, the public collection in its full spelling. */
export interface Addressing {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly audience: readonly string[];
}

/**
 * The addressing of an object. Where it has neither `to` nor `cc`, as those that Discourse serves, those of the activity around it
 * count. `bto` and `bcc` are nobody's business (ActivityPub, section 6).
 */
export function readAddressing(object: JsonObject, activity?: JsonObject): Addressing {
  const silent = object["to"] === undefined && object["cc"] === undefined;
  const { to, cc } = silent && activity ? activity : object;
  return { to: addresses(to), cc: addresses(cc), audience: addresses(object["audience"]) };
}

/** Public in `to`; quietly public in `cc`; else for followers where any collection is addressed; else for those named. */
export function visibilityOf({ to, cc, audience }: Addressing): Visibility {
  if (to.includes(publicCollection) || audience.includes(publicCollection)) return "public";
  if (cc.includes(publicCollection)) return "unlisted";
  return [...to, ...cc].some((iri) => /\/followers\/?$/.test(iri)) ? "followers" : "direct";
}

/**
 * Everyone whom an activity and its object speak to: addressed, mentioned, the target, or a group named as a second author (PeerTube's
 * channels). Each once; the public collection is left out.
 */
export function addressees(activity: JsonObject, note?: NoteReading): readonly string[] {
  const object = activity["object"];
  const groups = isObject(object) ? listOf(object["attributedTo"]).filter((one) => typeOf(one) === "Group") : [];
  const { to, cc, audience } = readAddressing(activity);
  const all = [...to, ...cc, ...audience, ...irisIn(activity["target"]), ...irisIn(groups)];
  if (note) all.push(...note.to, ...note.cc, ...note.audience, ...note.mentions.map(({ href }) => href));
  return [...new Set(all)].filter((iri) => iri !== publicCollection);
}

/** A vote in a poll: it has a name, answers something, and says nothing (Mastodon's extension of Question). */
export function isPollVote(object: JsonObject): boolean {
  const silent = object["content"] === undefined || object["content"] === null || object["content"] === "";
  const named = typeof object["name"] === "string" && object["name"] !== "";
  return (
    typeOf(object) === "Note" &&
    named &&
    silent &&
    !isObject(object["contentMap"]) &&
    iriOf(object["inReplyTo"]) !== undefined
  );
}

function addresses(value: Json | undefined): readonly string[] {
  const named = listOf(value)
    .slice(0, limits.listItems)
    .flatMap((one) => (typeof one === "string" && isPublic(one) ? publicCollection : (iriOf(one) ?? [])));
  return [...new Set(named)];
}
