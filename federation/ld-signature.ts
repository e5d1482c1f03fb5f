import { createHash, verify } from "node:crypto";
import jsonld from "@fedify/vocab-runtime/jsonld";
import { isObject, type JsonObject, textOf } from "./as2.ts";
import { contextLoader } from "./contexts.ts";
import type { Claim } from "./http-signature.ts";
import { saysWhatItMeans } from "./meaning.ts";

const options = { format: "application/n-quads", documentLoader: contextLoader, safe: true } as const;

/**
 * Reads the LD signature of a document: RsaSignature2017, which Mastodon puts on what it passes on.
 *
 * What is signed is the graph that JSON-LD makes of the document. So nothing may be lost on the way to it, every context must be known
 * here, and the document must say in plain JSON what the graph says (CVE-2026-46349 and its kin).
 */
export async function readLdSignature(document: JsonObject): Promise<Claim | undefined> {
  const { signature, ...unsigned } = document;
  if (!isObject(signature) || signature["type"] !== "RsaSignature2017") return undefined;
  const keyId = textOf(signature["creator"]);
  const value = textOf(signature["signatureValue"]);
  if (keyId === undefined || value === undefined) return undefined;
  const { type: _type, id: _id, signatureValue: _value, ...configuration } = signature;
  try {
    if (!(await saysWhatItMeans(unsigned))) return undefined;
    const text =
      (await hash({ ...configuration, "@context": "https://w3id.org/identity/v1" })) + (await hash(unsigned));
    const data = Buffer.from(text);
    const bytes = Buffer.from(value, "base64");
    return { keyId, fits: (key) => key.asymmetricKeyType === "rsa" && verify("sha256", data, key, bytes) };
  } catch {
    // Unknown contexts, and whatever else JSON-LD makes of a hostile document: it does not verify.
    return undefined;
  }
}

/** SHA-256 in hexadecimal of the canonical graph (URDNA2015). */
async function hash(document: JsonObject): Promise<string> {
  const graph = await jsonld.canonize(structuredClone(document), options);
  return createHash("sha256").update(graph).digest("hex");
}
