import type { SignedRequest } from "../federation/http-signature.ts";
import { hashBody } from "../federation/http-signature-sign.ts";
import { date, keyId, now, seconds } from "./signed-requests.ts";

/** One change of a signed request, after which it is nobody's. */
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

/** For either way of signing. */
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

/** For draft-cavage-http-signatures-12. */
export const cavage: readonly Forgery[] = [
  ["no date", withoutHeader("date")],
  ["another date", withHeader("date", new Date(now.getTime() + 1000).toUTCString())],
  ["two dates", inHeader("date", /$/, `, ${date}`)],
  ["no digest", withoutHeader("digest")],
  ["an empty digest", withHeader("digest", "")],
  ["another digest", withHeader("digest", `SHA-256=${hashBody("other").sha256}`)],
  [
    "another digest of another body",
    (request) => ({
      ...withHeader("digest", `SHA-256=${hashBody("other").sha256}`)(request),
      body: Buffer.from("other"),
    }),
  ],
  ["two digests", inHeader("digest", /$/, `,SHA-256=${hashBody("other").sha256}`)],
  ["the digest under another algorithm", inHeader("digest", "SHA-256", "SHA-512")],
  ["the digest under MD5", inHeader("digest", "SHA-256", "MD5")],
  ["the digest in small letters, signed in large ones", inHeader("digest", "SHA-256", "sha-256")],
  ["a digest cut short", inHeader("digest", /.{6}$/, "")],
  ["no key id", inHeader("signature", /keyId="[^"]*",/, "")],
  ["an empty key id", inHeader("signature", keyId, "")],
  ["another key id", inHeader("signature", "ann", "bob")],
  ["two key ids", inHeader("signature", "keyId", `keyId="https://victim.example/#k",keyId`)],
  ["two key ids, the other last", inHeader("signature", /$/, `,keyId="https://victim.example/#k"`)],
  ["two signatures", inHeader("signature", /$/, `,signature="AAAA"`)],
  ["two lists of headers", inHeader("signature", /$/, `,headers="date"`)],
  ["two algorithms", inHeader("signature", /$/, `,algorithm="hs2019"`)],
  [
    "a second header line",
    (request) => withHeader("signature", `${request.headers["signature"]}, ${request.headers["signature"]}`)(request),
  ],
  ["no signature value", inHeader("signature", /,signature="[^"]*"/, "")],
  ["an empty signature value", inHeader("signature", /signature="[^"]*"/, 'signature=""')],
  ["another signature value", inHeader("signature", /signature="..../, 'signature="AAAA')],
  ["a signature cut short", inHeader("signature", /.{8}"$/, '"')],
  ["a longer signature", inHeader("signature", /={0,2}"$/, 'AAAA"')],
  ["no list of headers", inHeader("signature", /headers="[^"]*",/, "")],
  ["an empty list of headers", inHeader("signature", /headers="[^"]*"/, 'headers=""')],
  ["only the date covered", inHeader("signature", /headers="[^"]*"/, 'headers="date"')],
  ["the target not covered", inHeader("signature", "(request-target) ", "")],
  ["the host not covered", inHeader("signature", " host", "")],
  ["the date not covered", inHeader("signature", " date", "")],
  ["the digest not covered", inHeader("signature", " digest", "")],
  ["one thing less covered", inHeader("signature", " content-type", "")],
  ["one thing more covered", inHeader("signature", "content-type", "content-type signature")],
  ["a thing that is not there covered", inHeader("signature", "content-type", "content-type x-none")],
  ["a thing twice covered", inHeader("signature", " host", " host host")],
  ["the order changed", inHeader("signature", "host date", "date host")],
  ["(created) instead of the date", inHeader("signature", " date", " (created)")],
  [
    "(created) made up",
    (request) =>
      inHeader("signature", "keyId", `created=${seconds},keyId`)(inHeader("signature", " date", " (created)")(request)),
  ],
  ["an algorithm that is not known", inHeader("signature", "rsa-sha256", "none")],
  ["a weak algorithm", inHeader("signature", "rsa-sha256", "rsa-sha1")],
  ["a secret instead of a key", inHeader("signature", "rsa-sha256", "hmac-sha256")],
  ["an algorithm of another kind of key", inHeader("signature", "rsa-sha256", "ed25519")],
  ["an algorithm that every object has", inHeader("signature", "rsa-sha256", "constructor")],
  ["an expiry that has passed", inHeader("signature", "keyId", `expires=${seconds - 86_400},keyId`)],
  ["an escaped quote", inHeader("signature", 'keyId="', 'x="\\"",keyId="')],
  ["something behind it", inHeader("signature", /$/, ";x")],
  ["a comma behind it", inHeader("signature", /$/, ",")],
  ["an empty signature input beside it", withHeader("signature-input", "")],
  ["a signature input beside it", withHeader("signature-input", `sig1=("@method");keyid="${keyId}"`)],
];

/** For RFC 9421. */
export const message: readonly Forgery[] = [
  ["no input", withoutHeader("signature-input")],
  ["an empty input", withHeader("signature-input", "")],
  ["no digest", withoutHeader("content-digest")],
  ["another digest", withHeader("content-digest", `sha-256=:${hashBody("other").sha256}:`)],
  [
    "another digest of another body",
    (request) => ({
      ...withHeader("content-digest", `sha-256=:${hashBody("other").sha256}:`)(request),
      body: Buffer.from("other"),
    }),
  ],
  ["two digests", inHeader("content-digest", /$/, `, sha-256=:${hashBody("other").sha256}:`)],
  ["the digest under another algorithm", inHeader("content-digest", "sha-256", "md5")],
  ["another label", inHeader("signature", "sig1", "sig2")],
  [
    "both labels changed to one that is signed by nobody",
    (request) => inHeader("signature", /:[^:]+:/, ":AAAA:")(request),
  ],
  [
    "two signatures",
    (request) =>
      withHeader(
        "signature-input",
        `${request.headers["signature-input"]}, ${request.headers["signature-input"]}`,
      )(request),
  ],
  ["an empty signature value", inHeader("signature", /:[^:]+:/, "::")],
  ["a signature cut short", inHeader("signature", /.{8}:$/, ":")],
  ["no key id", inHeader("signature-input", /;keyid="[^"]*"/, "")],
  ["another key id", inHeader("signature-input", "ann", "bob")],
  ["two key ids", inHeader("signature-input", /$/, `;keyid="${keyId}"`)],
  ["no time", inHeader("signature-input", /;created=\d+/, "")],
  ["another time", inHeader("signature-input", /created=\d+/, `created=${seconds + 1}`)],
  ["a time that is no number", inHeader("signature-input", /created=\d+/, 'created="now"')],
  ["an expiry that has passed", inHeader("signature-input", ";keyid", `;expires=${seconds - 86_400};keyid`)],
  ["no algorithm", inHeader("signature-input", /;alg="[^"]*"/, "")],
  ["an algorithm that is not known", inHeader("signature-input", "rsa-v1_5-sha256", "none")],
  ["an algorithm of another kind of key", inHeader("signature-input", "rsa-v1_5-sha256", "ed25519")],
  ["a secret instead of a key", inHeader("signature-input", "rsa-v1_5-sha256", "hmac-sha256")],
  ["nothing covered", inHeader("signature-input", /\(.*\)/, "()")],
  ["the method not covered", inHeader("signature-input", '"@method" ', "")],
  ["the target not covered", inHeader("signature-input", '"@target-uri" ', "")],
  ["the digest not covered", inHeader("signature-input", ' "content-digest"', "")],
  ["one thing less covered", inHeader("signature-input", ' "content-type"', "")],
  ["one thing more covered", inHeader("signature-input", ' "content-type"', ' "content-type" "date"')],
  ["a thing twice covered", inHeader("signature-input", '"@method"', '"@method" "@method"')],
  ["a thing with parameters", inHeader("signature-input", '"content-digest"', '"content-digest";req')],
  ["a thing that no request has", inHeader("signature-input", '"@method"', '"@method" "@status"')],
  ["the order changed", inHeader("signature-input", '"@method" "@target-uri"', '"@target-uri" "@method"')],
  ["the scheme changed", (request) => ({ ...request, scheme: "http" })],
  ["something behind it", inHeader("signature-input", /$/, ";x")],
];
