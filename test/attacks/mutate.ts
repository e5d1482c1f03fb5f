import type { Json, JsonObject } from "../../federation/as2.ts";
import { ann, note, rsaId } from "../signed-activities.ts";

/** Numbers that say what is changed, where, and into what. */
export interface Dice {
  readonly what: number;
  readonly where: number;
  readonly into: number;
}

const values: readonly Json[] = [
  null,
  true,
  0,
  "",
  [],
  {},
  "https://evil.example/users/eve",
  { id: "https://evil.example/users/eve", type: "Person" },
  { "@id": "https://home.example/users/eve" },
  "https://home.example/users/eve",
  "https://home.example/notes/2",
  note.id,
  ann,
  rsaId,
  "Delete",
  "Article",
  "as:Public",
  "https://www.w3.org/ns/activitystreams#Public",
  "<p>Evil</p>",
  { "@value": "<p>Hello</p>" },
  { "@value": "<p>Evil</p>", "@language": "en" },
  ["_:b0"],
  "2020-01-01T00:00:00Z",
];

const names = [
  ..."id type actor object to cc bto audience attributedTo inReplyTo content contentMap name summary tag attachment url updated".split(
    " ",
  ),
  ..."published sensitive proof signature result origin target movedTo said @id @type @graph @included @reverse @nest @set @value".split(
    " ",
  ),
  ..."@context @base __proto__ as:actor as:content as:to".split(" "),
  ..."actor content attributedTo to".split(" ").map((term) => `https://www.w3.org/ns/activitystreams#${term}`),
];

const definitions: readonly Json[] = [
  null,
  "@id",
  "@type",
  "@nest",
  "@included",
  "@graph",
  "as:actor",
  "as:content",
  "as:object",
  "as:summary",
  "https://evil.example/nothing",
  { "@id": "as:attributedTo", "@type": "@id" },
  { "@id": "as:content", "@container": "@language" },
  { "@id": "as:to", "@container": "@list" },
  { "@id": "as:object", "@context": { content: "as:name" } },
  { "@id": "as:tag", "@container": "@graph" },
  { "@reverse": "as:object" },
];

/** A place in a document: the array or object that holds it, and its name there. */
interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

function placesIn(value: unknown, found: Place[] = []): readonly Place[] {
  if (typeof value !== "object" || value === null) return found;
  for (const name of Object.keys(value)) {
    found.push({ holder: value as Record<string, unknown>, name });
    placesIn((value as Record<string, unknown>)[name], found);
  }
  return found;
}

const pick = <T>(from: readonly T[], number: number): T => from[number % from.length]!;

function put(holder: Record<string, unknown>, name: string, value: unknown): void {
  holder[name] = value;
}

/** The same document with one thing changed, by the dice. It may mean the same afterwards. */
export function mutateJson(document: JsonObject, { what, where, into }: Dice): string {
  const copy: Record<string, unknown> = JSON.parse(JSON.stringify(document));
  const places = placesIn(copy);
  const { holder, name } = pick(places, where);
  const before = holder[name];
  const changes: readonly (() => void)[] = [
    () => void (Array.isArray(holder) ? holder.splice(Number(name), 1) : delete holder[name]),
    () => put(holder, name, pick(values, into)),
    () => put(holder, pick(names, into), before),
    () => {
      delete holder[name];
      holder[pick(names, into)] = before;
    },
    () => put(holder, pick(names, into), pick(values, where + into)),
    () => put(holder, name, [before]),
    () => put(holder, name, { [pick(["@value", "@id", "@set", "id", "@list"], into)]: before }),
    () => {
      const other = pick(places, into);
      [holder[name], other.holder[other.name]] = [structuredClone(other.holder[other.name]), before];
    },
    () => put(copy, "@context", [copy["@context"], { [pick(names, where)]: pick(definitions, into) }].flat()),
    () => {
      copy["@context"] = [copy["@context"], { said: pick(definitions, into) }].flat();
      delete holder[name];
      holder["said"] = before;
    },
    () => put(holder, name, Array.isArray(before) ? before.toReversed() : `${String(before)}${into}`),
    () => put(holder, "@context", { [pick(names, where)]: pick(definitions, into) }),
  ];
  // What makes the document hold itself is no document.
  pick(changes, what)();
  try {
    return JSON.stringify(copy);
  } catch {
    return JSON.stringify(document);
  }
}

/** Changes a text in one place: takes away, puts in, turns over, repeats. */
export function mutateText(text: string, { what, where, into }: Dice): string {
  const at = where % (text.length + 1);
  const put = pick(
    ["", " ", ",", '"', "=", ":", ";", "\\", "(", ")", "a", "A", "0", "/", "é", "\t", "{", "}", "[", "]"],
    into,
  );
  const length = 1 + (into % 9);
  const ways: readonly string[] = [
    text.slice(0, at) + text.slice(at + 1),
    text.slice(0, at) + put + text.slice(at),
    text.slice(0, at) + put + text.slice(at + 1),
    text.slice(0, at) + text.slice(at, at + length) + text.slice(at),
    text.slice(0, at) + [...text.slice(at, at + length)].reverse().join("") + text.slice(at + length),
    text.slice(0, at) + text.slice(at, at + length).toUpperCase() + text.slice(at + length),
    text.slice(0, at) + String(into) + text.slice(at + length),
    `${text}, ${text}`,
  ];
  return pick(ways, what);
}
