import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { checkHandle } from "../community/handle.ts";
import { generateKeys, insertLocalActor, type NewKey } from "../community/local-keys.ts";
import { DomainError } from "../core/errors.ts";
import { cleanName } from "../core/html.ts";
import { type AccountId, type AuthorId, type LocalActorId, newId } from "../core/ids.ts";
import { readMailAddress } from "../core/mail-address.ts";
import type { Tx } from "../db/client.ts";
import { accounts, emailAddresses, linkedIdentities } from "../db/schema/account.ts";
import { authors, localActors } from "../db/schema/identity.ts";
import { auditEntries } from "../db/schema/server.ts";

/** Somebody who is to have an account here. */
export interface NewAccount {
  readonly handle: string;
  /** What they are called; unset: by their handle. */
  readonly name?: string | undefined;
  readonly admin: boolean;
  readonly address?: string | undefined;
  /** They showed that they read what is sent to the address. */
  readonly addressVerified?: boolean;
  /** Who they are elsewhere, as was proved. */
  readonly identity?: AuthorId | undefined;
}

/** An account that is to be written, with what takes long done. */
export interface PreparedAccount {
  readonly wanted: NewAccount;
  readonly keys: readonly NewKey[];
}

/**
 * Makes a local person: an author with an actor and keys of their own, and an account to sign in to.
 *
 * @param by who does it, for the record: `command-line`, or `self`
 * @throws {DomainError} `invalid` or `not-allowed` when a value cannot be used, `conflict` when the handle or the address is taken
 */
export async function createAccount(app: App, wanted: NewAccount, by: string): Promise<AccountId> {
  const prepared = await prepareAccount(app, wanted);
  return await app.db.transaction(async (tx) => await insertAccount(app, tx, prepared, by));
}

/** Checks what can be checked beforehand, and makes the keys. @throws {DomainError} as `createAccount` */
export async function prepareAccount(app: App, wanted: NewAccount): Promise<PreparedAccount> {
  checkHandle(wanted.handle);
  const address = wanted.address === undefined ? undefined : readMailAddress(wanted.address);
  const found = await app.db
    .select({ id: localActors.id })
    .from(localActors)
    .where(eq(localActors.handle, wanted.handle));
  if (found.length > 0) throw handleTaken(wanted.handle);
  return { wanted: { ...wanted, address }, keys: await generateKeys() };
}

/** Writes an account within the transaction of what it follows from. @throws {DomainError} `conflict` */
export async function insertAccount(
  app: App,
  tx: Tx,
  { wanted, keys }: PreparedAccount,
  by: string,
): Promise<AccountId> {
  const now = app.now();
  const { handle, admin, address, addressVerified = false, identity } = wanted;
  const actor = { id: newId<LocalActorId>(now), kind: "person", handle } as const;
  if (!(await insertLocalActor(tx, actor, keys, now))) throw handleTaken(handle);
  const authorId = newId<AuthorId>(now);
  const name = cleanName(wanted.name ?? "") || handle;
  const { host } = new URL(app.config.origin);
  await tx.insert(authors).values({ id: authorId, localActorId: actor.id, handle, host, name, createdAt: now });
  const id = newId<AccountId>(now);
  await tx.insert(accounts).values({ id, authorId, admin, createdAt: now, updatedAt: now });
  if (address !== undefined)
    await claimAddress(tx, { address, accountId: id, verifiedAt: addressVerified ? now : null }, now);
  if (identity !== undefined) await claimIdentity(tx, { accountId: id, authorId: identity }, now);
  await tx
    .insert(auditEntries)
    .values({ actor: by, action: "account-created", subject: id, detail: { handle, admin }, at: now });
  return id;
}

/** Gives an address to an account. @throws {DomainError} `conflict` when another has it */
export async function claimAddress(
  tx: Tx,
  { address, accountId, verifiedAt }: { address: string; accountId: AccountId; verifiedAt: Date | null },
  now: Date,
): Promise<void> {
  await tx.insert(emailAddresses).values({ address, accountId, verifiedAt, createdAt: now }).onConflictDoNothing();
  const [owner] = await tx
    .select({ accountId: emailAddresses.accountId })
    .from(emailAddresses)
    .where(eq(emailAddresses.address, address));
  if (owner?.accountId !== accountId) throw new DomainError("conflict", "the address belongs to an account already");
  if (verifiedAt) await tx.update(emailAddresses).set({ verifiedAt }).where(eq(emailAddresses.address, address));
}

/** Links an author on another server to an account. @throws {DomainError} `conflict` when they are linked to another */
export async function claimIdentity(
  tx: Tx,
  { accountId, authorId }: { accountId: AccountId; authorId: AuthorId },
  now: Date,
): Promise<void> {
  await tx.insert(linkedIdentities).values({ accountId, authorId, provedAt: now }).onConflictDoNothing();
  const [owner] = await tx
    .select({ accountId: linkedIdentities.accountId })
    .from(linkedIdentities)
    .where(eq(linkedIdentities.authorId, authorId));
  if (owner?.accountId !== accountId)
    throw new DomainError("conflict", "that account on another server is linked to somebody else here");
}

function handleTaken(handle: string): DomainError {
  return new DomainError("conflict", `the handle ${handle} is taken`);
}
