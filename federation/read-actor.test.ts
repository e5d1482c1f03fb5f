import { generateKeyPairSync } from "node:crypto";
import { exportMultibaseKey } from "@fedify/vocab-runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "./as2.ts";
import { readActor } from "./read-actor.ts";

const ann = "https://m.example/users/ann";
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
const pem = rsa.export({ type: "spki", format: "pem" }).toString();

const document = {
  id: ann,
  type: "Person",
  preferredUsername: "ann",
  name: "Ann\u202E",
  summary: "<p onclick=x()>Tea</p>",
  inbox: `${ann}/inbox`,
  followers: `${ann}/followers`,
  url: "https://m.example/@ann",
  icon: { type: "Image", url: "https://cdn.example/ann.png" },
  endpoints: { sharedInbox: "https://m.example/inbox" },
  publicKey: { id: `${ann}#main-key`, owner: ann, publicKeyPem: pem },
} satisfies JsonObject;

const read = (change: object = {}) => readActor({ ...document, ...change } as JsonObject, "as it came");

test("an actor is read as Mastodon writes it", () => {
  expect(read()).toEqual({
    alsoKnownAs: [],
    iri: ann,
    type: "Person",
    host: "m.example",
    handle: "ann",
    name: "Ann",
    bioHtml: "<p>Tea</p>",
    url: "https://m.example/@ann",
    avatarUrl: "https://cdn.example/ann.png",
    indexable: true,
    inbox: `${ann}/inbox`,
    sharedInbox: "https://m.example/inbox",
    followersIri: `${ann}/followers`,
    keys: [{ iri: `${ann}#main-key`, publicKeyPem: pem }],
    document: "as it came",
  });
});

test.each([
  ["is no actor", { type: "Note" }],
  ["has no type", { type: undefined }],
  ["has a number for an id", { id: 1 }],
  ["has no inbox", { inbox: undefined }],
  ["has its inbox elsewhere", { inbox: "https://victim.example/inbox" }],
  [
    "has a key that lies elsewhere",
    { publicKey: { id: "https://victim.example/u#main-key", owner: ann, publicKeyPem: pem } },
  ],
  [
    "has a key of somebody elsewhere",
    { publicKey: { id: `${ann}#main-key`, owner: "https://victim.example/u", publicKeyPem: pem } },
  ],
])("a document that %s is no actor to us (attacks A7, B5)", (_, change) => {
  expect(read(change)).toBeUndefined();
});

test("what cannot be believed is left out, and the actor stays", () => {
  const actor = read({
    name: 7,
    summary: ["x"],
    url: "https://evil.example/@ann",
    icon: "data:image/png,x",
    endpoints: { sharedInbox: "https://victim.example/inbox" },
    followers: "https://victim.example/followers",
    publicKey: [
      { id: `${ann}#main-key`, owner: ann, publicKeyPem: "no key" },
      { id: `${ann}#other`, owner: "https://m.example/users/bob", publicKeyPem: pem },
      { id: `${ann}#third`, publicKeyPem: pem },
      { owner: ann, publicKeyPem: pem },
      "https://m.example/keys/1",
    ],
  });

  expect(actor).toMatchObject({ name: "ann", bioHtml: "", keys: [] });
  for (const absent of ["url", "avatarUrl", "sharedInbox", "followersIri"] as const)
    expect(actor?.[absent]).toBeUndefined();
});

test("only an outspoken no keeps search engines away", () => {
  expect(read({ indexable: false })?.indexable).toBe(false);
  expect(read({ indexable: true })?.indexable).toBe(true);
  expect(read({ indexable: null })?.indexable).toBe(true);
});

test("an Ed25519 Multikey is read into the same form as other keys", async () => {
  const { publicKey } = generateKeyPairSync("ed25519");
  const exported = await crypto.subtle.importKey(
    "spki",
    publicKey.export({ type: "spki", format: "der" }),
    "Ed25519",
    true,
    ["verify"],
  );
  const publicKeyMultibase = await exportMultibaseKey(exported);
  const key = { type: "Multikey", id: `${ann}#ed25519-key`, controller: ann, publicKeyMultibase };

  const keys = read({
    assertionMethod: [key, { ...key, publicKeyMultibase: "z6Mk!" }, { ...key, controller: `${ann}2` }],
  })?.keys;

  expect(keys?.slice(1)).toEqual([{ iri: key.id, publicKeyPem: publicKey.export({ type: "spki", format: "pem" }) }]);
});

test("keys that are too weak or of another kind are left out", () => {
  const keyOf = (key: { export(options: { type: "spki"; format: "pem" }): string | Buffer }) => ({
    publicKey: {
      id: `${ann}#main-key`,
      owner: ann,
      publicKeyPem: key.export({ type: "spki", format: "pem" }).toString(),
    },
  });

  expect(read(keyOf(generateKeyPairSync("rsa", { modulusLength: 512 }).publicKey))?.keys).toEqual([]);
  expect(read(keyOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey))?.keys).toEqual([]);
  expect(read(keyOf(generateKeyPairSync("ed25519").publicKey))?.keys).toHaveLength(1);
});

test("a key in the older form of RSA is turned into the one we keep", () => {
  const publicKeyPem = rsa.export({ type: "pkcs1", format: "pem" }).toString();

  expect(read({ publicKey: [{ id: `${ann}#main-key`, owner: ann, publicKeyPem }] })?.keys[0]?.publicKeyPem).toBe(pem);
});

test.each([
  [{ preferredUsername: "Ann.B" }, "Ann.B"],
  [{ preferredUsername: undefined, webfinger: "ann2@m.example" }, "ann2"],
  [{ preferredUsername: undefined, webfinger: "acct:ann2@m.example" }, "ann2"],
  [{ preferredUsername: undefined, webfinger: "boss@victim.example" }, "ann"],
  [{ preferredUsername: "an n@victim.example/" }, "annvictim.example"],
  [{ preferredUsername: "\u202E" }, "ann"],
])("the handle of %j is %s", (change, handle) => {
  expect(read(change)?.handle).toBe(handle);
});

test.each([
  ["evanp@example.com", "evanp@example.com"],
  ["acct:urlfan@prefix.example", "urlfan@prefix.example"],
  [["a@b.example", "c@d.example"], undefined],
  [undefined, undefined],
])("FEP-2c59: of the webfinger %j the address is %s", (webfinger, address) => {
  expect(read({ webfinger })?.address).toBe(address);
});

test("the last picture of several is the largest; a new home is told", () => {
  const icon = [
    { type: "Image", url: "https://m.example/48.png" },
    { type: "Image", url: "https://m.example/120.png" },
  ];

  expect(read({ icon })?.avatarUrl).toBe("https://m.example/120.png");
  expect(read({ movedTo: "https://b.example/ann" })?.movedTo).toBe("https://b.example/ann");
});

test("whatever the members hold, reading never throws", () => {
  const members = [
    "name",
    "summary",
    "url",
    "icon",
    "endpoints",
    "publicKey",
    "assertionMethod",
    "followers",
    "movedTo",
    "preferredUsername",
    "webfinger",
  ];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...members), fc.jsonValue()), (change) => {
      expect(read(change)?.iri).toBe(ann);
    }),
  );
});
