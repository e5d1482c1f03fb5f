import type { Algorithm, SignatureClaim, SignedRequest } from "./http-signature.ts";
import { readHttpDate, secondsOf } from "./http-signature-cavage.ts";

/** `label=(components);parameters`, once: of several signatures none is chosen. */
const input =
  /^\s*([a-z*][a-z0-9_.*-]*)=(\(((?:"[^"\\]*")(?: "[^"\\]*")*)?\)((?:;[a-z*][a-z0-9_.*-]*=(?:"[^"\\]*"|-?\d{1,15}|[A-Za-z*][\w!#$%&'*+.^`|~:/-]*))*))\s*$/;
const oneParameter = /;([a-z*][a-z0-9_.*-]*)=(?:"([^"\\]*)"|([^;"]+))/g;
const byteSequence = /^\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):\s*$/;

const algorithms: ReadonlySet<string> = new Set<Algorithm>(["rsa-v1_5-sha256", "rsa-pss-sha512", "ed25519"]);

/** Reads a signature of RFC 9421, section 4. @returns why not, in words, when it is not enough */
export function readMessageSignature(request: SignedRequest): SignatureClaim | string {
  const { headers } = request;
  const read = input.exec(headers["signature-input"] ?? "");
  const value = byteSequence.exec(headers["signature"] ?? "");
  if (!read || !value || read[1] !== value[1]) return "the signature cannot be read";
  const components = [...(read[3] ?? "").matchAll(/"([^"]*)"/g)].map((match) => match[1]!);
  const parameters = readParameters(read[4] ?? "");
  if (!parameters) return "the signature has a parameter twice";
  const keyId = parameters.get("keyid");
  if (!keyId) return "the signature lacks its key id";
  const algorithm = readAlgorithm(parameters.get("alg"));
  if (!algorithm) return "the signature is of an unknown kind";
  const weakness = refuseCover(components, request);
  if (weakness) return weakness;
  const base = baseOf(components, read[2]!, request);
  if (base === undefined) return "the signature covers what is not there";
  const signedAt = timesOf(components, request, parameters);
  if (signedAt === undefined) return "the signature has no readable date";
  const covered = components.includes("content-digest");
  const digests = covered ? readContentDigest(headers["content-digest"]) : undefined;
  if (covered && !digests) return "the digest cannot be read";
  const expiresAt = secondsOf(parameters.get("expires"));
  return { keyId, algorithm, signature: Buffer.from(value[2]!, "base64"), base, signedAt, expiresAt, digests };
}

function readParameters(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const [, name, quoted, bare] of text.matchAll(oneParameter)) {
    if (found.has(name!)) return undefined;
    found.set(name!, quoted ?? bare ?? "");
  }
  return found;
}

function readAlgorithm(label: string | undefined): Algorithm | undefined {
  if (label === undefined) return "any";
  return algorithms.has(label) ? (label as Algorithm) : undefined;
}

/** Method, host, path and query: whichever components say so. */
function refuseCover(components: readonly string[], { target }: SignedRequest): string | undefined {
  if (new Set(components).size < components.length) return "the signature covers a component twice";
  const covers = (name: string) => components.includes(name);
  const host = covers("@authority") || covers("host");
  const path = covers("@request-target") || (covers("@path") && (covers("@query") || !target.includes("?")));
  if (!covers("@method")) return "the signature does not cover the method";
  if (!covers("@target-uri") && !(host && path)) return "the signature does not cover the request target";
  return undefined;
}

/** RFC 9421, section 2.5; `undefined` when a part of it is missing. */
function baseOf(components: readonly string[], parameters: string, request: SignedRequest): string | undefined {
  let base = "";
  for (const component of components) {
    const value = component.startsWith("@") ? derived(component, request) : fieldOf(component, request);
    if (value === undefined) return undefined;
    base += `"${component}": ${value}\n`;
  }
  return `${base}"@signature-params": ${parameters}`;
}

/** RFC 9421, section 2.2. */
function derived(component: string, { method, target, host, scheme = "https" }: SignedRequest): string | undefined {
  const query = target.indexOf("?");
  switch (component) {
    case "@method":
      return method.toUpperCase();
    case "@target-uri":
      return `${scheme}://${host}${target}`;
    case "@authority":
      return host.toLowerCase();
    case "@scheme":
      return scheme;
    case "@request-target":
      return target;
    case "@path":
      return query < 0 ? target : target.slice(0, query);
    case "@query":
      return query < 0 ? "?" : target.slice(query);
    default:
      return undefined;
  }
}

function fieldOf(name: string, { headers, host }: SignedRequest): string | undefined {
  if (name === "host") return host;
  return /^[a-z0-9-]+$/.test(name) && Object.hasOwn(headers, name) ? headers[name]?.trim() : undefined;
}

/** Every time that is covered; `undefined` when there is none, or one cannot be read. */
function timesOf(
  components: readonly string[],
  { headers }: SignedRequest,
  parameters: ReadonlyMap<string, string>,
): readonly Date[] | undefined {
  const created = parameters.get("created");
  const times = [
    ...(created === undefined ? [] : [secondsOf(created)]),
    ...(components.includes("date") ? [readHttpDate(headers["date"])] : []),
  ];
  return times.length > 0 && times.every((time) => time !== undefined) ? times : undefined;
}

/** RFC 9530, section 2. One algorithm twice is refused. */
function readContentDigest(header: string | undefined): SignatureClaim["digests"] {
  const found = new Map<string, string>();
  for (const part of (header ?? "").split(",")) {
    const match = byteSequence.exec(part);
    if (!match || found.has(match[1]!)) return undefined;
    found.set(match[1]!, match[2]!);
  }
  return { sha256: found.get("sha-256"), sha512: found.get("sha-512") };
}
