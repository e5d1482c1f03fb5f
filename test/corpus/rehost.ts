import { idOf, isObject, isPublic, type Json, type JsonObject, listOf, typeOf } from "../../federation/as2.ts";

/** Where the servers of a payload stand in a test. */
export interface Ground {
  /** Of the server of whoever acts. */
  readonly home: string;
  /** Of all other servers. */
  readonly elsewhere: string;
  /** Differs for every payload, so that none shares an id with another. */
  readonly number: number;
}

/** The actor of an activity, the author of an object (the person, where PeerTube names a channel too), or an actor itself. */
export function speakerOf(document: JsonObject): string | undefined {
  const authors = listOf(document["attributedTo"]);
  const author = authors.find((one) => typeOf(one) === "Person") ?? authors[0];
  return idOf(listOf(document["actor"])[0]) ?? idOf(author) ?? idOf(document);
}

/** The same document, but as servers of the test would have sent it: every address in it leads to one of them. */
export function rehost<T extends Json>(document: T, speaker: string, ground: Ground): T {
  const own = hostOf(speaker);
  return mapStrings(document, (text) =>
    isPublic(text)
      ? text
      : text.replace(/https?:\/\/([^\s"<>/\\?#]+)/g, (_, host: string) => {
          return `${host === own ? ground.home : ground.elsewhere}/${ground.number}/${host}`;
        }),
  );
}

/** The same activity, spoken to the community of the test: its Follow follows it, its post is addressed to it. */
export function address(activity: JsonObject, group: string): JsonObject {
  const { type, object } = activity;
  const complete = { "@context": "https://www.w3.org/ns/activitystreams", ...activity };
  if (type === "Follow") return { ...complete, object: group };
  if (type === "Undo" && isObject(object) && object["type"] === "Follow")
    return { ...complete, object: { ...object, object: group } };
  const spoken = { ...complete, cc: [...listOf(activity["cc"]), group] };
  const isPost =
    (type === "Create" || type === "Update") && isObject(object) && (object["to"] ?? object["cc"]) !== undefined;
  return isPost ? { ...spoken, object: { ...object, cc: [...listOf(object["cc"]), group] } } : spoken;
}

function hostOf(iri: string): string {
  return /^https?:\/\/([^\s"<>/\\?#]+)/.exec(iri)?.[1] ?? "";
}

/** Contexts stay as they are: they name words, not servers. */
function mapStrings<T extends Json>(value: T, change: (text: string) => string): T;
function mapStrings(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one: Json) => mapStrings(one, change));
  if (!isObject(value)) return value;
  const changed = Object.entries(value).map(([name, one]) => [
    name,
    name === "@context" || one === undefined ? one : mapStrings(one, change),
  ]);
  return Object.fromEntries(changed);
}
