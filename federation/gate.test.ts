import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import { cpuTimeOf } from "../test/cpu-time.ts";
import type { Json, JsonObject } from "./as2.ts";
import { isSelfDelete, passGate } from "./gate.ts";

const ann = "https://home.example/users/ann";
const victim = "https://victim.example/users/bob";

const note = { id: "https://home.example/notes/1", type: "Note", attributedTo: ann, content: "<p>Hello</p>" };
const create: JsonObject = {
  "@context": "https://www.w3.org/ns/activitystreams",
  id: "https://home.example/notes/1/activity",
  type: "Create",
  actor: ann,
  to: ["https://www.w3.org/ns/activitystreams#Public"],
  object: note,
};

function gate(activity: Json | undefined, insecure = false) {
  return gateText(JSON.stringify(activity), insecure);
}

function gateText(text: string, insecure = false) {
  return passGate(Buffer.from(text), { insecure });
}

function statusOf(result: ReturnType<typeof passGate>): number | "pass" {
  return result.pass ? "pass" : result.status;
}

test("an honest activity passes, with its id, type and actor", () => {
  expect(gate(create)).toEqual({ pass: true, activity: create, id: create["id"], type: "Create", actor: ann });
});

test.each<[string, Json]>([
  [
    "a like whose id is a fragment, as Mastodon's",
    { ...create, id: `${ann}#likes/1`, type: "Like", object: "https://other.example/1" },
  ],
  ["an actor as an object", { ...create, actor: { id: ann, type: "Person" } }],
  ["an actor in a list of one", { ...create, actor: [ann] }],
  ["an object that is only named", { ...create, object: note.id }],
  ["an object in a list of one", { ...create, object: [note] }],
  [
    "a video with its channel beside the author, as PeerTube's",
    { ...create, object: { ...note, attributedTo: [{ id: ann }, { id: "https://home.example/c/1" }] } },
  ],
  ["a profile changed by its actor", { ...create, type: "Update", object: { id: ann, type: "Person" } }],
  [
    "a group changed by a moderator elsewhere, as Lemmy's",
    { ...create, type: "Update", object: { id: "https://other.example/c/1", type: "Group" } },
  ],
  ["a post deleted by name", { ...create, type: "Delete", object: note.id }],
  ["a post deleted by its tombstone", { ...create, type: "Delete", object: { id: note.id, type: "Tombstone" } }],
  [
    "a post elsewhere deleted by a moderator, who says why, as Lemmy's",
    { ...create, type: "Delete", object: "https://other.example/1", summary: "spam" },
  ],
  [
    "somebody else's activity announced whole",
    { ...create, type: "Announce", object: { ...create, id: "https://other.example/1", actor: victim } },
  ],
  [
    "somebody else's post undone: a hint, decided later",
    { ...create, type: "Undo", object: { id: "https://other.example/1", type: "Announce" } },
  ],
  ["a report about several things", { ...create, type: "Flag", object: [victim, "https://victim.example/1"] }],
  ["an activity without a context, as Lemmy's", { ...create, "@context": null }],
  ["a post about @graph", { ...create, object: { ...note, content: "@graph and @reverse" } }],
])("passes: %s", (_, activity) => {
  expect(statusOf(gate(activity))).toBe("pass");
});

