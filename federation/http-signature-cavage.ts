import type { Algorithm, SignatureClaim, SignedRequest } from "./http-signature.ts";

/** One parameter: a quoted string without escapes, or a number. */
const parameter = /\s*([A-Za-z]+)=(?:"([^"\\]*)"|(\d{1,15}))\s*(,|$)/y;

const algorithms: Readonly<Record<string, Algorithm>> = {
  "rsa-sha256": "rsa-v1_5-sha256",
  // In the fediverse it means what the key is for, and PKCS #1 v1.5 with RSA, whatever the draft says.
  hs2019: "any",
  ed25519: "ed25519",
};

/** Reads the `Signature` header of draft-cavage-http-signatures-12, section 4.1. @returns why not, in words, when it is not enough */
export function readCavageSignature(request: SignedRequest): SignatureClaim | string {
  const parameters = readParameters(request.headers["signature"]);
  if (typeof parameters === "string") return parameters;
  const keyId = parameters.get("keyId");
  const signature = parameters.get("signature");
  if (!keyId || !signature) return "the signature lacks its key id or itself";
  const label = (parameters.get("algorithm") ?? "hs2019").toLowerCase();
  const algorithm = Object.hasOwn(algorithms, label) ? algorithms[label] : undefined;
  if (!algorithm) return "the signature is of an unknown kind";
  const names = (parameters.get("headers") ?? "").toLowerCase().split(" ");
  const weakness = refuseCover(names, label);
  if (weakness) return weakness;
  const base = baseOf(names, request, parameters);
  if (base === undefined) return "the signature covers what is not there";
  const signedAt = timesOf(names, request, parameters);
  if (signedAt === undefined) return "the signature has no readable date";
  const digests = names.includes("digest") ? readDigest(request.headers["digest"]) : undefined;
  if (names.includes("digest") && !digests) return "the digest cannot be read";
  const expiresAt = secondsOf(parameters.get("expires"));
  return { keyId, algorithm, signature: Buffer.from(signature, "base64"), base, signedAt, expiresAt, digests };
}

/** A parameter twice is refused: two readers could each believe another one. */
function readParameters(header: string | undefined): ReadonlyMap<string, string> | string {
  if (!header) return "the request is not signed";
  const found = new Map<string, string>();
  parameter.lastIndex = 0;
  for (let end = ","; end === ","; ) {
    const match = parameter.exec(header);
    if (!match) return "the signature cannot be read";
    const name = match[1]!;
    if (found.has(name)) return "the signature has a parameter twice";
    found.set(name, match[2] ?? match[3] ?? "");
    end = match[4]!;
  }
  return found;
}

function refuseCover(names: readonly string[], label: string): string | undefined {
  if (new Set(names).size < names.length) return "the signature covers a header twice";
  const covers = (name: string) => names.includes(name);
  if (!covers("(request-target)")) return "the signature does not cover the request target";
  if (!covers("host")) return "the signature does not cover the host";
  if (!covers("date") && !covers("(created)")) return "the signature does not cover a date";
  if (label.startsWith("rsa") && (covers("(created)") || covers("(expires)")))
    return "the signature covers what its kind cannot";
  return undefined;
}

/** The text that was signed; `undefined` when a part of it is missing. */
function baseOf(
  names: readonly string[],
  request: SignedRequest,
  parameters: ReadonlyMap<string, string>,
): string | undefined {
  const lines: string[] = [];
  for (const name of names) {
    const value = valueIn(request, parameters, name);
    if (value === undefined) return undefined;
    lines.push(`${name}: ${value}`);
  }
  return lines.join("\n");
}

function valueIn(
  { method, target, host, headers }: SignedRequest,
  parameters: ReadonlyMap<string, string>,
  name: string,
): string | undefined {
  switch (name) {
    case "(request-target)":
      return `${method.toLowerCase()} ${target}`;
    case "(created)":
      return parameters.get("created");
    case "(expires)":
      return parameters.get("expires");
    case "host":
      return host;
    default:
      return Object.hasOwn(headers, name) ? headers[name]?.trim() : undefined;
  }
}

/** Every time that is covered; `undefined` when one cannot be read. */
function timesOf(
  names: readonly string[],
  { headers }: SignedRequest,
  parameters: ReadonlyMap<string, string>,
): readonly Date[] | undefined {
  const date = names.includes("date") ? [readHttpDate(headers["date"])] : [];
  const created = names.includes("(created)") ? [secondsOf(parameters.get("created"))] : [];
  const times = [...date, ...created];
  return times.every((time) => time !== undefined) ? times : undefined;
}

/** The preferred form of RFC 9110, section 5.6.7. */
export function readHttpDate(text: string | undefined): Date | undefined {
  if (!text || !/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function secondsOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(Number(text) * 1000);
}

/** RFC 3230, section 4.3.2. One algorithm twice is refused. */
function readDigest(header: string | undefined): SignatureClaim["digests"] {
  const found = new Map<string, string>();
  for (const part of (header ?? "").split(",")) {
    const match = /^\s*([A-Za-z0-9-]+)=([A-Za-z0-9+/]+={0,2})\s*$/.exec(part);
    if (!match || found.has(match[1]!.toLowerCase())) return undefined;
    found.set(match[1]!.toLowerCase(), match[2]!);
  }
  return { sha256: found.get("sha-256"), sha512: found.get("sha-512") };
}
