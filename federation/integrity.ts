import { idOf, type JsonObject } from "./as2.ts";
import type { KeyFinder } from "./http-signature.ts";
import { type Claim, readIntegrityProof } from "./integrity-proof.ts";
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

/** A key that does not fit is asked for once more: it may have been changed. */
async function isBy(claim: Claim, actorIri: string, keys: KeyFinder): Promise<boolean> {
  const known = await keys.find(claim.keyId);
  if (known?.actorIri !== actorIri) return false;
  if (claim.fits(known.publicKey)) return true;
  const fresh = await keys.refresh(claim.keyId);
  return fresh?.actorIri === actorIri && claim.fits(fresh.publicKey);
}