test.each<[string, Json]>([
  ["GHSA-4qhx-hhwf-8685: the id is on another origin than the actor", { ...create, id: "https://victim.example/1" }],
  [
    "GHSA-4qhx-hhwf-8685: with an embedded note of the victim",
    {
      ...create,
      id: "https://victim.example/1",
      object: { ...note, id: "https://victim.example/2", attributedTo: victim },
    },
  ],
  ["the actor is on another origin than the id", { ...create, actor: victim }],
  [
    "GHSA-4qhx-hhwf-8685: a Follow whose id is on another origin",
    { ...create, id: "https://victim.example/1", type: "Follow", object: ann },
  ],
  ["the object is on another origin", { ...create, object: { ...note, id: "https://victim.example/2" } }],
  ["the object is on another port", { ...create, object: { ...note, id: "https://home.example:8443/2" } }],
  [
    "the object is on a host that only begins alike",
    { ...create, object: { ...note, id: "https://home.example.evil.example/2" } },
  ],
  ["the object is named on another origin", { ...create, object: "https://victim.example/2" }],
  ["attack A4: the object is attributed to the victim", { ...create, object: { ...note, attributedTo: victim } }],
  [
    "attack A4: the object is attributed to another account at home",
    { ...create, object: { ...note, attributedTo: `${ann}a` } },
  ],
  [
    "the object is attributed to the actor and the victim",
    { ...create, object: { ...note, attributedTo: [ann, victim] } },
  ],
  ["attack A4: the object is attributed to a number", { ...create, object: { ...note, attributedTo: 1 } }],
  [
    "attack A4: the object is attributed to a relative reference",
    { ...create, object: { ...note, attributedTo: "/users/ann" } },
  ],
  ["the object is attributed to nobody", { ...create, object: { ...note, attributedTo: null } }],
  [
    "an Update of the victim's post",
    { ...create, type: "Update", object: { ...note, id: "https://victim.example/2", attributedTo: victim } },
  ],
  ["an Update of another account at home", { ...create, type: "Update", object: { id: `${ann}a`, type: "Person" } }],
  ["a Delete of the victim's post without a reason", { ...create, type: "Delete", object: "https://victim.example/2" }],
  ["a Delete of the victim", { ...create, type: "Delete", object: { id: victim, type: "Person" } }],
])("401: %s", (_, activity) => {
  expect(statusOf(gate(activity))).toBe(401);
});

test.each<[string, Json | undefined]>([
  ["no id", { ...create, id: null }],
  [
    "GHSA-r388-57j3-5fgp: an activity without an id, whose object has one",
    { type: "Create", actor: ann, object: note },
  ],
  ["GHSA-r388-57j3-5fgp: an object without an id", { ...create, object: { ...note, id: null } }],
  ["a relative id", { ...create, id: "/notes/1" }],
  ["a number for an id", { ...create, id: 1 }],
  ["an object for an id", { ...create, id: { id: ann } }],
  ["an id that is no URL", { ...create, id: "https://" }],
  ["an id with http", { ...create, id: "http://home.example/1", actor: "http://home.example/ann" }],
  [
    "CVE-2023-42451: a host with a dot behind it, which no block is about",
    JSON.parse(JSON.stringify(create).replaceAll("home.example", "home.example.")),
  ],
  ["an id with a user name", { ...create, id: "https://home.example@victim.example/1" }],
  ["an id with a user name and password", { ...create, id: "https://a:b@home.example/1" }],
  ["an id with a blank", { ...create, id: "https://home.example/ 1" }],
  ["an id with a backslash", { ...create, id: "https:\\\\home.example\\1" }],
  ["an id with a line break", { ...create, id: "https://home.example/1\n" }],
  ["an id of another scheme", { ...create, id: "did:key:z6Mk" }],
  ["an id that runs code", { ...create, id: "javascript://home.example/%0aalert(1)" }],
  ["an id that is only a fragment", { ...create, id: "#1" }],
  ["an id that is too long", { ...create, id: `https://home.example/${"x".repeat(limits.iri)}` }],
  ["an id whose bytes are too many", { ...create, id: `https://home.example/${"é".repeat(limits.iri / 2)}` }],
  ["no type", { ...create, type: null }],
  ["a number for a type", { ...create, type: 1 }],
  ["an endless type", { ...create, type: "x".repeat(101) }],
  ["no actor", { ...create, actor: null }],
  ["two actors", { ...create, actor: [ann, victim] }],
  ["an actor without an id", { ...create, actor: { type: "Person" } }],
  ["a Create without an object", { ...create, object: null }],
  ["a Create of two objects", { ...create, object: [note, note] }],
  ["an object that is a number", { ...create, object: 1 }],
  ["a Delete of a number", { ...create, type: "Delete", object: 7 }],
  ["a Delete of nothing", { ...create, type: "Delete", object: null }],
  ["a Follow of true", { ...create, type: "Follow", object: true }],
  ["CVE-2026-42462: @graph", { ...create, "@graph": [{ ...create, actor: victim }] }],
  ["CVE-2026-42462: @included", { ...create, "@included": [{ ...create, actor: victim }] }],
  ["CVE-2026-46349: @reverse", { ...create, "@reverse": { object: create } }],
  ["@graph deep inside", { ...create, object: { ...note, tag: [{ a: { "@graph": [] } }] } }],
  [
    "@graph under another name",
    { ...create, "@context": ["https://www.w3.org/ns/activitystreams", { all: "@graph" }] },
  ],
  ["@included under another name", { ...create, "@context": [{ all: { "@id": "@included" } }] }],
  ["@reverse in the context", { ...create, "@context": [{ all: { "@reverse": "as:object" } }] }],
  ["a list", [create]],
  ["a string", "https://home.example/1"],
  ["null", null],
])("400: %s", (_, activity) => {
  expect(statusOf(gate(activity))).toBe(400);
});

