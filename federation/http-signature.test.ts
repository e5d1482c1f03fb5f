import { createHash, type KeyObject } from "node:crypto";
import { signRequest as signByFedify, verifyRequest as verifyByFedify } from "@fedify/fedify";
import { CryptographicKey } from "@fedify/vocab";
import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import {
  actorIri,
  body,
  isAccepted,
  keyId,
  makeKeys,
  makeRequest,
  now,
  otherRsa,
  rsa,
  specs,
} from "../test/signed-requests.ts";
import { verifyRequest } from "./http-signature.ts";
import { type SignatureSpec, signRequest } from "./http-signature-sign.ts";

test.each(specs)("what we sign by %s verifies, and says whose it is", async (spec) => {
  const verified = await verifyRequest(await makeRequest(spec), makeKeys(rsa.publicKey).keys, now);

  expect(verified).toEqual({ ok: true, keyId, actorIri, signedAt: now });
});

test.each(specs)("a GET without a body is signed and verified by %s", async (spec) => {
  const url = "https://moot.example/users/1";
  const headers = await signRequest({ method: "GET", url, keyId, privateKey: rsa.privateKey, spec, now });
  const request = { method: "GET", target: "/users/1", host: "moot.example", headers, body: new Uint8Array() };

  expect(await isAccepted(request)).toBe(true);
  expect(headers).not.toHaveProperty("content-type");
});

test("draft-cavage covers what Mastodon and Lemmy demand", async () => {
  const { headers } = await makeRequest("cavage");

  expect(headers["signature"]).toContain('headers="(request-target) host date digest content-type"');
  expect(headers["signature"]).toContain(`keyId="${keyId}",algorithm="rsa-sha256"`);
  expect(headers["digest"]).toBe(`SHA-256=${createHash("sha256").update(body.bytes).digest("base64")}`);
});

const fedifySpecs = { cavage: "draft-cavage-http-signatures-12", rfc9421: "rfc9421" } as const;

