import { preloadedContexts } from "@fedify/vocab-runtime";
import jsonld from "@fedify/vocab-runtime/jsonld";
import { isObject, type Json, type JsonObject } from "./as2.ts";
import { contextLoader } from "./contexts.ts";

/** The terms as we read them, whatever a document calls them. */
const ours = [
  "https://www.w3.org/ns/activitystreams",
  "https://w3id.org/security/v1",
  {
    sensitive: "as:sensitive",
    Hashtag: "as:Hashtag",
    movedTo: { "@id": "as:movedTo", "@type": "@id" },
    indexable: "http://joinmastodon.org/ns#indexable",
    assertionMethod: { "@id": "https://w3id.org/security#assertionMethod", "@type": "@id" },
    controller: { "@id": "https://w3id.org/security#controller", "@type": "@id" },
    publicKeyMultibase: "https://w3id.org/security#publicKeyMultibase",
  },
];

const terms: ReadonlySet<string> = new Set(
  ours
    .map((one) => (typeof one === "string" ? preloadedContexts[one] : { "@context": one }))
    .flatMap((document) => Object.keys((document as { "@context": object })["@context"])),
);

/**
 * Whether the plain JSON of a document says what JSON-LD makes of it, in every term that we read. If not, a signature over the graph
 * says nothing about what the readers would read.
 *
 * @throws what JSON-LD throws, for unknown contexts too
 */
export async function saysWhatItMeans(document: JsonObject): Promise<boolean> {
  if (!isTree(document)) return false;
  const compact = await jsonld.compact(structuredClone(document), { "@context": ours } as never, {
    documentLoader: contextLoader,
  });
  return !hasOtherGraphs(compact as unknown as Json) && isSame(document, compact as unknown as Json);
}

/** Whether something is said in a part of the graph where no reader looks, by whatever name the document has for these keywords. */
function hasOtherGraphs(compact: Json): boolean {
  if (Array.isArray(compact)) return compact.some(hasOtherGraphs);
  if (!isObject(compact)) return false;
  if ("@graph" in compact || "@included" in compact || "@reverse" in compact) return true;
  return Object.values(compact).some((value) => hasOtherGraphs(value ?? null));
}

/** Whether each thing is described in one place, and no blank node has a name: a graph could join what stands apart. */
function isTree(document: Json, described = new Set<string>()): boolean {
  if (Array.isArray(document)) return document.every((one) => isTree(one, described));
  if (!isObject(document)) return true;
  const id = document["id"] ?? document["@id"];
  if (typeof id === "string" && Object.keys(document).length > 1) {
    if (id.startsWith("_:") || described.has(id)) return false;
    described.add(id);
  }
  return Object.entries(document).every(([name, value]) => name === "@context" || isTree(value ?? null, described));
}

/** Compares in the terms that we know. What goes by a name of somebody else's is theirs. */
function isSame(plain: Json | undefined, compact: Json | undefined): boolean {
  const one = unwrapped(plain);
  const other = unwrapped(compact);
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  if (!isObject(one) || !isObject(other)) return spelledOut(one) === spelledOut(other);
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const name of names) {
    if (!terms.has(name)) continue;
    if (!(name === "type" ? isSameType(one[name], other[name]) : isSame(one[name], other[name]))) return false;
  }
  return true;
}

/** Types that are not ours come back spelled out. */
function isSameType(plain: Json | undefined, compact: Json | undefined): boolean {
  const known = (value: Json | undefined) =>
    [value ?? []].flat().map((type) => (typeof type === "string" && terms.has(type) ? type : "another"));
  return known(plain).join() === known(compact).join();
}

/** A list of one is its one, an empty one is nothing, and so is null; what has only an id is that id. */
function unwrapped(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null);
    return items.length > 1 ? items : items.length === 1 ? unwrapped(items[0]) : undefined;
  }
  if (isObject(value) && typeof value["id"] === "string" && Object.keys(value).length === 1) return value["id"];
  return value ?? undefined;
}

function spelledOut(value: Json | undefined): Json | undefined {
  return typeof value === "string" && value.startsWith("as:")
    ? `https://www.w3.org/ns/activitystreams#${value.slice("as:".length)}`
    : value;
}