test.each<[string, string]>([
  ["nothing", ""],
  ["no JSON", "hello"],
  ["JSON cut short", JSON.stringify(create).slice(0, -1)],
  ["JSON with more behind it", `${JSON.stringify(create)}{}`],
  ["a byte order mark", `\uFEFF${JSON.stringify(create)}`],
  ["an id twice", `{"id":"https://victim.example/1",${JSON.stringify(create).slice(1)}`],
  ["an id twice, once in disguise", `{"\\u0069d":"https://victim.example/1",${JSON.stringify(create).slice(1)}`],
  ["an actor twice", `${JSON.stringify(create).slice(0, -1)},"actor":"${ann}"}`],
  ["a type twice", `${JSON.stringify(create).slice(0, -1)},"type":"Delete"}`],
  ["an object twice", `${JSON.stringify(create).slice(0, -1)},"object":"${note.id}"}`],
  [
    "an author twice in the object",
    JSON.stringify(create).replace('"attributedTo"', `"attributedTo":"${victim}","attributedTo"`),
  ],
  ["CVE-2022-0432: __proto__", `{"__proto__":{"id":"https://home.example/1"},${JSON.stringify(create).slice(1)}`],
  ["__proto__ in disguise", `{"\\u005f_proto__":{"polluted":true},${JSON.stringify(create).slice(1)}`],
  ["__proto__ deep inside", JSON.stringify(create).replace('"content"', '"x":{"y":{"z":{"__proto__":{}}}},"content"')],
  ["@graph in disguise", `{"\\u0040graph":[],${JSON.stringify(create).slice(1)}`],
  ["NUL in a text", JSON.stringify(create).replace("Hello", "a\\u0000b")],
  ["NUL itself", JSON.stringify(create).replace("Hello", "a\0b")],
  ["half a letter, the first", JSON.stringify(create).replace("Hello", "\\ud83d")],
  ["half a letter, the second", JSON.stringify(create).replace("Hello", "\\ude00")],
  ["half a letter before another", JSON.stringify(create).replace("Hello", "\\ud83dx\\ude00")],
  ["the halves of a letter the wrong way round", JSON.stringify(create).replace("Hello", "\\ude00\\ud83d")],
  ["a number without end", JSON.stringify(create).replace("{", `{"totalItems":${"9".repeat(1000)},`)],
  ["a fraction without end", JSON.stringify(create).replace("{", `{"totalItems":0.${"1".repeat(1000)},`)],
  ["a number beyond all numbers", JSON.stringify(create).replace("{", '{"totalItems":1e999,')],
])("400: %s", (_, text) => {
  expect(statusOf(gateText(text))).toBe(400);
});

test.each([
  ["a whole letter in two escapes", "\\ud83d\\ude00"],
  ["an escaped backslash before u0000", "\\\\u0000"],
  ["large and small numbers", '","a":-1.5e-300,"b":1.7976931348623157e308,"c":"'],
])("passes: %s", (_, text) => {
  expect(statusOf(gateText(JSON.stringify(create).replace("Hello", text)))).toBe("pass");
});

