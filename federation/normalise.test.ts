import { expect, test } from "vitest";
import type { JsonObject } from "./as2.ts";
import { isPlain, normalise } from "./normalise.ts";
import { readNote } from "./read-note.ts";

const as2 = "https://www.w3.org/ns/activitystreams";
const create = {
  "@context": [
    as2,
    "https://w3id.org/security/v1",
    {
      sensitive: "as:sensitive",
      toot: "http://joinmastodon.org/ns#",
      inReplyTo: { "@id": "as:inReplyTo", "@type": "@id" },
    },
  ],
  id: "https://m.example/1/activity",
  type: "Create",
  actor: "https://m.example/users/ann",
  object: {
    id: "https://m.example/1",
    type: "Note",
    attributedTo: "https://m.example/users/ann",
    content: "<p>Hi</p>",
    to: [`${as2}#Public`],
  },
} satisfies JsonObject;

test("what is plain already is returned as it is", async () => {
  expect(await normalise(create)).toBe(create);
  expect(
    isPlain({
      type: "Follow",
      id: "https://l.example/1",
      actor: "https://l.example/u",
      object: "https://moot.example/c",
    }),
  ).toBe(true);
});

test.each([
  ["keywords", { "@context": as2, "@id": create.id, "@type": "Create", actor: create.actor, object: create.object }],
  [
    "prefixes",
    { "@context": as2, id: create.id, type: "as:Create", "as:actor": { id: create.actor }, "as:object": create.object },
  ],
  [
    "full names",
    {
      "@context": as2,
      id: create.id,
      type: `${as2}#Create`,
      [`${as2}#actor`]: { id: create.actor },
      object: create.object,
    },
  ],
  [
    "names of its own",
    {
      "@context": [as2, { who: { "@id": "as:actor", "@type": "@id" } }],
      id: create.id,
      type: "Create",
      who: create.actor,
      object: create.object,
    },
  ],
  ["keywords inside", { ...create, object: { ...create.object, type: undefined, "@type": "Note" } }],
])("an activity with %s means the same as a plain one", async (_, strange) => {
  const document = JSON.parse(JSON.stringify(strange)) as JsonObject;
  expect(isPlain(document)).toBe(false);

  const activity = await normalise(document);

  expect(activity).toMatchObject({ id: create.id, type: "Create", actor: create.actor });
  expect(readNote(activity["object"] as JsonObject)).toEqual(readNote(create.object));
});

test("a document in expanded form means the same as a plain one", async () => {
  const expanded = {
    "@id": create.id,
    "@type": [`${as2}#Create`],
    [`${as2}#actor`]: [{ "@id": create.actor }],
    [`${as2}#object`]: [
      {
        "@id": create.object.id,
        "@type": [`${as2}#Note`],
        [`${as2}#attributedTo`]: [{ "@id": create.actor }],
        [`${as2}#content`]: [{ "@value": "<p>Hi</p>" }],
      },
    ],
  };

  const activity = await normalise(expanded);

  expect(activity).toMatchObject({
    type: "Create",
    actor: create.actor,
    object: { type: "Note", content: "<p>Hi</p>" },
  });
});

test("a word of ours with another meaning is not believed", async () => {
  const document = {
    "@context": [as2, { actor: "https://evil.example/ns#actor", boss: { "@id": "as:actor", "@type": "@id" } }],
    id: create.id,
    type: "Create",
    actor: "https://victim.example/u",
    boss: create.actor,
    object: create.object,
  };

  expect(await normalise(document)).toMatchObject({ actor: create.actor });
});

test("what the vocabulary cannot read comes back as it came", async () => {
  const document = { "@context": ["https://nowhere.example/context", { actor: "x:y" }], id: "1", type: "Create" };

  expect(await normalise(document)).toBe(document);
});
