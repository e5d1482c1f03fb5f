import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AccountId, AuthorId, PasskeyId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { readMailAddress } from "../core/mail-address.ts";
import type { Tx } from "../db/client.ts";
import { accounts, emailAddresses, linkedIdentities, passkeys } from "../db/schema/account.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import { linkOf } from "./give-link.ts";
import { mayWriteTo } from "./sign-in.ts";
import { issueToken } from "./tokens.ts";

/** Something by which somebody can sign in. */
export type WayIn =
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "passkey"; readonly id: PasskeyId }
  | { readonly kind: "identity"; readonly authorId: AuthorId };

/**
 * Takes a way in off an account, but never the last.
 *
 * @throws {DomainError} `conflict` when it is the last
 */
export async function removeWayIn(app: App, accountId: AccountId, way: WayIn): Promise<void> {
  await app.db.transaction(async (tx) => {
    // One at a time: two at once could take the last two.
    await tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, accountId)).for("update");
    await remove(tx, accountId, way);
    if ((await countWaysIn(tx, accountId)) === 0)
      throw new DomainError("conflict", "that is the only way in: add another before you take it away");
  });
}

async function remove(tx: Tx, accountId: AccountId, way: WayIn): Promise<void> {
  switch (way.kind) {
    case "address":
      await tx
        .delete(emailAddresses)
        .where(and(eq(emailAddresses.address, way.address), eq(emailAddresses.accountId, accountId)));
      return;
    case "passkey":
      await tx.delete(passkeys).where(and(eq(passkeys.id, way.id), eq(passkeys.accountId, accountId)));
      return;
    case "identity":
      await tx
        .delete(linkedIdentities)
        .where(and(eq(linkedIdentities.authorId, way.authorId), eq(linkedIdentities.accountId, accountId)));
  }
}

/** How many ways in an account has. */
export async function countWaysIn(tx: Tx, accountId: AccountId): Promise<number> {
  const counts = [
    await tx.$count(emailAddresses, eq(emailAddresses.accountId, accountId)),
    await tx.$count(passkeys, eq(passkeys.accountId, accountId)),
    await tx.$count(linkedIdentities, eq(linkedIdentities.accountId, accountId)),
  ];
  return counts.reduce((sum, count) => sum + count, 0);
}

/** @throws {DomainError} `conflict` when an account has as many ways in as it may */
export async function refuseTooMany(tx: Tx, accountId: AccountId): Promise<void> {
  if ((await countWaysIn(tx, accountId)) >= limits.keysPerPerson)
    throw new DomainError("conflict", `an account has at most ${limits.keysPerPerson} ways in`);
}

/**
 * Sends mail that proves another address of an account. Whoever asks cannot tell whether it is somebody's already: its owner is told.
 *
 * @throws {DomainError} `invalid` when it is no address, `conflict` when there are too many
 * @returns false when the address was sent too much lately
 */
export async function askForAddress(
  app: App,
  wanted: { accountId: AccountId; address: string; browser: string; language: string },
): Promise<boolean> {
  const { accountId, browser, language } = wanted;
  const address = readMailAddress(wanted.address);
  if (!(await mayWriteTo(app, address))) return false;
  await app.db.transaction(async (tx) => {
    await refuseTooMany(tx, accountId);
    const [owner] = await tx.select().from(emailAddresses).where(eq(emailAddresses.address, address));
    const token = { purpose: "address", accountId, address, browser, lifetime: limits.mailedLink } as const;
    const { secret, code } = await issueToken(app, tx, token);
    const kind = owner && owner.accountId !== accountId ? "address-taken" : "address";
    const detail: Record<string, string> = kind === "address" ? { link: linkOf(app.config.origin, secret), code } : {};
    await oweMail(app, tx, { kind, recipient: address, language, detail });
  });
  return true;
}
