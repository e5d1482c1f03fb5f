import { createPublicKey, type KeyObject } from "node:crypto";
import type { RemoteActorKey } from "../src/author/remote-actor.ts";
import { limits } from "../src/core/limits.ts";
import { iriOf, isObject, type JsonObject, listOf, onlyIriOf, originOf, textOf } from "./as2.ts";
import { fromMultibase } from "./multibase.ts";

/**
 * The keys of an actor: `publicKey` (the Security Vocabulary of old) and Multikeys in `assertionMethod` (FEP-521a). A key
 * that cannot be used, or that names another owner, is left out.
 *
 * @returns `undefined` when a key or its owner is on another origin: the whole document is then a forgery
 */
export function readKeys(document: JsonObject, actor: string): readonly RemoteActorKey[] | undefined {
  const claims = [...listOf(document["publicKey"]), ...listOf(document["assertionMethod"])]
    .slice(0, limits.keysPerActor)
    .filter((claim) => isObject(claim));
  const isElsewhere = (iri: string | undefined) => iri !== undefined && originOf(iri) !== originOf(actor);
  if (claims.some((claim) => isElsewhere(iriOf(claim)) || isElsewhere(ownerOf(claim)))) return undefined;
  return claims.flatMap((claim) => {
    const iri = iriOf(claim);
    const publicKeyPem = ownerOf(claim) === actor ? pemOf(claim) : undefined;
    return iri === undefined || publicKeyPem === undefined ? [] : { iri, publicKeyPem };
  });
}

function ownerOf(claim: JsonObject): string | undefined {
  return onlyIriOf(claim["owner"] ?? claim["controller"]);
}

function pemOf(claim: JsonObject): string | undefined {
  const pem = textOf(claim["publicKeyPem"]);
  const multibase = textOf(claim["publicKeyMultibase"]);
  try {
    const key = pem !== undefined ? createPublicKey(pem) : multibase !== undefined ? ed25519Key(multibase) : undefined;
    return key && isStrong(key) ? key.export({ type: "spki", format: "pem" }).toString() : undefined;
  } catch {
    return undefined;
  }
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  return asymmetricKeyType === "ed25519" || (asymmetricKeyType === "rsa" && bits >= 1024 && bits <= 8192);
}

/** Multicodec's mark of an Ed25519 public key; the start of its SubjectPublicKeyInfo (RFC 8410, section 4). */
const ed25519Mark = "ed01";
const ed25519Start = "302a300506032b6570032100";

/** A Multikey: base58-btc of the mark and 32 bytes (W3C Controlled Identifiers, section 2.2.2). */
function ed25519Key(multibase: string): KeyObject | undefined {
  const hex = fromMultibase(multibase, 34)?.toString("hex");
  if (!hex?.startsWith(ed25519Mark)) return undefined;
  const der = Buffer.from(ed25519Start + hex.slice(ed25519Mark.length), "hex");
  return createPublicKey({ key: der, format: "der", type: "spki" });
}
