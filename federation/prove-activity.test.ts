import { verifyJsonLd, verifyObject, verifyProof } from "@fedify/fedify";
import { Activity, Announce, CryptographicKey, DataIntegrityProof, Multikey, Person } from "@fedify/vocab";
import { expect, test } from "vitest";
import { accepted, ann, create, ed25519, edId, keys, rsa, rsaId, signed } from "../test/signed-activities.ts";
import type { JsonObject } from "./as2.ts";
import { contextLoader } from "./contexts.ts";
import { verifyIntegrity } from "./integrity.ts";
import { readLdSignature } from "./ld-signature.ts";
import { proveActivity } from "./prove-activity.ts";

const at = new Date("2026-11-25T10:00:00.123Z");
const prove = (activity: object) => proveActivity(JSON.stringify(activity), ed25519, edId, at);

/** Fedify's way to Ann and her keys. */
async function openLoaders() {
  const algorithms = { rsa: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, ed25519: { name: "Ed25519" } };
  const cryptoKey = (pair: typeof rsa, algorithm: object) =>
    crypto.subtle.importKey("jwk", pair.publicKey.export({ format: "jwk" }), algorithm as never, true, ["verify"]);
  const owner = new URL(ann);
  const person = new Person({
    id: owner,
    publicKey: new CryptographicKey({ id: new URL(rsaId), owner, publicKey: await cryptoKey(rsa, algorithms.rsa) }),
    assertionMethods: [
      new Multikey({ id: new URL(edId), controller: owner, publicKey: await cryptoKey(ed25519, algorithms.ed25519) }),
    ],
  });
  const document = await person.toJsonLd({ contextLoader });
  return { contextLoader, documentLoader: async (url: string) => ({ contextUrl: null, documentUrl: url, document }) };
}

const loaders = await openLoaders();

test("a proof is believed by us and by Fedify, and stands for nothing else", async () => {
  const document: JsonObject = JSON.parse(prove(create));

  expect(await verifyIntegrity(document, keys)).toEqual(accepted);
  expect(await verifyObject(Activity, document, loaders)).not.toBeNull();
  expect(await verifyIntegrity({ ...document, summary: "more" }, keys)).toBeUndefined();
  expect(await verifyObject(Activity, { ...document, summary: "more" }, loaders)).toBeNull();
});

test("an LD signature and a proof stand on one document, and each is believed without the other", async () => {
  const both = await signed(JSON.parse(prove(create)) as object);
  const { signature: _signature, ...proved } = both;

  expect(await verifyJsonLd(both, loaders)).toBe(true);
  expect(await verifyObject(Activity, proved, loaders)).not.toBeNull();
  expect((await readLdSignature(both))?.fits(rsa.publicKey)).toBe(true);
  expect(await verifyIntegrity(both, keys)).toEqual(accepted);
  const spoiled = { ...both, proof: { ...(both["proof"] as JsonObject), proofValue: "z1" } };
  expect(await readLdSignature(spoiled).then((claim) => claim?.fits(rsa.publicKey))).toBe(false);
  expect(await verifyIntegrity({ ...both, signature: { type: "RsaSignature2017" } }, keys)).toEqual(accepted);
});

test("what an Announce embeds stays byte for byte, whatever it looks like", async () => {
  const embedded =
    '{ "@context" : "https://www.w3.org/ns/activitystreams",\n "type":"Create","cc":[ ], "n": 1.0, "x":"\\u00e9"}';
  const head = `{"@context":"https://www.w3.org/ns/activitystreams","id":"${ann}/1","type":"Announce","actor":"${ann}"`;
  const text = proveActivity(`${head},"object":${embedded}}`, ed25519, edId, at);

  expect(text).toContain(`,"object":${embedded},"proof":{`);
  const document: JsonObject = JSON.parse(text);
  expect(await verifyIntegrity(document, keys)).toEqual(accepted);
  const announce = await Announce.fromJsonLd(document, loaders);
  for await (const proof of announce.getProofs(loaders)) {
    expect(proof).toBeInstanceOf(DataIntegrityProof);
    expect(await verifyProof(document, proof, loaders)).not.toBeNull();
  }
  expect.assertions(4);
});
