import { sign } from "node:crypto";
import type { LocalKey } from "../src/community/local-keys.ts";
import { isObject, type Json, type JsonObject, listOf } from "./as2.ts";
import { hash } from "./integrity-proof.ts";
import { toMultibase } from "./multibase.ts";

const security = "https://w3id.org/security#";

/**
 * The terms of a proof. They stand here and not behind the usual address, whose graph container makes Mastodon throw an LD signature away,
 * and readers would have to fetch it.
 */
const terms: JsonObject = {
  proof: { "@id": `${security}proof`, "@type": "@id" },
  DataIntegrityProof: `${security}DataIntegrityProof`,
  cryptosuite: `${security}cryptosuite`,
  verificationMethod: { "@id": `${security}verificationMethod`, "@type": "@id" },
  assertionMethod: { "@id": `${security}assertionMethod`, "@type": "@id" },
  proofPurpose: { "@id": `${security}proofPurpose`, "@type": "@vocab" },
  proofValue: { "@id": `${security}proofValue`, "@type": `${security}multibase` },
  created: { "@id": "http://purl.org/dc/terms/created", "@type": "http://www.w3.org/2001/XMLSchema#dateTime" },
};

/**
 * An activity with an integrity proof of its actor (FEP-8b32, eddsa-jcs-2022), so that others believe it whoever brings it. An LD signature
 * is put on after it.
 *
 * @param body the activity in JSON as `JSON.stringify` writes it, its context first; all else in it stays byte for byte
 */
export function proveActivity(body: string, key: Pick<LocalKey, "privateKey">, keyId: string, at: Date): string {
  const document: Json = JSON.parse(body);
  if (!isObject(document)) throw new TypeError("an activity is an object");
  const before = `{"@context":${JSON.stringify(document["@context"])}`;
  if (!body.startsWith(before)) throw new TypeError("the context of an activity stands first");
  const context = [...listOf(document["@context"]), terms];
  const configuration = {
    "@context": context,
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    verificationMethod: keyId,
    proofPurpose: "assertionMethod",
    created: `${at.toISOString().slice(0, 19)}Z`,
  };
  const data = Buffer.concat([hash(configuration), hash({ ...document, "@context": context })]);
  const { "@context": _, ...shown } = configuration;
  const proof = { ...shown, proofValue: toMultibase(sign(null, data, key.privateKey)) };
  return `{"@context":${JSON.stringify(context)}${body.slice(before.length, -1)},"proof":${JSON.stringify(proof)}}`;
}
