import { preloadedContexts } from "@fedify/vocab-runtime";
import jsonld from "@fedify/vocab-runtime/jsonld";
import { isObject, type Json, type JsonObject, listOf } from "./as2.ts";
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
    votersCount: "http://joinmastodon.org/ns#votersCount",
    removeData: "https://join-lemmy.org/ns#removeData",
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

/**
 * Whether each thing is described in one place, and no blank node has a name: a graph could join what stands apart. Lists in lists, too, are
 * one to a graph, and not to a reader.
 */
function isTree(document: Json, described = new Set<string>()): boolean {
  if (Array.isArray(document)) return document.every((one) => !Array.isArray(one) && isTree(one, described));
  if (!isObject(document)) return true;
  const id = document["id"] ?? document["@id"];
  if (typeof id === "string" && Object.keys(document).length > 1) {
    if (id.startsWith("_:") || described.has(id)) return false;
    described.add(id);
  }
  return Object.entries(document).every(([name, value]) => name === "@context" || isTree(value ?? null, described));
}

/** What readers take only as one. To a graph a list of one is the same, so this must be seen here. */
const single: ReadonlySet<string> = new Set(
  (
    "content contentMap name nameMap summary summaryMap sensitive published updated startTime endTime closed duration mediaType href " +
    "width height preferredUsername inbox endpoints sharedInbox publicKeyPem publicKeyMultibase indexable totalItems partOf next first"
  ).split(" "),
);

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
    if (single.has(name) && Array.isArray(one[name])) return false;
    if ((name === "url" || name === "href") && listOf(one[name]).some(isBareNode)) return false;
    const same = name === "type" ? isSameType : name.endsWith("Map") ? isSameByLanguage : isSame;
    if (!same(one[name], other[name])) return false;
  }
  return true;
}

/** An id in an object of its own: the same to a graph, and no link to readers. */
function isBareNode(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 1;
}

/** One text for each language, as readers take them. To JSON-LD its tag is the same in all cases of letters. */
function isSameByLanguage(plain: Json | undefined, compact: Json | undefined): boolean {
  const [one, other] = [plain ?? {}, compact ?? {}];
  if (!isObject(one) || !isObject(other)) return false;
  const texts = (map: JsonObject) =>
    new Map(Object.entries(map).map(([language, text]) => [language.toLowerCase(), text]));
  const [said, meant] = [texts(one), texts(other)];
  return (
    said.size === meant.size &&
    [...said].every(([language, text]) => typeof text === "string" && meant.get(language) === text)
  );
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
