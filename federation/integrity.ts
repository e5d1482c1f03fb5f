import type { KeyObject } from "node:crypto";
import { type KeyCache, verifyJsonLd, verifyObject } from "@fedify/fedify";
import { Activity, CryptographicKey, Multikey } from "@fedify/vocab";
import type { DocumentLoader } from "@fedify/vocab-runtime";
import { idOf, isObject, type JsonObject, listOf, textOf } from "./as2.ts";
import { contextLoader, isKnownContext } from "./contexts.ts";
import type { KeyFinder, RemoteKey } from "./http-signature.ts";

/**
 * Whose activity it is, by what the activity itself bears: an LD signature (RsaSignature2017) or an integrity proof (FEP-8b32,
 * eddsa-jcs-2022) of its actor. Nothing is fetched but the key, and that through `keys`.
 *
 * @returns `undefined` when it bears none, when it does not verify, or when it uses a context that is not bundled
 */
export async function verifyIntegrity(activity: JsonObject, keys: KeyFinder): Promise<{ actorIri: string } | undefined> {
  const actorIri = idOf(activity["actor"]);
  const keyIri = keyOf(activity);
  if (actorIri === undefined || keyIri === undefined || !contextsOf(activity).every(isKnownContext)) return undefined;
  const key = await keys.find(keyIri);
  if (key && (await verifiesWith(activity, actorIri, key))) return { actorIri };
  // The key may have been changed since it was put on file.
  const fresh = key && (await keys.refresh(keyIri));
  return fresh && (await verifiesWith(activity, actorIri, fresh)) ? { actorIri } : undefined;
}

/** The key that the proof or the signature names. */
function keyOf(activity: JsonObject): string | undefined {
  const [proof] = listOf(activity["proof"]);
  if (isObject(proof)) return idOf(proof["verificationMethod"]);
  const signature = activity["signature"];
  return isObject(signature) && textOf(signature["type"]) === "RsaSignature2017" ? idOf(signature["creator"]) : undefined;
}

function contextsOf(activity: JsonObject): readonly string[] {
  return listOf(activity["@context"]).filter((one) => typeof one === "string");
}

async function verifiesWith(activity: JsonObject, actorIri: string, key: RemoteKey): Promise<boolean> {
  if (key.actorIri !== actorIri) return false;
  const options = { contextLoader, documentLoader: fetchNothing, keyCache: await cacheOf(key) };
  try {
    return activity["proof"] === undefined
      ? await verifyJsonLd(activity, options)
      : (await verifyObject(Activity, activity, options)) !== null;
  } catch {
    // What JSON-LD makes of a hostile document is its own business; it does not verify.
    return false;
  }
}

/** Fedify asks for the key and gets this one, whose owner was proved. */
async function cacheOf(key: RemoteKey): Promise<KeyCache> {
  const id = new URL(key.iri);
  const owner = new URL(key.actorIri);
  const publicKey = await toCryptoKey(key.publicKey);
  const known =
    key.publicKey.asymmetricKeyType === "rsa"
      ? new CryptographicKey({ id, owner, publicKey })
      : new Multikey({ id, controller: owner, publicKey });
  return { get: async ({ href }) => (href === key.iri ? known : null), set: async () => {} };
}

async function toCryptoKey(key: KeyObject): Promise<CryptoKey> {
  const algorithm =
    key.asymmetricKeyType === "rsa" ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } : { name: "Ed25519" };
  return await crypto.subtle.importKey("jwk", key.export({ format: "jwk" }), algorithm, true, ["verify"]);
}

const fetchNothing: DocumentLoader = async (url) => {
  throw new Error(`${url} is not fetched to verify a signature`);
};
