import { isUtf8 } from "node:buffer";
import { limits } from "../src/core/limits.ts";
import { idOf, isObject, type Json, type JsonObject, listOf, textOf, typeOf } from "./as2.ts";
import { scanJson } from "./scan-json.ts";

/** An activity that may be looked at, or the answer to who sent it. The reason is for their administrator. */
export type GateResult =
  | {
      readonly pass: true;
      readonly activity: JsonObject;
      readonly id: string;
      readonly type: string;
      readonly actor: string;
    }
  | { readonly pass: false; readonly status: 400 | 401 | 413; readonly reason: string };

export interface GateOptions {
  /** Allows ids with `http:`. */
  readonly insecure: boolean;
}

type Refusal = Extract<GateResult, { readonly pass: false }>;

/**
 * Stands before everything else: what passes is JSON of sane size and shape, and nobody in it speaks for another origin (FEP-fe34).
 *
 * It says nothing about who sent it. Of embedded objects it believes only those that are the sender's own; the others are hints.
 */
export function passGate(body: Uint8Array, options: GateOptions = { insecure: false }): GateResult {
  if (body.byteLength > limits.inboxBody) return { pass: false, status: 413, reason: "the activity is too large" };
  if (!isUtf8(body)) return malformed("the activity is not UTF-8");
  const flaw = scanJson(body);
  if (flaw !== undefined) return malformed(`the activity has ${flaw}`);
  const parsed = parse(body);
  return isObject(parsed) ? checkActivity(parsed, options) : malformed("the activity is not a JSON object");
}

/** The part of the gate that comes after parsing: ids, and who speaks for whom. */
export function checkActivity(activity: JsonObject, { insecure }: GateOptions): GateResult {
  const id = spellOut(textOf(activity["id"]));
  const type = typeOf(activity);
  const actor = listOf(activity["actor"]).length === 1 ? idOf(listOf(activity["actor"])[0]) : undefined;
  const origin = originOf(id, insecure);
  if (id === undefined || origin === undefined) return malformed("the activity needs an id that is an https URL");
  if (type === undefined || type.length > 100) return malformed("the activity needs a type");
  if (actor === undefined || originOf(actor, insecure) === undefined) return malformed("the activity needs one actor");
  if (hasGraphAlias(activity["@context"])) return malformed("the @context renames graph keywords");
  if (originOf(actor, insecure) !== origin) return foreign("the id is not of the actor's origin");
  return refuseObject(activity, { type, actor, origin, insecure }) ?? { pass: true, activity, id, type, actor };
}

/** Whether an account takes itself away. Thousands of these come for every account that anybody ever followed. */
export function isSelfDelete(activity: JsonObject): boolean {
  const actor = idOf(activity["actor"]);
  return typeOf(activity) === "Delete" && actor !== undefined && idOf(listOf(activity["object"])[0]) === actor;
}

interface Claim {
  readonly type: string;
  readonly actor: string;
  readonly origin: string;
  readonly insecure: boolean;
}

function refuseObject(activity: JsonObject, claim: Claim): Refusal | undefined {
  const objects = listOf(activity["object"]);
  if (objects.some((object) => typeof object !== "string" && !isObject(object)))
    return malformed("the object is neither an IRI nor an object");
  if (claim.type !== "Create" && claim.type !== "Update" && claim.type !== "Delete") return undefined;
  const [object] = objects;
  if (object === undefined || objects.length > 1) return malformed(`a ${claim.type} needs one object`);
  const origin = originOf(idOf(object), claim.insecure);
  if (origin === undefined) return malformed("the object needs an id that is an https URL");
  if (claim.type === "Delete") {
    // A moderator's, if it says why (Lemmy). Whether they are one is decided later, where that is known.
    const byModerator = textOf(activity["summary"]) !== undefined;
    return origin === claim.origin || byModerator ? undefined : foreign("the object is not of the actor's origin");
  }
  // Moderators elsewhere change a group (Lemmy): that, too, is decided later.
  if (claim.type === "Update" && typeOf(object) === "Group") return undefined;
  if (origin !== claim.origin) return foreign("the object is not of the actor's origin");
  return isObject(object) ? refuseAuthor(object, claim) : undefined;
}

const persons: ReadonlySet<string> = new Set(["Person", "Service", "Application", "Organization"]);

/** What is created or changed is the actor's own. */
function refuseAuthor(object: JsonObject, { type, actor, origin, insecure }: Claim): Refusal | undefined {
  if (type === "Update" && persons.has(typeOf(object) ?? ""))
    return idOf(object) === actor ? undefined : foreign("a profile is changed by its own actor only");
  const authors = listOf(object["attributedTo"]).map(idOf);
  // PeerTube names a channel beside the author.
  const own = authors.includes(actor) && authors.every((author) => originOf(author, insecure) === origin);
  return own ? undefined : foreign("the object is not attributed to the actor");
}

/** NodeBB (4.15) puts the name of a group into the fragment of an id as it is, with its blanks. Only there is it plain what is meant. */
function spellOut(id: string | undefined): string | undefined {
  const start = id?.indexOf("#") ?? -1;
  return id === undefined || start < 0 ? id : id.slice(0, start) + id.slice(start).replaceAll(" ", "%20");
}

/** The scheme, host and port of a usable IRI. Fragments are legal: Mastodon's likes are some. */
function originOf(iri: string | undefined, insecure: boolean): string | undefined {
  if (iri === undefined || !/^https?:\/\/[^\s\\]+$/i.test(iri) || Buffer.byteLength(iri) > limits.iri) return undefined;
  const url = URL.parse(iri);
  if (!url || url.username || url.password || url.hostname.endsWith(".")) return undefined;
  return url.protocol === "https:" || insecure ? url.origin : undefined;
}

const graphKeywords: ReadonlySet<Json> = new Set(["@graph", "@included", "@reverse"]);

/** `@reverse` as a name is refused before; here it is about terms that stand for the keywords. */
function hasGraphAlias(context: Json | undefined): boolean {
  if (Array.isArray(context)) return context.some(hasGraphAlias);
  if (!isObject(context)) return false;
  return Object.values(context).some((term) =>
    graphKeywords.has(isObject(term) ? (term["@id"] ?? null) : (term ?? null)),
  );
}

function parse(body: Uint8Array): Json | undefined {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

function malformed(reason: string): Refusal {
  return { pass: false, status: 400, reason };
}

function foreign(reason: string): Refusal {
  return { pass: false, status: 401, reason };
}
