import { idOf, type JsonObject, originOf } from "./as2.ts";
import { type Claim, findSigner, type KeyFinder } from "./http-signature.ts";
import { readIntegrityProof } from "./integrity-proof.ts";
import { readLdSignature } from "./ld-signature.ts";

/**
 * Whose activity it is, by what the activity itself bears: an integrity proof (FEP-8b32, eddsa-jcs-2022) or an LD signature
 * (RsaSignature2017) of its actor. This is for activities that somebody else passes on. Nothing is fetched but the key, and that
 * through `keys`.
 *
 * Who gets an answer may read the activity as it stands: its plain JSON says what was signed, no more and no less.
 *
 * @returns `undefined` when it bears none, or when that does not verify
 */
export async function verifyIntegrity(
  activity: JsonObject,
  keys: KeyFinder,
): Promise<{ actorIri: string } | undefined> {
  const actorIri = idOf(activity["actor"]);
  if (actorIri === undefined) return undefined;
  const proof = readIntegrityProof(activity);
  if (proof && (await isBy(proof, actorIri, keys))) return { actorIri };
  const signature = await readLdSignature(activity);
  return signature && (await isBy(signature, actorIri, keys)) ? { actorIri } : undefined;
}

/** An actor's key is of its own origin: another's home is not even asked. */
async function isBy(claim: Claim, actorIri: string, keys: KeyFinder): Promise<boolean> {
  if (originOf(claim.keyId) === undefined || originOf(claim.keyId) !== originOf(actorIri)) return false;
  const signed = await findSigner(claim, keys);
  return signed.ok && signed.actorIri === actorIri;
}
