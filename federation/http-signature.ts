import { constants, createHash, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import { limits } from "../src/core/limits.ts";
import { readCavageSignature } from "./http-signature-cavage.ts";
import { readMessageSignature } from "./http-signature-message.ts";

/** A request as it came, with what of its URL is known for sure. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Our own host, with its port if that is in the URL. What the request says of it is not asked. */
  readonly host: string;
  /** Of our own URL. */
  readonly scheme?: "https" | "http";
  /** Names in lower case; several lines of one name joined by a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** A key whose owner was proved: it leads to the actor, and the actor lists it. */
export interface RemoteKey {
  readonly iri: string;
  readonly actorIri: string;
  readonly publicKey: KeyObject;
}

/** The home of a key cannot be reached now: later it may be. */
export class KeyUnavailable extends Error {
  override readonly name = "KeyUnavailable";
}

/** Where keys come from. */
export interface KeyFinder {
  /**
   * The key as it is known, or as its home shows it when it is not known; `undefined` when there is none.
   *
   * @throws {KeyUnavailable}
   */
  find(keyId: string): Promise<RemoteKey | undefined>;
  /**
   * The key as its home shows it now; `undefined` when that was asked a moment ago.
   *
   * @throws {KeyUnavailable}
   */
  refresh(keyId: string): Promise<RemoteKey | undefined>;
}

/** Whose the request is, or why it is nobody's. `later`: the same request may be taken when it comes again. */
export type Verification =
  | { readonly ok: true; readonly keyId: string; readonly actorIri: string }
  | { readonly ok: false; readonly reason: string; readonly later?: true };

/** Whose a request is, and when they signed it. */
export type RequestVerification =
  | (Extract<Verification, { readonly ok: true }> & { readonly signedAt: Date })
  | Extract<Verification, { readonly ok: false }>;

/** How a signature is made. `any`: whichever the key is for. */
export type Algorithm = "rsa-v1_5-sha256" | "rsa-pss-sha512" | "ed25519" | "any";

/** What a signature says it covers, read and found strong enough, before any key is asked for. */
export interface SignatureClaim {
  readonly keyId: string;
  readonly algorithm: Algorithm;
  readonly signature: Uint8Array;
  /** The text that was signed. */
  readonly base: string;
  /** The times that it covers; at least one. */
  readonly signedAt: readonly Date[];
  readonly expiresAt: Date | undefined;
  /** SHA-256 of the body in base64, and SHA-512 if that is given too; `undefined` when there is no body to cover. */
  readonly digests: { readonly sha256?: string | undefined; readonly sha512?: string | undefined } | undefined;
}

/**
 * Verifies the HTTP signature of a request: RFC 9421 where there is a `Signature-Input`, else draft-cavage-http-signatures-12.
 *
 * Whatever it is, it must cover the method, the target, our host, a time that is near, and every byte of the body. A key that was
 * known and does not fit is asked for once more, since keys may be changed.
 */
export async function verifyRequest(request: SignedRequest, keys: KeyFinder, now: Date): Promise<RequestVerification> {
  const claim = "signature-input" in request.headers ? readMessageSignature(request) : readCavageSignature(request);
  if (typeof claim === "string") return { ok: false, reason: claim };
  const flaw = refuseKeyId(claim.keyId) ?? refuseTime(claim, now) ?? refuseBody(claim, request.body);
  if (flaw !== undefined) return { ok: false, reason: flaw };
  const signer = await findSigner({ keyId: claim.keyId, fits: (key) => fits(claim, key) }, keys);
  return signer.ok ? { ...signer, signedAt: claim.signedAt.reduce((a, b) => (b < a ? b : a)) } : signer;
}

/** A signature: whose key it names, and whether a key made it. */
export interface Claim {
  readonly keyId: string;
  fits(key: KeyObject): boolean;
}

/** Whose signature it is. A key that was known and does not fit is asked for once more, since keys may be changed. */
export async function findSigner({ keyId, fits }: Claim, keys: KeyFinder): Promise<Verification> {
  try {
    const known = await keys.find(keyId);
    if (!known) return { ok: false, reason: "the key cannot be had" };
    if (fits(known.publicKey)) return { ok: true, keyId, actorIri: known.actorIri };
    const fresh = await keys.refresh(keyId);
    if (fresh && fits(fresh.publicKey)) return { ok: true, keyId, actorIri: fresh.actorIri };
    return { ok: false, reason: "the signature does not fit" };
  } catch (error) {
    if (!(error instanceof KeyUnavailable)) throw error;
    return { ok: false, reason: "the home of the key cannot be reached", later: true };
  }
}

function refuseKeyId(keyId: string): string | undefined {
  const usable = /^https?:\/\/[^\s\\]+$/i.test(keyId) && Buffer.byteLength(keyId) <= limits.iri && URL.canParse(keyId);
  return usable ? undefined : "the key id is not a URL";
}

function refuseTime({ signedAt, expiresAt }: SignatureClaim, now: Date): string | undefined {
  for (const at of signedAt) {
    const age = now.getTime() - at.getTime();
    if (!(age <= limits.signatureAge)) return "the signature is too old";
    if (!(age >= -limits.signatureSkew)) return "the signature is from the future";
  }
  const expired = expiresAt !== undefined && !(expiresAt.getTime() >= now.getTime() - limits.signatureSkew);
  return expired ? "the signature has expired" : undefined;
}

function refuseBody({ digests }: SignatureClaim, body: Uint8Array): string | undefined {
  if (!digests) return body.byteLength > 0 ? "the signature does not cover the body" : undefined;
  const { sha256, sha512 } = digests;
  if (sha256 === undefined && sha512 === undefined) return "the digest is of no known kind";
  const right =
    (sha256 === undefined || isDigest("sha256", body, sha256)) &&
    (sha512 === undefined || isDigest("sha512", body, sha512));
  return right ? undefined : "the digest is not that of the body";
}

function isDigest(algorithm: string, body: Uint8Array, base64: string): boolean {
  const given = Buffer.from(base64, "base64");
  const actual = createHash(algorithm).update(body).digest();
  return given.length === actual.length && timingSafeEqual(given, actual);
}

/** The kind of the key decides; an algorithm that is named must agree with it. */
function fits({ algorithm, base, signature }: SignatureClaim, publicKey: KeyObject): boolean {
  const data = Buffer.from(base, "latin1");
  switch (publicKey.asymmetricKeyType) {
    case "rsa":
      if (algorithm === "rsa-pss-sha512") return verify("sha512", data, pss(publicKey), signature);
      return algorithm !== "ed25519" && verify("sha256", data, publicKey, signature);
    case "ed25519":
      return (algorithm === "ed25519" || algorithm === "any") && verify(null, data, publicKey, signature);
    default:
      return false;
  }
}

/** RFC 9421, section 3.3.1: the salt is as long as the hash. */
function pss(key: KeyObject) {
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 };
}
