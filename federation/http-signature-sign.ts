import { createHash, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { activityJson } from "./iris.ts";

const signInPool = promisify(sign);

/** A body with its digest, made once for however many inboxes it goes to. */
export interface HashedBody {
  readonly bytes: Uint8Array;
  /** SHA-256 in base64. */
  readonly sha256: string;
}

export function hashBody(text: string): HashedBody {
  const bytes = Buffer.from(text);
  return { bytes, sha256: createHash("sha256").update(bytes).digest("base64") };
}

export type SignatureSpec = "cavage" | "rfc9421";

export interface RequestToSign {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly body?: HashedBody;
  readonly keyId: string;
  /** RSA. */
  readonly privateKey: KeyObject;
  readonly spec: SignatureSpec;
  readonly now: Date;
}

/**
 * Signs a request and returns the headers to send with it, `content-type` included when there is a body. The work is done by the
 * thread pool, so that many are signed on all cores.
 *
 * `cavage` (draft-cavage-http-signatures-12) is what every server reads; `rfc9421` is for those that no longer do.
 */
export async function signRequest(request: RequestToSign): Promise<Record<string, string>> {
  return request.spec === "cavage" ? await signCavage(request) : await signMessage(request);
}

async function signCavage({ method, url, body, keyId, privateKey, now }: RequestToSign) {
  const { host, pathname, search } = new URL(url);
  const date = now.toUTCString();
  const lines = [`(request-target): ${method.toLowerCase()} ${pathname}${search}`, `host: ${host}`, `date: ${date}`];
  const headers: Record<string, string> = { date };
  if (body) {
    headers["digest"] = `SHA-256=${body.sha256}`;
    headers["content-type"] = activityJson;
    lines.push(`digest: ${headers["digest"]}`, `content-type: ${activityJson}`);
  }
  const covered = lines.map((line) => line.slice(0, line.indexOf(":"))).join(" ");
  const signature = await signText(lines.join("\n"), privateKey);
  headers["signature"] = `keyId="${keyId}",algorithm="rsa-sha256",headers="${covered}",signature="${signature}"`;
  return headers;
}

async function signMessage({ method, url, body, keyId, privateKey, now }: RequestToSign) {
  const created = Math.floor(now.getTime() / 1000);
  const lines = [`"@method": ${method}`, `"@target-uri": ${new URL(url).href.replace(/#.*$/, "")}`];
  const headers: Record<string, string> = { date: now.toUTCString() };
  if (body) {
    headers["content-digest"] = `sha-256=:${body.sha256}:`;
    headers["content-type"] = activityJson;
    lines.push(`"content-digest": ${headers["content-digest"]}`, `"content-type": ${activityJson}`);
  }
  const components = lines.map((line) => line.slice(0, line.indexOf(":"))).join(" ");
  const parameters = `(${components});created=${created};keyid="${keyId}";alg="rsa-v1_5-sha256"`;
  lines.push(`"@signature-params": ${parameters}`);
  headers["signature-input"] = `sig1=${parameters}`;
  headers["signature"] = `sig1=:${await signText(lines.join("\n"), privateKey)}:`;
  return headers;
}

async function signText(text: string, privateKey: KeyObject): Promise<string> {
  return (await signInPool("sha256", Buffer.from(text), privateKey)).toString("base64");
}
