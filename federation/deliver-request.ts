import type { KeyObject } from "node:crypto";
import { limits } from "../src/core/limits.ts";
import { version } from "../src/core/version.ts";
import type { SignatureSpec } from "../src/jobs/claim-deliveries.ts";
import type { DeliveryAnswer } from "../src/jobs/delivery-verdicts.ts";
import { DeadlinePassed } from "../src/net/deadline.ts";
import { post, type Reply } from "../src/net/post.ts";
import type { PreparedActivity } from "./deliver-activities.ts";
import { signRequest } from "./http-signature-sign.ts";

/** Who signs, with what. */
export interface Signer {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** The key that was used until lately: some servers still know no other. */
  readonly former?: Signer;
}

/** One activity for one inbox. */
export interface DeliveryRequest {
  readonly inbox: string;
  readonly activity: PreparedActivity;
  readonly signer: Signer;
  readonly spec: SignatureSpec;
  readonly userAgent: string;
  readonly now: Date;
}

/** How we name ourselves to others, such as `Folkmoot/0.1.0 (+https://moot.example)`. */
export function userAgentOf(origin: string): string {
  return `Folkmoot/${version} (+${origin})`;
}

/**
 * Posts an activity to an inbox. A server that does not take the signature (400, 401) is asked once more, in the other way of signing; and
 * then with the key that was replaced lately, if there is one. No other answer makes us knock again.
 *
 * @returns the answer, and the way of signing that was used last
 */
export async function postActivity(
  request: DeliveryRequest,
): Promise<{ readonly answer: DeliveryAnswer; readonly spec: SignatureSpec }> {
  const { spec, signer } = request;
  const first = await knock(request, spec);
  if (first.status !== 400 && first.status !== 401) return { answer: first, spec };
  const other = spec === "cavage" ? "rfc9421" : "cavage";
  const second = await knock(request, other);
  if (second.kind === "delivered") return { answer: second, spec: other };
  const third = signer.former && (await knock({ ...request, signer: signer.former }, spec));
  return { answer: third?.kind === "delivered" ? third : first, spec };
}

async function knock(
  { inbox, activity, signer, userAgent, now }: DeliveryRequest,
  spec: SignatureSpec,
): Promise<DeliveryAnswer> {
  try {
    const { body } = activity;
    const { keyId, privateKey } = signer;
    const signed = await signRequest({ method: "POST", url: inbox, body, keyId, privateKey, spec, now });
    return readReply(await post(inbox, { ...signed, "user-agent": userAgent }, body.bytes), now);
  } catch (error) {
    return { kind: "failed", error: wordsOf(error) };
  }
}

/** What a status means for a delivery (ActivityPub, section 7; RFC 9110, section 15). */
export function readReply({ status, retryAfter }: Reply, now: Date): DeliveryAnswer {
  if (status >= 200 && status < 300) return { kind: "delivered", status };
  const error = `answered ${status}`;
  if (status === 404 || status === 410) return { kind: "gone", status, error };
  if (status === 429 || status === 503) {
    const wait = readRetryAfter(retryAfter, now);
    return { kind: "busy", status, error, ...(wait === undefined ? {} : { retryAfter: wait }) };
  }
  if (status === 408 || status === 425 || status >= 500) return { kind: "failed", status, error };
  return { kind: "refused", status, error };
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3), as milliseconds from now; nothing else is believed. */
function readRetryAfter(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined;
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), limits.retryAfter);
}

/** What a socket or the guard said, in a few words. */
function wordsOf(error: unknown): string {
  if (error instanceof DeadlinePassed) return "no answer in time";
  if (!(error instanceof Error)) return "no connection";
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return wordsOf(error.errors[0]);
  return error.message || ("code" in error ? String(error.code) : error.name);
}