test("bytes that are no UTF-8 are refused", () => {
  const bytes = Buffer.from(JSON.stringify(create));
  for (const bad of [0xff, 0xc0, 0x80]) {
    const copy = Buffer.from(bytes);
    copy[bytes.indexOf("Hello")] = bad;
    expect(statusOf(passGate(copy))).toBe(400);
  }
});

test("GHSA-mc44-6cfg-2v6w: a body that is too large is answered 413, and not looked at", () => {
  const text = JSON.stringify({ ...create, summary: "" });
  const fill = (bytes: number) => text.replace('"summary":""', `"summary":"${"x".repeat(bytes - text.length)}"`);

  expect(statusOf(gateText(fill(limits.inboxBody)))).toBe("pass");
  expect(statusOf(gateText(fill(limits.inboxBody + 1)))).toBe(413);
  expect(statusOf(passGate(new Uint8Array(30_000_000)))).toBe(413);
});

test("depth and number of values have a limit, and what is beyond it costs nothing", () => {
  const nested = (depth: number) =>
    `{"x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)},${JSON.stringify(create).slice(1)}`;
  expect(statusOf(gateText(nested(limits.jsonDepth)))).toBe("pass");
  expect(statusOf(gateText(nested(limits.jsonDepth + 1)))).toBe(400);
  expect(statusOf(gateText("[".repeat(limits.inboxBody)))).toBe(400);
  expect(statusOf(gateText(`{"a":`.repeat(200_000)))).toBe(400);

  const wide = (count: number) => gate({ ...create, cc: Array.from({ length: count }, () => "") });
  expect(statusOf(wide(limits.jsonNodes - 50))).toBe("pass");
  expect(statusOf(wide(limits.jsonNodes))).toBe(400);
});

test("a full megabyte is judged in a few milliseconds", () => {
  const bodies = [
    JSON.stringify({ ...create, summary: "x".repeat(limits.inboxBody - 1000) }),
    JSON.stringify({ ...create, summary: "\\".repeat(limits.inboxBody / 2 - 1000) }),
    `{"a":"${"\\u00e9".repeat(limits.inboxBody / 6 - 100)}"}`,
    `{"a":${"9".repeat(limits.inboxBody - 100)}}`,
  ].map((text) => Buffer.from(text));
  for (const body of bodies) {
    const times = Array.from({ length: 10 }, () => cpuTimeOf(() => passGate(body)));
    // A fifth of this where nothing else runs: whoever shares a core slows it.
    expect(Math.min(...times)).toBeLessThan(300);
  }
});

test("http is allowed only where peers are insecure", () => {
  const local = JSON.parse(JSON.stringify(create).replaceAll("https://home.example", "http://127.0.0.1:9000"));
  expect(statusOf(gate(local, true))).toBe("pass");
  expect(statusOf(gate(local, false))).toBe(400);
});

test("an account that takes itself away is recognised", () => {
  const self: JsonObject = { ...create, type: "Delete", object: ann };
  expect(isSelfDelete(self)).toBe(true);
  expect(isSelfDelete({ ...self, object: { id: ann, type: "Person" } })).toBe(true);
  expect(isSelfDelete({ ...self, object: note.id })).toBe(false);
  expect(isSelfDelete({ ...self, type: "Undo" })).toBe(false);
  expect(isSelfDelete({ ...self, actor: null, object: null })).toBe(false);
});

test("whatever comes is answered, and what passes is what the parser reads", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(["pass", 400, 401]).toContain(statusOf(passGate(bytes)));
    }),
  );
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), (text) => {
      const result = gateText(`{"extra":${text},${JSON.stringify(create).slice(1)}`);
      if (result.pass) expect(result.activity["extra"]).toEqual(JSON.parse(text));
      else expect(text).toMatch(/__proto__|\\u0000|\\ud[89a-f]/);
    }),
  );
});
