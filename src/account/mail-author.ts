import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { cleanName } from "../core/html.ts";
import type { AccountId, AuthorId, LocalActorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { accounts, emailAddresses } from "../db/schema/account.ts";
import { authors } from "../db/schema/identity.ts";
import { createAccount } from "./create-account.ts";

/** Somebody who writes by mail. */
export interface MailAuthor {
  readonly accountId: AccountId;
  readonly authorId: AuthorId;
  readonly actorId: LocalActorId;
  readonly name: string;
  readonly language: string | undefined;
  readonly active: boolean;
}

/** Whose an address is, as `readMailAddress` gives it. */
export async function findMailAuthor(db: Db, address: string): Promise<MailAuthor | undefined> {
  const [row] = await db
    .select({
      accountId: accounts.id,
      authorId: accounts.authorId,
      actorId: authors.localActorId,
      name: authors.name,
      handle: authors.handle,
      language: accounts.language,
      state: authors.state,
    })
    .from(emailAddresses)
    .innerJoin(accounts, eq(accounts.id, emailAddresses.accountId))
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(eq(emailAddresses.address, address));
  if (!row?.actorId) return undefined;
  const { accountId, authorId, actorId, name, handle, language, state } = row;
  return {
    ...{ accountId, authorId, actorId, name: name || handle },
    ...{ language: language ?? undefined, active: state === "active" },
  };
}

/**
 * The account of an address; one is made for whoever has none, so that they can sign in to it one day. It is called by the name in their
 * mail, never by their address, of which nothing may be seen.
 *
 * @param read they showed that they read what is sent there; else only that they send from there
 */
export async function ensureMailAuthor(
  app: App,
  { address, name, read }: { readonly address: string; readonly name: string; readonly read: boolean },
): Promise<MailAuthor> {
  const known = await findMailAuthor(app.db, address);
  if (known) {
    if (read) await markRead(app, address);
    return known;
  }
  const shown = cleanName(name);
  const stem = handleOf(shown);
  for (let number = 1; number <= 50; number += 1) {
    const handle = number === 1 ? stem : `${stem}_${number < 10 ? number : app.now().getTime().toString(36)}${number}`;
    try {
      await createAccount(app, { handle, name: shown, admin: false, address, addressVerified: read }, "mail");
      break;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // Somebody else has the handle, or was faster with the address.
      if (await findMailAuthor(app.db, address)) break;
    }
  }
  const made = await findMailAuthor(app.db, address);
  if (!made) throw new DomainError("conflict", "no handle could be found for somebody who writes by mail");
  return made;
}

async function markRead(app: App, address: string): Promise<void> {
  const [row] = await app.db
    .select({ verifiedAt: emailAddresses.verifiedAt })
    .from(emailAddresses)
    .where(eq(emailAddresses.address, address));
  if (row?.verifiedAt) return;
  await app.db.update(emailAddresses).set({ verifiedAt: app.now() }).where(eq(emailAddresses.address, address));
}

/** A handle that is made of a name. */
function handleOf(name: string): string {
  const letters = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, limits.handleLength - 20);
  return letters.length < 2 ? "somebody" : letters;
}
