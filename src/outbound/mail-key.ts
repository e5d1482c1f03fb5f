import { asc, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { mailKeys } from "../db/schema/mail.ts";
import { algorithms, type MailPair, makeMailPairs, selectorFor } from "./make-mail-key.ts";

/** A key with which mail of a domain is signed, was, or will be. */
export interface MailKey extends MailPair {
  readonly domain: string;
  readonly selector: string;
  /** Before that the DNS gets to know it. */
  readonly signsFrom: Date;
  /** Up to when the DNS must have it, since another took its place; null: as long as it signs. */
  readonly publishedUntil: Date | null;
}

/** For how long what the database says of keys is believed, in milliseconds. */
const trusted = 60_000;

/** All keys of our domain, oldest first. The first of each algorithm is made when it is first asked for. */
export async function ensureMailKeys({ db, config: { mailDomain }, now }: App): Promise<readonly MailKey[]> {
  const find = async () =>
    await db.select().from(mailKeys).where(eq(mailKeys.domain, mailDomain)).orderBy(asc(mailKeys.signsFrom));
  const known = await find();
  const missing = algorithms.filter((algorithm) => !known.some((key) => key.algorithm === algorithm));
  if (missing.length === 0) return known;
  const at = now();
  const made = (await makeMailPairs(missing)).map((pair) => ({
    ...pair,
    ...{ domain: mailDomain, selector: selectorFor(pair.algorithm, at, known), createdAt: at, signsFrom: at },
  }));
  // Of two processes that make the first one, the second finds its name taken.
  await db.insert(mailKeys).values(made).onConflictDoNothing();
  return await find();
}

/** Which of them sign at a moment: of each algorithm the newest. */
export function signingKeys(keys: readonly MailKey[], now: Date): readonly MailKey[] {
  return algorithms.flatMap((algorithm) => {
    const ready = publishedKeys(keys, now).filter((key) => key.algorithm === algorithm && key.signsFrom <= now);
    return ready.toSorted((a, b) => b.signsFrom.getTime() - a.signsFrom.getTime()).slice(0, 1);
  });
}

/** Which of them the DNS must have at a moment: those that sign, those that will, and those with which mail is signed that may be under way. */
export function publishedKeys(keys: readonly MailKey[], now: Date): readonly MailKey[] {
  return keys.filter(({ publishedUntil }) => publishedUntil === null || publishedUntil > now);
}

/** Remembers the keys for a minute. @returns what tells with which of them to sign now; other processes may have replaced them */
export function rememberMailKeys(app: App): () => Promise<readonly MailKey[]> {
  let asked: { readonly at: number; readonly keys: Promise<readonly MailKey[]> } | undefined;
  return async () => {
    const now = app.now();
    if (!asked || Math.abs(now.getTime() - asked.at) >= trusted) {
      const fresh = { at: now.getTime(), keys: ensureMailKeys(app) };
      asked = fresh;
      fresh.keys.catch(() => {
        if (asked === fresh) asked = undefined;
      });
    }
    const keys = await asked.keys;
    // Those that were made just now are younger than the question.
    return signingKeys(keys, app.now());
  };
}

/** The record that DNS needs for others to check our signatures (RFC 6376, section 3.6.1; RFC 8463, section 4). */
export function dnsRecordOf({ domain, selector, algorithm, publicKey }: MailKey): {
  readonly name: string;
  readonly value: string;
} {
  return { name: `${selector}._domainkey.${domain}`, value: `v=DKIM1; k=${algorithm}; p=${publicKey}` };
}
