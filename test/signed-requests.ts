import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { type KeyFinder, type RemoteKey, type SignedRequest, verifyRequest } from "../federation/http-signature.ts";
import { hashBody, type SignatureSpec, signRequest } from "../federation/http-signature-sign.ts";

export const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const otherRsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const ed25519 = generateKeyPairSync("ed25519");
export const now = new Date("2026-03-01T12:00:00Z");
export const actorIri = "https://home.example/users/ann";
export const keyId = `${actorIri}#main-key`;
export const body = hashBody('{"id":"https://home.example/1","type":"Like"}');
export const specs = ["cavage", "rfc9421"] as const satisfies readonly SignatureSpec[];

/** Knows one key under every id, and counts how often its home was asked. */
export function makeKeys(publicKey: KeyObject, fresh: KeyObject | undefined = undefined) {
  const asked = { find: 0, refresh: 0 };
  const key = (iri: string, one: KeyObject): RemoteKey => ({ iri, actorIri, publicKey: one });
  const keys: KeyFinder = {
    find: async (iri) => {
      asked.find += 1;
      return iri === keyId ? key(iri, publicKey) : undefined;
    },
    refresh: async (iri) => {
      asked.refresh += 1;
      return fresh && key(iri, fresh);
    },
  };
  return { keys, asked };
}

export async function makeRequest(spec: SignatureSpec, changes: Partial<SignedRequest> = {}): Promise<SignedRequest> {
  const url = "https://moot.example/inbox?a=1";
  const headers = await signRequest({ method: "POST", url, body, keyId, privateKey: rsa.privateKey, spec, now });
  const base = { method: "POST", target: "/inbox?a=1", host: "moot.example", headers, body: body.bytes };
  return { ...base, ...changes };
}

export async function isAccepted(request: SignedRequest, publicKey = rsa.publicKey, at = now): Promise<boolean> {
  return (await verifyRequest(request, makeKeys(publicKey).keys, at)).ok;
}

export const date = now.toUTCString();
export const seconds = now.getTime() / 1000;
