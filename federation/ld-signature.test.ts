import { expect, test } from "vitest";
import {
  accepted,
  ann,
  create,
  edId,
  keys,
  keysOf,
  mastodonContext,
  note,
  otherRsa,
  rsa,
  rsaId,
  signed,
} from "../test/signed-activities.ts";
import type { Json, JsonObject } from "./as2.ts";
import type { KeyFinder } from "./http-signature.ts";
import { verifyIntegrity } from "./integrity.ts";

test("an activity with an LD signature of its actor is theirs", async () => {
  expect(await verifyIntegrity(await signed(create), keys)).toEqual(accepted);
});

test("an activity without proof or signature is nobody's", async () => {
  expect(await verifyIntegrity(create as Json as JsonObject, keys)).toBeUndefined();
});

test.each<[string, (activity: JsonObject) => Json]>([
  ["other words", (activity) => ({ ...activity, object: { ...note, content: "<p>Goodbye</p>" } })],
  [
    "other words in one language",
    (activity) => ({ ...activity, object: { ...note, contentMap: { en: "<p>Goodbye</p>" } } }),
  ],
  ["another addressee", (activity) => ({ ...activity, to: [ann] })],
  ["a member more", (activity) => ({ ...activity, summary: "Look" })],
  ["a member less", ({ cc: _, ...activity }) => activity],
  ["another type", (activity) => ({ ...activity, type: "Update" })],
  ["another actor", (activity) => ({ ...activity, actor: "https://home.example/users/bob" })],
  [
    "another time of signing",
    (activity) => ({
      ...activity,
      signature: { ...(activity["signature"] as JsonObject), created: "2026-03-02T00:00:00Z" },
    }),
  ],
  [
    "a key of nobody",
    (activity) => ({ ...activity, signature: { ...(activity["signature"] as JsonObject), creator: `${ann}#other` } }),
  ],
  [
    "a key for proofs",
    (activity) => ({ ...activity, signature: { ...(activity["signature"] as JsonObject), creator: edId } }),
  ],
  [
    "another kind of signature",
    (activity) => ({ ...activity, signature: { ...(activity["signature"] as JsonObject), type: "RsaSignature2016" } }),
  ],
  [
    "no signature value",
    (activity) => ({ ...activity, signature: { ...(activity["signature"] as JsonObject), signatureValue: null } }),
  ],
  ["two signatures", (activity) => ({ ...activity, signature: [activity["signature"]!, activity["signature"]!] })],
  [
    "a context that is not bundled",
    (activity) => ({ ...activity, "@context": [...mastodonContext, "https://evil.example/context"] as Json }),
  ],
])("an LD signature does not cover %s", async (_, change) => {
  expect(await verifyIntegrity(change(await signed(create)) as JsonObject, keys)).toBeUndefined();
});

/** Each has the very graph that Ann signed, and says something else to who reads plain JSON. */
test.each<[string, (activity: JsonObject) => Json]>([
  [
    "CVE-2026-46349: the words under another name, and others in their place",
    (activity) => ({
      ...activity,
      "@context": [...mastodonContext, { said: "as:content", content: null }] as Json,
      object: { ...note, said: note.content, content: "<p>Evil</p>" },
    }),
  ],
  [
    "the words spelled out, and others under a name that means nothing",
    (activity) => ({
      ...activity,
      "@context": [...mastodonContext, { content: "https://evil.example/nothing#" }] as Json,
      object: { ...note, "https://www.w3.org/ns/activitystreams#content": note.content, content: null },
    }),
  ],
  [
    "the actor under another name",
    (activity) => ({
      ...activity,
      "@context": [...mastodonContext, { who: { "@id": "as:actor", "@type": "@id" }, actor: null }] as Json,
      who: ann,
    }),
  ],
  [
    "what is answered hidden under another name",
    (activity) => ({
      ...activity,
      "@context": [...mastodonContext, { x: "as:content" }] as Json,
      object: { ...note, content: null, x: note.content },
    }),
  ],
  [
    "a note told in two places",
    (activity) => {
      const { content, ...rest } = note;
      return { ...activity, object: [{ id: note.id, content }, rest] };
    },
  ],
  [
    "a nested context that renames",
    (activity) => ({
      ...activity,
      object: { "@context": { x: "as:content" }, ...note, content: null, x: note.content },
    }),
  ],
  ["values as objects", (activity) => ({ ...activity, object: { ...note, content: { "@value": note.content } } })],
  [
    "a blank node with a name",
    (activity) => ({ ...activity, object: { ...note, tag: note.tag.map((tag) => ({ id: "_:a", ...tag })) } }),
  ],
  ["ids as keywords", ({ id, ...activity }) => ({ ...activity, "@id": id! })],
])("an LD signature does not stand for %s", async (_, change) => {
  expect(await verifyIntegrity(change(await signed(create)) as JsonObject, keys)).toBeUndefined();
});

test("CVE-2026-42462: a term that no context knows cannot be slipped in, a new key least of all", async () => {
  const update = {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: "https://home.example/updates/1",
    type: "Update",
    actor: ann,
    object: { id: ann, type: "Person", preferredUsername: "ann", inbox: `${ann}/inbox` },
  };
  const activity = await signed(update);
  expect(await verifyIntegrity(activity, keys)).toEqual(accepted);

  const publicKey = { id: rsaId, owner: ann, publicKeyPem: "evil" };
  const object = { ...update.object, publicKey };
  expect(await verifyIntegrity({ ...activity, object }, keys)).toBeUndefined();
  expect(await verifyIntegrity({ ...activity, sensitive: true }, keys)).toBeUndefined();
});

test.each([
  ["movedTo", "featured"],
  ["assertionMethod", "featured"],
  ["indexable", "suspended"],
])(
  "CVE-2026-46349, CVE-2022-24307, CVE-2026-46713, CVE-2026-47746: %s is not what another word of the actor's becomes under a new name",
  async (ours, theirs) => {
    const toot = {
      toot: "http://joinmastodon.org/ns#",
      featured: { "@id": "toot:featured", "@type": "@id" },
      suspended: "toot:suspended",
    };
    const person = { id: ann, type: "Person", inbox: `${ann}/inbox`, featured: `${ann}/featured`, suspended: false };
    const update = { id: "https://home.example/updates/1", type: "Update", actor: ann, object: person };
    const activity = await signed({ "@context": [...mastodonContext, toot], ...update });
    expect(await verifyIntegrity(activity, keys)).toEqual(accepted);

    const renamed: JsonObject = JSON.parse(JSON.stringify(activity).replaceAll(`"${theirs}":`, `"${ours}":`));
    expect(await verifyIntegrity(renamed, keys)).toBeUndefined();
  },
);

test("an activity signed by somebody else's key is not its actor's", async () => {
  const bobs = "https://home.example/users/bob#main-key";
  const activity = await signed(create, otherRsa.privateKey, bobs);
  const finder: KeyFinder = {
    find: async (iri) => ({ iri, actorIri: "https://home.example/users/bob", publicKey: otherRsa.publicKey }),
    refresh: async () => undefined,
  };

  expect(await verifyIntegrity(activity, finder)).toBeUndefined();
});

test("a key that was changed is asked for once more", async () => {
  const activity = await signed(create);

  const rotated = keysOf({ [rsaId]: otherRsa.publicKey }, { [rsaId]: rsa.publicKey });
  expect(await verifyIntegrity(activity, rotated)).toEqual(accepted);
  const wrong = keysOf({ [rsaId]: otherRsa.publicKey }, { [rsaId]: otherRsa.publicKey });
  expect(await verifyIntegrity(activity, wrong)).toBeUndefined();
});
