import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { cavage, everywhere } from "../test/forgeries.ts";
import {
  body,
  date,
  ed25519,
  isAccepted,
  keyId,
  makeKeys,
  makeRequest,
  now,
  rsa,
  seconds,
} from "../test/signed-requests.ts";
import { verifyRequest } from "./http-signature.ts";

/** A signature by hand, to say things that our signer does not. */
function signCavage(
  lines: Readonly<Record<string, string>>,
  parameters: string,
  headers: Record<string, string>,
  key = rsa.privateKey,
) {
  const text = Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
  const algorithm = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  const signature = sign(algorithm, Buffer.from(text, "latin1"), key).toString("base64");
  const signed = `${parameters},headers="${Object.keys(lines).join(" ")}",signature="${signature}"`;
  return {
    method: "POST",
    target: "/inbox",
    host: "moot.example",
    headers: { ...headers, signature: signed },
    body: body.bytes,
  };
}

const digest = `SHA-256=${body.sha256}`;
const plain = { "(request-target)": "post /inbox", host: "moot.example", date, digest };

test("draft-cavage with hs2019: (created) stands for the date, and Ed25519 is a kind of key", async () => {
  const lines = { "(request-target)": "post /inbox", "(created)": String(seconds), host: "moot.example", digest };
  const parameters = `keyId="${keyId}",algorithm="hs2019",created=${seconds},expires=${seconds + 300}`;

  expect(await isAccepted(signCavage(lines, parameters, { digest }))).toBe(true);
  const byEd25519 = signCavage(lines, parameters, { digest }, ed25519.privateKey);
  expect(await isAccepted(byEd25519, ed25519.publicKey)).toBe(true);
  expect(await isAccepted(signCavage(lines, `keyId="${keyId}",created=${seconds}`, { digest }))).toBe(true);
});

test("what is signed too weakly is refused, though the signature itself is right", async () => {
  const parameters = `keyId="${keyId}",algorithm="rsa-sha256"`;
  const headers = { date, digest };
  expect(await isAccepted(signCavage(plain, parameters, headers))).toBe(true);

  for (const missing of ["(request-target)", "host", "date", "digest"]) {
    const lines = Object.fromEntries(Object.entries(plain).filter(([name]) => name !== missing));
    expect(await isAccepted(signCavage(lines, parameters, headers)), `without ${missing}`).toBe(false);
  }
  const created = { ...plain, "(created)": String(seconds) };
  expect(await isAccepted(signCavage(created, `${parameters},created=${seconds}`, headers))).toBe(false);
  const noDate = { date: "", digest };
  expect(await isAccepted(signCavage({ ...plain, date: "" }, parameters, noDate))).toBe(false);
  const md5 = { date, digest: `MD5=${createHash("md5").update(body.bytes).digest("base64")}` };
  expect(await isAccepted(signCavage({ ...plain, digest: md5.digest }, parameters, md5))).toBe(false);
  const sha1 = { date, digest: `SHA=${createHash("sha1").update(body.bytes).digest("base64")}` };
  expect(await isAccepted(signCavage({ ...plain, digest: sha1.digest }, parameters, sha1))).toBe(false);
  const two = { date, digest: `${digest},${digest}` };
  expect(await isAccepted(signCavage({ ...plain, digest: two.digest }, parameters, two))).toBe(false);
  const prototype = { ...plain, constructor: "function Object() { [native code] }" };
  expect(await isAccepted(signCavage(prototype, parameters, headers))).toBe(false);
  const elsewhere = signCavage({ ...plain, host: "other.example" }, parameters, { ...headers, host: "other.example" });
  expect(await isAccepted(elsewhere)).toBe(false);
  const twice = signCavage(plain, parameters, headers);
  const text = `(request-target): post /inbox\nhost: moot.example\ndate: ${date}\ndigest: ${digest}\nhost: moot.example`;
  const value = sign("sha256", Buffer.from(text), rsa.privateKey).toString("base64");
  const covered = "(request-target) host date digest host";
  const signature = `${parameters},headers="${covered}",signature="${value}"`;
  expect(await isAccepted({ ...twice, headers: { ...headers, signature } })).toBe(false);
  const weak = generateKeyPairSync("ec", { namedCurve: "P-256" });
  expect(await isAccepted(signCavage(plain, `keyId="${keyId}"`, headers, weak.privateKey), weak.publicKey)).toBe(false);
});

test.each([...everywhere, ...cavage])("forged draft-cavage is refused: %s", async (name, change) => {
  const forged = change(await makeRequest("cavage"));

  const reason = await verifyRequest(forged, makeKeys(rsa.publicKey, rsa.publicKey).keys, now);
  expect(reason.ok, name).toBe(false);
});

test("a digest of several kinds must be right in each that is known", async () => {
  const sha512 = createHash("sha512").update(body.bytes).digest("base64");
  const signed = (value: string) =>
    isAccepted(signCavage({ ...plain, digest: value }, `keyId="${keyId}"`, { date, digest: value }));

  expect(await signed(`SHA-512=${sha512}`)).toBe(true);
  expect(await signed(`${digest},SHA-512=${sha512},X-NEW=abc`)).toBe(true);
  expect(await signed(`${digest},SHA-512=${body.sha256}`)).toBe(false);
});

test.each([
  "",
  "main-key",
  "#main-key",
  "/ann#main-key",
  "ftp://home.example/k",
  "https://",
  "https://home.example/ k",
  `https://home.example/${"k".repeat(2_000)}`,
])("the key id %j is refused before anybody is asked for it", async (id) => {
  const { keys, asked } = makeKeys(rsa.publicKey);

  expect((await verifyRequest(signCavage(plain, `keyId="${id}"`, { date, digest }), keys, now)).ok).toBe(false);
  expect(asked.find).toBe(0);
});

test("a POST without a body needs no digest", async () => {
  const { digest: _, ...lines } = plain;
  const signed = signCavage(lines, `keyId="${keyId}"`, { date });

  expect(await isAccepted(signed)).toBe(false);
  expect(await isAccepted({ ...signed, body: new Uint8Array() })).toBe(true);
});
