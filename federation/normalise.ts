import { Object as VocabularyObject } from "@fedify/vocab";
import type { DocumentLoader } from "@fedify/vocab-runtime";
import { isObject, type Json, type JsonObject, listOf } from "./as2.ts";
import { contextLoader } from "./contexts.ts";

/**
 * The plain shape of a document: compact JSON in the terms of ActivityStreams 2, which the readers read as it stands.
 *
 * Nearly everything arrives in that shape and is returned as it is. JSON-LD that is expanded, prefixed, or names the terms anew goes
 * through the vocabulary. A document that it cannot read comes back unchanged; no reader will make anything of it.
 */
export async function normalise(document: JsonObject, load: DocumentLoader = contextLoader): Promise<JsonObject> {
  if (isPlain(document)) return document;
  try {
    const read = await VocabularyObject.fromJsonLd(document, { contextLoader: load, documentLoader: load });
    const compact: unknown = await read.toJsonLd({ format: "compact", contextLoader: load });
    return isObject(compact) ? compact : document;
  } catch {
    return document;
  }
}

/** Whether a document and the object in it are plain. A document without context is taken to be (AS2, section 2.1). */
export function isPlain(document: Json | undefined): boolean {
  return (
    hasPlainShape(document) &&
    listOf(isObject(document) ? document["object"] : undefined).every(
      (inner) => !isObject(inner) || hasPlainShape(inner),
    )
  );
}

function hasPlainShape(document: Json | undefined): boolean {
  if (!isObject(document)) return false;
  for (const member in document) {
    if (member === "@context" ? !listOf(document[member]).every(isPlainContext) : isForeignName(member)) return false;
  }
  return listOf(document["type"]).every((type) => typeof type === "string" && !isForeignName(type));
}

/** Keywords, and names that ActivityStreams has a shorter one for. */
function isForeignName(name: string): boolean {
  return name.startsWith("@") || name.startsWith("as:") || /^https?:\/\/www\.w3\.org\/ns\/activitystreams#/.test(name);
}

/** Contexts of others define their own terms; only one that is written out can be seen to touch ours. */
function isPlainContext(context: Json): boolean {
  if (!isObject(context)) return true;
  return Object.entries(context).every(([term, definition]) => {
    const meaning = isObject(definition) ? definition["@id"] : definition;
    const name =
      typeof meaning === "string" ? meaning.replace(/^https?:\/\/www\.w3\.org\/ns\/activitystreams#/, "as:") : "";
    if (term === "@vocab" || term === "@base") return false;
    return ownTerms.has(term) ? name === `as:${term}` || keywordOf[term] === name : !isAlias(name);
  });
}

function isAlias(name: string): boolean {
  return name === "@id" || name === "@type" || (name.startsWith("as:") && ownTerms.has(name.slice(3)));
}

const keywordOf: Readonly<Record<string, string>> = { id: "@id", type: "@type" };

/** The terms that decide what is done: who says what of what to whom. */
const ownTerms: ReadonlySet<string> = new Set(
  (
    "id type actor object target to cc bto bcc audience attributedTo inReplyTo content contentMap name summary tag attachment url href " +
    "mediaType published updated result origin first items orderedItems"
  ).split(" "),
);
