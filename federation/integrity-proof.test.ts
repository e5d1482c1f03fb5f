import { createPublicKey } from "node:crypto";
import { signObject } from "@fedify/fedify";
import { Create, Note, PUBLIC_COLLECTION } from "@fedify/vocab";
import { expect, test } from "vitest";
import {
  accepted,
  ann,
  configuration,
  create,
  ed25519,
  edId,
  keys,
  mastodonContext,
  note,
  proved,
  rsaId,
} from "../test/signed-activities.ts";
import { isObject, type JsonObject } from "./as2.ts";
import { contextLoader } from "./contexts.ts";
import { verifyIntegrity } from "./integrity.ts";
import { canonical, readIntegrityProof } from "./integrity-proof.ts";

test("the test vector of FEP-8b32 verifies", () => {
  const document: JsonObject = {
    "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
    type: "Create",
    actor: "https://server.example/users/alice",
    object: { type: "Note", content: "Hello world" },
    proof: {
      type: "DataIntegrityProof",
      cryptosuite: "eddsa-jcs-2022",
      verificationMethod: "https://server.example/users/alice#ed25519-key",
      proofPurpose: "assertionMethod",
      proofValue: "z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2",
      created: "2023-02-24T23:36:38Z",
    },
  };
  const key = createPublicKey(
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAsA2Nk45/dz1RVlqtNqYj9TRPf10ZYPnPPo4SYg6igQ8=\n-----END PUBLIC KEY-----\n",
  );

  expect(readIntegrityProof(document)?.fits(key)).toBe(true);
  expect(readIntegrityProof({ ...document, type: "Update" })?.fits(key)).toBe(false);
});

test("an activity with a proof made by Fedify is its actor's", async () => {
  const activity = new Create({
    id: new URL(create.id),
    actor: new URL(ann),
    tos: [PUBLIC_COLLECTION],
    object: new Note({ id: new URL(note.id), attribution: new URL(ann), content: note.content }),
  });
  const cryptoKey = ed25519.privateKey.toCryptoKey({ name: "Ed25519" }, true, ["sign"]) as unknown as CryptoKey;
  const signedActivity = await signObject(activity, cryptoKey, new URL(edId), { contextLoader });
  // Fedify signs what it sends, and it sends the public collection in full.
  const text = JSON.stringify(await signedActivity.toJsonLd({ contextLoader }));
  const document: JsonObject = JSON.parse(text.replace('"as:Public"', `"${PUBLIC_COLLECTION.href}"`));

  expect(await verifyIntegrity(document, keys)).toEqual(accepted);
  expect(await verifyIntegrity({ ...document, summary: "more" }, keys)).toBeUndefined();
});

const plain = create as unknown as JsonObject;

test("a proof may repeat the context of its document, or be signed as if it did", async () => {
  const withContext = { ...configuration, "@context": plain["@context"] };

  expect(await verifyIntegrity(proved(plain), keys)).toEqual(accepted);
  expect(await verifyIntegrity(proved(plain, withContext), keys)).toEqual(accepted);
  expect(await verifyIntegrity(proved(plain, withContext, configuration), keys)).toEqual(accepted);
});

test.each<[string, JsonObject]>([
  ["other words", { ...proved(plain), object: { ...note, content: "<p>Evil</p>" } }],
  ["a member more", { ...proved(plain), summary: "more" }],
  ["a member that no context knows", { ...proved(plain), unknown: true }],
  ["another order of a list", { ...proved({ ...plain, to: ["a", "b"] }), to: ["b", "a"] }],
  ["a longer context", { ...proved(plain), "@context": [...mastodonContext, { x: "as:name" }] }],
  [
    "a context in the proof that is not the document's",
    proved(plain, { ...configuration, "@context": "https://www.w3.org/ns/activitystreams" }),
  ],
  ["another purpose", proved(plain, { ...configuration, proofPurpose: "authentication" })],
  [
    "another purpose, signed as the right one",
    proved(plain, configuration, { ...configuration, proofPurpose: "authentication" }),
  ],
  ["another suite", proved(plain, { ...configuration, cryptosuite: "eddsa-rdfc-2022" })],
  ["another kind of proof", proved(plain, { ...configuration, type: "Ed25519Signature2020" })],
  ["another time", proved(plain, configuration, { ...configuration, created: "2026-03-02T00:00:00Z" })],
  ["a key of nobody", proved(plain, { ...configuration, verificationMethod: `${ann}#other` })],
  ["a key of another kind", proved(plain, { ...configuration, verificationMethod: rsaId })],
  ["a key that is an object", proved(plain, { ...configuration, verificationMethod: { id: edId } })],
  ["another actor", proved({ ...plain, actor: "https://home.example/users/bob" })],
  ["two proofs", { ...plain, proof: [proved(plain)["proof"]!, proved(plain)["proof"]!] }],
  ["a value that is none", { ...plain, proof: { ...configuration, proofValue: "z" } }],
  ["a value in another base", { ...plain, proof: { ...configuration, proofValue: "uAAAA" } }],
])("a proof does not stand for %s", async (_, document) => {
  expect(await verifyIntegrity(document, keys)).toBeUndefined();
});

test("canonical JSON is that of RFC 8785", () => {
  const value = {
    "\u20ac": 1,
    "\r": [1e21, 1e-7, 0, -0, 4.5],
    "\ud83d\ude00": null,
    "\ufb33": true,
    a: { b: '\u000f\n"\\é' },
  };

  expect(canonical(value)).toBe(
    '{"\\r":[1e+21,1e-7,0,0,4.5],"a":{"b":"\\u000f\\n\\"\\\\é"},"\u20ac":1,"\ud83d\ude00":null,"\ufb33":true}',
  );
  expect(isObject(JSON.parse(canonical(value)))).toBe(true);
});
