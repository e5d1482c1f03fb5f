import { createHash, verify } from "node:crypto";
import { isObject, type Json, type JsonObject, listOf, textOf } from "./as2.ts";
import type { Claim } from "./http-signature.ts";
import { fromMultibase } from "./multibase.ts";

/**
 * Reads the integrity proof of a document: FEP-8b32 with the cryptosuite eddsa-jcs-2022 (Data Integrity EdDSA Cryptosuites, section 3.3).
 *
 * It covers every member of the document, as it stands, but the proof itself and an LD signature, which is made after it.
 */
export function readIntegrityProof(document: JsonObject): Claim | undefined {
  const proofs = listOf(document["proof"]);
  const [proof] = proofs;
  if (proofs.length !== 1 || !isObject(proof)) return undefined;
  const usable =
    proof["type"] === "DataIntegrityProof" &&
    proof["cryptosuite"] === "eddsa-jcs-2022" &&
    proof["proofPurpose"] === "assertionMethod";
  const keyId = textOf(proof["verificationMethod"]);
  const value = fromMultibase(textOf(proof["proofValue"]) ?? "", 64);
  const configurations = configurationsOf(proof, document["@context"]);
  if (!usable || keyId === undefined || !value || !configurations) return undefined;
  const { proof: _proof, signature: _signature, ...unsecured } = document;
  const documentHash = hash(unsecured);
  const hashes = configurations.map((configuration) => Buffer.concat([hash(configuration), documentHash]));
  return {
    keyId,
    fits: (key) => key.asymmetricKeyType === "ed25519" && hashes.some((data) => verify(null, data, key, value)),
  };
}

/**
 * What of the proof was signed. The proof may repeat the context of the document, and must then repeat it exactly. When it does not,
 * some programs signed it as if it did (Fedify) and others as it stands (Mitra).
 */
function configurationsOf(proof: JsonObject, context: Json | undefined): readonly JsonObject[] | undefined {
  const { proofValue: _, ...configuration } = proof;
  if (context === undefined) return configuration["@context"] === undefined ? [configuration] : undefined;
  if (configuration["@context"] === undefined) return [configuration, { ...configuration, "@context": context }];
  return canonical(configuration["@context"]) === canonical(context) ? [configuration] : undefined;
}

/** What is signed of a value: SHA-256 of its one spelling. */
export function hash(value: Json): Buffer {
  return createHash("sha256").update(canonical(value)).digest();
}

/** The one spelling of a JSON value (RFC 8785). */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`);
  return `{${members.join(",")}}`;
}
