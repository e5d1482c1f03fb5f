import { eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AccountId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { readMailAddress } from "../core/mail-address.ts";
import { emailAddresses } from "../db/schema/account.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import { claimAddress, insertAccount, prepareAccount } from "./create-account.ts";
import { linkOf } from "./give-link.ts";
import { hasAccounts } from "./local-person.ts";
import { isWithinRate } from "./rate.ts";
import { openSession } from "./sessions.ts";
import { maySignUp } from "./sign-up-policy.ts";
import { issueToken, markProved, spendToken, type Token } from "./tokens.ts";

/** Somebody who wants mail with a link. */
export interface MailAsked {
  readonly address: string;
  /** What the cookie of their browser holds. */
  readonly browser: string;
  readonly language: string;
  /** Where they were. */
  readonly back: string;
}

/**
 * Sends mail with a link and a code: to sign in, or to sign up where the address is nobody's. Whoever asks cannot tell which: the same is
 * written, and the same is answered.
 *
 * @throws {DomainError} `invalid` when it is no address
 * @returns false when the address was sent too much lately
 */
export async function askByMail(app: App, { address: given, browser, language, back }: MailAsked): Promise<boolean> {
  const address = readMailAddress(given);
  if (!(await mayWriteTo(app, address))) return false;
  const isOpen = await maySignUp(app, back);
  await app.db.transaction(async (tx) => {
    const [known] = await tx
      .select({ accountId: emailAddresses.accountId })
      .from(emailAddresses)
      .where(eq(emailAddresses.address, address));
    if (!known && !isOpen)
      return await oweMail(app, tx, { kind: "sign-up-closed", recipient: address, language, detail: {} });
    const purpose = known ? "sign-in" : "sign-up";
    const detail = { back };
    const wanted = {
      purpose,
      accountId: known?.accountId,
      address,
      browser,
      detail,
      lifetime: limits.mailedLink,
    } as const;
    const { secret, code } = await issueToken(app, tx, wanted);
    const link = linkOf(app.config.origin, secret);
    await oweMail(app, tx, { kind: purpose, recipient: address, language, detail: { link, code } });
  });
  return true;
}

/** Whether an address may be sent another mail that nobody there asked for. Counts it. */
export async function mayWriteTo(app: App, address: string): Promise<boolean> {
  return await isWithinRate(app, ["mail", address], {
    limit: limits.signInMailsPerAddress,
    window: limits.signInWindow,
  });
}

/** What a token led to. */
export type Redeemed =
  | { readonly kind: "signed-in"; readonly session: string; readonly back: string }
  | { readonly kind: "sign-up" }
  | { readonly kind: "address-proved" }
  | { readonly kind: "identity-linked" }
  /** Nobody makes an account here, or nobody without an invitation. */
  | { readonly kind: "closed" }
  | { readonly kind: "spent" };

/**
 * Does what a token proves, once. Whoever calls has made sure that it may be redeemed here: see `isOfBrowser` and `tryCode`.
 *
 * @param viewer whose account is signed in, for tokens about an account
 */
export async function redeemToken(
  app: App,
  token: Token,
  { browser, userAgent, viewer }: { browser: string; userAgent: string; viewer: AccountId | undefined },
): Promise<Redeemed> {
  switch (token.purpose) {
    case "sign-in":
      return await signIn(app, token, userAgent);
    case "sign-up":
      return { kind: (await markProved(app, token.id, browser)) ? "sign-up" : "spent" };
    case "address":
      return await proveAddress(app, token, viewer);
    default:
      return { kind: "spent" };
  }
}

async function signIn(app: App, token: Token, userAgent: string): Promise<Redeemed> {
  const { accountId, address } = token;
  if (!accountId) return { kind: "spent" };
  return await app.db.transaction(async (tx) => {
    if (!(await spendToken(app, tx, token.id))) return { kind: "spent" };
    if (address) await claimAddress(tx, { address, accountId, verifiedAt: app.now() }, app.now());
    const session = await openSession(app, tx, accountId, userAgent);
    return { kind: "signed-in", session, back: token.detail["back"] ?? "/" };
  });
}

async function proveAddress(app: App, token: Token, viewer: AccountId | undefined): Promise<Redeemed> {
  const { accountId, address } = token;
  if (!accountId || !address || accountId !== viewer)
    throw new DomainError("not-allowed", "the link is for another account than the one that is signed in");
  return await app.db.transaction(async (tx) => {
    if (!(await spendToken(app, tx, token.id))) return { kind: "spent" };
    await claimAddress(tx, { address, accountId, verifiedAt: app.now() }, app.now());
    return { kind: "address-proved" };
  });
}

/** What somebody chose who proved what a sign-up needs. */
export interface Chosen {
  readonly handle: string;
  readonly name: string;
  /** Only where the proof is of none. */
  readonly address: string | undefined;
  readonly userAgent: string;
}

/**
 * Makes the account that a proof is good for, and signs its owner in.
 *
 * @throws {DomainError} as `createAccount`; the proof stays good then
 */
export async function signUp(app: App, proof: Token, chosen: Chosen): Promise<Redeemed> {
  const { handle, name, userAgent } = chosen;
  if (!proof.admin && !(await maySignUp(app, proof.detail["back"]))) return { kind: "closed" };
  const address = proof.address ?? chosen.address;
  const wanted = { handle, name, address, admin: proof.admin, identity: proof.authorId ?? undefined };
  const prepared = await prepareAccount(app, { ...wanted, addressVerified: proof.address !== null });
  return await app.db.transaction(async (tx) => {
    if (!(await spendToken(app, tx, proof.id))) return { kind: "spent" };
    if (proof.admin) {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext('first-account'))`);
      if (await hasAccounts(tx))
        throw new DomainError("not-allowed", "there is an account already that runs this server");
    }
    const accountId = await insertAccount(app, tx, prepared, "self");
    const session = await openSession(app, tx, accountId, userAgent);
    return { kind: "signed-in", session, back: proof.detail["back"] ?? "/" };
  });
}
