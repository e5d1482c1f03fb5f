import { and, eq, ne } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AccountId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { accounts } from "../db/schema/account.ts";
import { authors } from "../db/schema/identity.ts";
import { auditEntries } from "../db/schema/server.ts";
import { hasAccounts } from "./local-person.ts";
import { issueToken } from "./tokens.ts";

/** A link that signs its holder in, once: for whoever runs the server to hand on. */
export async function giveSignInLink(app: App, accountId: AccountId): Promise<string> {
  return await giveLink(app, { purpose: "sign-in", accountId });
}

/**
 * The same for somebody by their handle, with a line in the log: whoever has the link is them.
 *
 * @throws {DomainError} `not-found`, `not-allowed` for who is suspended
 */
export async function giveSignInLinkTo(app: App, handle: string, by: string): Promise<string> {
  const [account] = await app.db
    .select({ id: accounts.id, state: authors.state })
    .from(accounts)
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(and(eq(authors.handle, handle.toLowerCase()), ne(authors.state, "deleted")));
  if (!account)
    throw new DomainError("not-found", `there is no account ${handle}`, {
      fault: { name: "no-account", values: { handle } },
    });
  if (account.state === "suspended")
    throw new DomainError("not-allowed", `${handle} is suspended`, {
      fault: { name: "suspended", values: { handle } },
    });
  const entry = {
    actor: by,
    action: "sign-in-link-given" as const,
    subject: account.id,
    detail: { handle },
    at: app.now(),
  };
  await app.db.insert(auditEntries).values(entry);
  return await giveSignInLink(app, account.id);
}

/** A link that makes the first account, which runs the server; `undefined` when there is an account already. */
export async function giveFirstLink(app: App): Promise<string | undefined> {
  if (await hasAccounts(app.db)) return undefined;
  return await giveLink(app, { purpose: "sign-up", admin: true, detail: { back: "/admin" } });
}

async function giveLink(
  app: App,
  what: { purpose: "sign-in"; accountId: AccountId } | { purpose: "sign-up"; admin: true; detail: { back: string } },
): Promise<string> {
  const { secret } = await app.db.transaction(async (tx) =>
    issueToken(app, tx, { ...what, lifetime: limits.givenLink }),
  );
  return linkOf(app.config.origin, secret);
}

/** Where a token is redeemed. */
export function linkOf(origin: string, secret: string): string {
  return `${origin}/sign-in/link/${secret}`;
}
