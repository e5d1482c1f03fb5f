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

export type Forgery = readonly [name: string, change: (request: SignedRequest) => SignedRequest];

export const withHeader = (name: string, value: string | undefined) => (request: SignedRequest) => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});
export const inHeader = (name: string, from: string | RegExp, to: string) => (request: SignedRequest) => {
  const before = request.headers[name] ?? "";
  const after = before.replace(from, to);
  if (after === before) throw new Error(`nothing to forge in ${name}: ${before}`);
  return { ...request, headers: { ...request.headers, [name]: after } };
};
export const withoutHeader = (name: string) => (request: SignedRequest) => {
  const { [name]: _, ...headers } = request.headers;
  return { ...request, headers };
};

export const everywhere: readonly Forgery[] = [
  ["another method", (request) => ({ ...request, method: "PUT" })],
  ["GET with a body", (request) => ({ ...request, method: "GET" })],
  ["another path", (request) => ({ ...request, target: "/actors/1/inbox?a=1" })],
  ["another query", (request) => ({ ...request, target: "/inbox?a=2" })],
  ["no query", (request) => ({ ...request, target: "/inbox" })],
  ["a path in capitals", (request) => ({ ...request, target: "/INBOX?a=1" })],
  ["another host", (request) => ({ ...request, host: "other.example" })],
  ["another port", (request) => ({ ...request, host: "moot.example:8443" })],
  ["another body", (request) => ({ ...request, body: Buffer.from('{"id":"https://home.example/2","type":"Like"}') })],
  ["one more byte", (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(" ")]) })],
  ["one byte less", (request) => ({ ...request, body: request.body.subarray(0, -1) })],
  ["one bit of the body", (request) => ({ ...request, body: Buffer.from(request.body).fill(0x7c, 0, 1) })],
  ["no body", (request) => ({ ...request, body: new Uint8Array() })],
  ["no signature", withoutHeader("signature")],
  ["an empty signature", withHeader("signature", "")],
  ["another content type", withHeader("content-type", "application/ld+json")],
  ["no content type", withoutHeader("content-type")],
];
