import { sign } from "node:crypto";
import { expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import { everywhere, message } from "../test/forgeries.ts";
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

function signMessage(
  components: readonly string[],
  lines: readonly string[],
  parameters: string,
  key = rsa.privateKey,
) {
  const text = `(${components.map((name) => `"${name}"`).join(" ")})${parameters}`;
  const base = [...lines, `"@signature-params": ${text}`].join("\n");
  const algorithm = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  const signature = sign(algorithm, Buffer.from(base, "latin1"), key).toString("base64");
  const contentDigest = `sha-256=:${body.sha256}:`;
  const headers = {
    date,
    "content-digest": contentDigest,
    "signature-input": `sig1=${text}`,
    signature: `sig1=:${signature}:`,
  };
  return { method: "POST", target: "/inbox", host: "moot.example", headers, body: body.bytes };
}

const componentLines: Readonly<Record<string, string>> = {
  "@method": '"@method": POST',
  "@target-uri": '"@target-uri": https://moot.example/inbox',
  "@authority": '"@authority": moot.example',
  "@path": '"@path": /inbox',
  "@query": '"@query": ?',
  "@request-target": '"@request-target": /inbox',
  "@scheme": '"@scheme": https',
  host: '"host": moot.example',
  date: `"date": ${date}`,
  "content-digest": `"content-digest": sha-256=:${body.sha256}:`,
};

function signComponents(components: readonly string[], parameters: string, key = rsa.privateKey) {
  return signMessage(
    components,
    components.map((name) => componentLines[name]!),
    parameters,
    key,
  );
}

test("RFC 9421: the target may be said in several ways, and the kind of key may be left out", async () => {
  const parameters = `;created=${seconds};keyid="${keyId}"`;
  for (const target of [
    ["@target-uri"],
    ["@authority", "@path"],
    ["host", "@request-target"],
    ["@authority", "@path", "@query", "@scheme"],
  ]) {
    expect(
      await isAccepted(signComponents(["@method", ...target, "content-digest"], parameters)),
      target.join(" "),
    ).toBe(true);
  }
  const byDate = signComponents(["@method", "@target-uri", "date", "content-digest"], `;keyid="${keyId}"`);
  expect(await isAccepted(byDate)).toBe(true);
  const byEd25519 = signComponents(
    ["@method", "@target-uri", "content-digest"],
    `${parameters};alg="ed25519"`,
    ed25519.privateKey,
  );
  expect(await isAccepted(byEd25519, ed25519.publicKey)).toBe(true);
});

test("RFC 9421: what is signed too weakly is refused, though the signature itself is right", async () => {
  const parameters = `;created=${seconds};keyid="${keyId}"`;
  const full = ["@method", "@target-uri", "content-digest"];
  expect(await isAccepted(signComponents(full, parameters))).toBe(true);

  for (const missing of full) {
    const components = full.filter((name) => name !== missing);
    expect(await isAccepted(signComponents(components, parameters)), `without ${missing}`).toBe(false);
  }
  const refused = [
    signComponents(["@method", "@authority", "content-digest"], parameters),
    signComponents(["@method", "@path", "content-digest"], parameters),
    signComponents(full, `;keyid="${keyId}"`),
    signComponents(full, `;created=${seconds}`),
    signComponents(full, `${parameters};alg="hmac-sha256"`),
    signComponents(full, `${parameters};alg="ed25519"`),
    signComponents(full, `${parameters};alg="rsa-pss-sha512"`),
    signComponents(full, `${parameters};expires=${seconds - limits.signatureSkew / 1000 - 1}`),
    signComponents([...full, "@method"], parameters),
    signComponents(full, `${parameters};keyid="${keyId}"`),
  ];
  for (const [index, request] of refused.entries()) expect(await isAccepted(request), `case ${index}`).toBe(false);
  const query = {
    ...signComponents(["@method", "@authority", "@path", "content-digest"], parameters),
    target: "/inbox?x=1",
  };
  expect(await isAccepted(query)).toBe(false);
});

test("an RSA-PSS signature of RFC 9421 verifies", async () => {
  const components = ["@method", "@target-uri", "content-digest"];
  const text = `(${components.map((name) => `"${name}"`).join(" ")});created=${seconds};keyid="${keyId}";alg="rsa-pss-sha512"`;
  const base = [...components.map((name) => componentLines[name]!), `"@signature-params": ${text}`].join("\n");
  const signature = sign("sha512", Buffer.from(base), { key: rsa.privateKey, padding: 6, saltLength: 64 });
  const request = signComponents(components, "");
  const headers = {
    ...request.headers,
    "signature-input": `sig1=${text}`,
    signature: `sig1=:${signature.toString("base64")}:`,
  };

  expect(await isAccepted({ ...request, headers })).toBe(true);
});

test.each([...everywhere, ...message])("forged RFC 9421 is refused: %s", async (name, change) => {
  const forged = change(await makeRequest("rfc9421"));

  const reason = await verifyRequest(forged, makeKeys(rsa.publicKey, rsa.publicKey).keys, now);
  expect(reason.ok, name).toBe(false);
});

test("a POST without a body needs no digest", async () => {
  const signed = signComponents(["@method", "@target-uri"], `;created=${seconds};keyid="${keyId}"`);

  expect(await isAccepted(signed)).toBe(false);
  expect(await isAccepted({ ...signed, body: new Uint8Array() })).toBe(true);
});
