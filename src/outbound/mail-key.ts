import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { mailKeys } from "../db/schema/mail.ts";

/** The key with which mail of a domain is signed. */
export interface MailKey {
  readonly domain: string;
  readonly selector: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
  /** As DNS has it: base64 of SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

const generate = promisify(generateKeyPair);

/** The key of our domain, which is made when it is first asked for. */
export async function ensureMailKey({ db, config: { mailDomain }, now }: App): Promise<MailKey> {
  const find = async () => (await db.select().from(mailKeys).where(eq(mailKeys.domain, mailDomain)))[0];
  const known = await find();
  if (known) return known;
  const { privateKey, publicKey } = await generate("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const selector = `folkmoot${now().getUTCFullYear()}`;
  await db
    .insert(mailKeys)
    .values({ domain: mailDomain, selector, privateKey, publicKey: publicKey.toString("base64"), createdAt: now() })
    .onConflictDoNothing();
  return (await find())!;
}

/** The record that DNS needs for others to check our signatures (RFC 6376, section 3.6.1). */
export function dnsRecordOf({ domain, selector, publicKey }: MailKey): {
  readonly name: string;
  readonly value: string;
} {
  return { name: `${selector}._domainkey.${domain}`, value: `v=DKIM1; k=rsa; p=${publicKey}` };
}