async function toCryptoKey(key: KeyObject, usage: "sign" | "verify"): Promise<CryptoKey> {
  return key.toCryptoKey({ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, [usage]) as unknown as CryptoKey;
}

test.each(specs)("Fedify verifies what we sign by %s", async (spec) => {
  const headers = await signRequest({
    method: "POST",
    url: "https://moot.example/inbox",
    body,
    keyId,
    privateKey: rsa.privateKey,
    spec,
    now,
  });
  const key = new CryptographicKey({
    id: new URL(keyId),
    owner: new URL(actorIri),
    publicKey: await toCryptoKey(rsa.publicKey, "verify"),
  });
  const verified = await verifyByFedify(
    new Request("https://moot.example/inbox", {
      method: "POST",
      headers: { ...headers, host: "moot.example" },
      body: Buffer.from(body.bytes),
    }),
    {
      timeWindow: false,
      keyCache: { get: async () => key, set: async () => {} },
      documentLoader: () => Promise.reject(new Error("no document")),
      contextLoader: () => Promise.reject(new Error("no context")),
    },
  );

  expect(verified?.ownerId?.href).toBe(actorIri);
});

test.each(specs)("what Fedify signs by %s verifies", async (spec) => {
  const unsigned = new Request("https://moot.example/inbox", {
    method: "POST",
    headers: { "content-type": "application/activity+json" },
    body: Buffer.from(body.bytes),
  });
  const signed = await signByFedify(unsigned, await toCryptoKey(rsa.privateKey, "sign"), new URL(keyId), {
    spec: fedifySpecs[spec],
  });
  const headers = Object.fromEntries(signed.headers);
  const request = { method: "POST", target: "/inbox", host: "moot.example", headers, body: body.bytes };

  expect(await isAccepted(request, rsa.publicKey, new Date(headers["date"]!))).toBe(true);
});

test.each(specs)("%s: the date may be as far off as the limits say, and no farther", async (spec) => {
  const request = await makeRequest(spec);
  const at = (milliseconds: number) => new Date(now.getTime() + milliseconds);

  expect(await isAccepted(request, rsa.publicKey, at(limits.signatureAge))).toBe(true);
  expect(await isAccepted(request, rsa.publicKey, at(limits.signatureAge + 1000))).toBe(false);
  expect(await isAccepted(request, rsa.publicKey, at(-limits.signatureSkew))).toBe(true);
  expect(await isAccepted(request, rsa.publicKey, at(-limits.signatureSkew - 1000))).toBe(false);
});

test.each(specs)("%s: a key that was changed is asked for once more", async (spec) => {
  const request = await makeRequest(spec);

  const rotated = makeKeys(otherRsa.publicKey, rsa.publicKey);
  expect(await verifyRequest(request, rotated.keys, now)).toMatchObject({ ok: true });
  expect(rotated.asked).toEqual({ find: 1, refresh: 1 });
  const wrong = makeKeys(otherRsa.publicKey, otherRsa.publicKey);
  expect(await verifyRequest(request, wrong.keys, now)).toEqual({ ok: false, reason: "the signature does not fit" });
  expect(wrong.asked).toEqual({ find: 1, refresh: 1 });
});

test("what is plainly wrong is refused without asking for a key", async () => {
  for (const spec of specs) {
    const request = await makeRequest(spec);
    const { keys, asked } = makeKeys(rsa.publicKey);
    const late = new Date(now.getTime() + 10 * limits.signatureAge);

    expect(await verifyRequest({ ...request, body: Buffer.from("other") }, keys, now)).toMatchObject({ ok: false });
    expect(await verifyRequest(request, keys, late)).toMatchObject({ ok: false });
    expect(await verifyRequest({ ...request, headers: {} }, keys, now)).toMatchObject({ ok: false });
    expect(asked).toEqual({ find: 0, refresh: 0 });
  }
});

test("a request signed by another key is refused", async () => {
  for (const spec of specs) expect(await isAccepted(await makeRequest(spec), otherRsa.publicKey)).toBe(false);
});

test("no change of a character in a header that is covered is accepted, unless it means the same", async () => {
  const requests = { cavage: await makeRequest("cavage"), rfc9421: await makeRequest("rfc9421") };
  const { keys } = makeKeys(rsa.publicKey, rsa.publicKey);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...specs),
      fc.nat(),
      fc.nat(),
      fc.constantFrom("", " ", ",", '"', "=", ":", ";", "\\", "(", ")", "a", "A", "0", "/", "é", "\t"),
      fc.boolean(),
      async (spec, which, where, put, instead) => {
        const request = requests[spec];
        const names = Object.keys(request.headers).filter((name) => spec === "cavage" || name !== "date");
        const name = names[which % names.length]!;
        const value = request.headers[name]!;
        const at = where % (value.length + 1);
        const changed = value.slice(0, at) + put + value.slice(at + (instead || put === "" ? 1 : 0));
        const verified = await verifyRequest(
          { ...request, headers: { ...request.headers, [name]: changed } },
          keys,
          now,
        );
        expect(!verified.ok || means(spec, name, changed) === means(spec, name, value), `${name}: ${changed}`).toBe(
          true,
        );
      },
    ),
    { numRuns: 5_000 },
  );
});

/** What of a header is signed or signs. The kind of a draft-cavage signature follows from the key; blanks around values mean nothing. */
function means(spec: SignatureSpec, name: string, value: string): string {
  if (name !== "signature") return value.trim();
  const read = spec === "cavage" ? /signature="([^"]*)"/ : /:(.*):/;
  const bytes = Buffer.from(read.exec(value)?.[1] ?? "", "base64").toString("base64");
  const covered = /headers="([^"]*)"/.exec(value)?.[1]?.toLowerCase();
  return [bytes, covered, /keyId="([^"]*)"/.exec(value)?.[1]].join(" ");
}

test("headers of any kind are answered, never thrown at", async () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', ",", "=", "\\", "(", ")", ";", ":", " ", "keyId", "headers", "a", "1") }),
  );
  const { keys } = makeKeys(rsa.publicKey);
  await fc.assert(
    fc.asyncProperty(text, text, text, text, async (signature, input, dateText, digestText) => {
      const headers = { signature, date: dateText, digest: digestText };
      const request = { method: "POST", target: "/", host: "moot.example", body: body.bytes };
      expect((await verifyRequest({ ...request, headers }, keys, now)).ok).toBe(false);
      const both = { ...headers, "signature-input": input };
      expect((await verifyRequest({ ...request, headers: both }, keys, now)).ok).toBe(false);
    }),
  );
});
