import { and, count, eq, isNull, ne } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AccountId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { accounts, sessions } from "../db/schema/account.ts";
import { authors } from "../db/schema/identity.ts";
import { type AuditAction, auditEntries } from "../db/schema/server.ts";

/** What those who run a server do about the accounts on it. */
export type AccountAct = "suspend" | "restore" | "make-admin" | "unmake-admin";

const actions: { readonly [Act in AccountAct]: AuditAction } = {
  suspend: "account-suspended",
  restore: "account-restored",
  "make-admin": "admin-made",
  "unmake-admin": "admin-unmade",
};

/**
 * Suspends an account: its person cannot sign in nor post, here or as who they are elsewhere, until it is restored; what they wrote stays.
 * Or says who runs the server. What is so already changes nothing.
 *
 * @param by for the record: `command-line`, or the author's id of whoever does it
 * @throws {DomainError} `not-found`; `conflict` when nobody would be left who runs the server
 */
export async function administerAccount(app: App, handle: string, act: AccountAct, by: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    const account = await lockAccount(tx, handle);
    if (isSo(account, act)) return;
    if (act !== "restore" && account.admin && account.state === "active") await requireAnotherAdmin(tx, account.id);
    await perform(app, tx, account, act);
    await tx
      .insert(auditEntries)
      .values({ actor: by, action: actions[act], subject: account.id, detail: { handle }, at: app.now() });
  });
}

type Account = Awaited<ReturnType<typeof lockAccount>>;

function isSo({ admin, state }: Account, act: AccountAct): boolean {
  if (act === "suspend") return state === "suspended";
  if (act === "restore") return state === "active";
  return admin === (act === "make-admin");
}

async function perform(app: App, tx: Tx, { id, authorId }: Account, act: AccountAct): Promise<void> {
  if (act === "make-admin" || act === "unmake-admin") {
    await tx
      .update(accounts)
      .set({ admin: act === "make-admin" })
      .where(eq(accounts.id, id));
    return;
  }
  await tx
    .update(authors)
    .set({ state: act === "suspend" ? "suspended" : "active" })
    .where(eq(authors.id, authorId));
  if (act === "suspend")
    await tx
      .update(sessions)
      .set({ revokedAt: app.now() })
      .where(and(eq(sessions.accountId, id), isNull(sessions.revokedAt)));
}

/** The accounts of all who run the server are locked with it, so that two who leave at once do not both go. */
async function lockAccount(tx: Tx, handle: string) {
  await tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(eq(accounts.admin, true))
    .orderBy(accounts.id)
    .for("update");
  const [account] = await tx
    .select({ id: accounts.id, authorId: accounts.authorId, admin: accounts.admin, state: authors.state })
    .from(accounts)
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(and(eq(authors.handle, handle.toLowerCase()), ne(authors.state, "deleted")))
    .for("update");
  if (!account)
    throw new DomainError("not-found", `there is no account ${handle}`, {
      fault: { name: "no-account", values: { handle } },
    });
  return account;
}

async function requireAnotherAdmin(tx: Tx, id: AccountId): Promise<void> {
  const [others] = await tx
    .select({ count: count() })
    .from(accounts)
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(and(eq(accounts.admin, true), eq(authors.state, "active"), ne(accounts.id, id)));
  if (!others?.count)
    throw new DomainError("conflict", "nobody else runs this server: make somebody else do it first", {
      fault: { name: "last-admin" },
    });
}
