import { Resolver } from "node:dns/promises";
import { domainToASCII } from "node:url";
import type { DKIMResult } from "mailauth";
import { limits } from "../core/limits.ts";
import { type MailMessage, valuesOf } from "./read-message.ts";

/** Where a message came from, as the program says that handed it to us. */
export interface Carrier {
  /** By which protocol. Over LMTP it comes from our own mail server, which wrote down whom it had it from. */
  readonly protocol: "lmtp" | "smtp";
  /** The address of the program that handed it to us. */
  readonly ip: string;
  readonly helo: string;
  /** The envelope sender; empty for mail that is not to be answered. */
  readonly sender: string;
}

/** Whether a message is from whom it says. `unknown`: it could not be found out just now. */
export type Authenticity = "proved" | "unproved" | "unknown";

/** Asks the DNS. It throws what `dns.resolve` throws. */
export type Lookup = (name: string, type: string) => Promise<string[][] | string[]>;

/** Finds out whether messages are from whom they say. */
export type Authenticator = (message: MailMessage, carrier: Carrier) => Promise<Authenticity>;

/**
 * Checks SPF, DKIM and DMARC (RFC 7208, 6376, 9989). Proved is what a whole, aligned signature says, or an aligned envelope sender where the
 * domain has a policy. What others say that they checked counts for nothing, ARC among it.
 *
 * @param insecure tests and local play: what comes from this machine is believed by its envelope, without asking the DNS
 */
export function createAuthenticator({ insecure, lookup }: { insecure: boolean; lookup?: Lookup }): Authenticator {
  const ask = lookup ?? askDns();
  return async (message, carrier) => {
    if (typeof message.from === "string") return "unproved";
    const domain = domainOf(message.from.address);
    if (insecure && isLoopback(carrier.ip)) {
      return domainOf(carrier.sender) === domain && !isDenied(message) ? "proved" : "unproved";
    }
    return await verify(message, carrier, domain, ask);
  };
}

async function verify(message: MailMessage, carrier: Carrier, domain: string, lookup: Lookup): Promise<Authenticity> {
  const { authenticate } = await import("mailauth");
  const direct = carrier.protocol === "smtp";
  const result = await authenticate(Buffer.from(message.bytes), {
    ...(direct ? { ip: carrier.ip, helo: carrier.helo } : { trustReceived: true }),
    // Without it, a header that anybody can write would be asked.
    sender: carrier.sender || "<>",
    resolver: lookup,
    disableBimi: true,
    disableArc: true,
    rejectRsaSha1: true,
    mta: "localhost",
  });
  const { dmarc, dkim, spf } = result;
  if (dkim.results.some((signature) => isWhole(signature)))
    return sameAuthor(dkim.headerFrom, domain) ? "proved" : "unproved";
  const bySender = dmarc && dmarc.status.result === "pass" && dmarc.alignment?.spf?.result;
  if (bySender) return sameAuthor(dkim.headerFrom, domain) ? "proved" : "unproved";
  const states = [...dkim.results, dmarc, spf].map((one) => (one ? one.status.result : undefined));
  return states.some((state) => state === "temperror" || state === "temperr") ? "unknown" : "unproved";
}

/** A signature of the author's domain over all of the message, not one that is only tried out. */
function isWhole({ status, canonBodyLengthLimited }: DKIMResult): boolean {
  const isAligned = status.result === "pass" && status.aligned !== undefined && status.aligned !== false;
  return isAligned && !status.underSized && !canonBodyLengthLimited && !status.testing;
}

/** Both readers of the message see the same author in it. */
function sameAuthor(seen: readonly string[] | undefined, domain: string): boolean {
  return seen?.length === 1 && domainOf(seen[0]!) === domain;
}

/** Whether our own mail server found it wrong. Only what it wrote on top counts. */
function isDenied(message: MailMessage): boolean {
  const [top = ""] = valuesOf(message, "authentication-results");
  return /\b(?:dmarc|dkim|spf)\s*=\s*(?:fail|softfail|permerror|policy)\b/i.test(top);
}

/** The domain of an address as the DNS has it. */
export function domainOf(address: string): string {
  const domain = address
    .slice(address.lastIndexOf("@") + 1)
    .toLowerCase()
    .replace(/\.$/, "");
  return domainToASCII(domain) || domain;
}

function isLoopback(ip: string): boolean {
  return ip === "::1" || /^(?:::ffff:)?127\./i.test(ip);
}

function askDns(): Lookup {
  const resolver = new Resolver({ timeout: limits.mailLookups / 4, tries: 2 });
  return async (name, type) => {
    const found: unknown = await resolver.resolve(name, type);
    if (!Array.isArray(found)) throw new Error(`the DNS gave no list of ${type} records`);
    return found;
  };
}
