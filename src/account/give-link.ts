import type { App } from "../app.ts";
import type { AccountId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { hasAccounts } from "./local-person.ts";
import { issueToken } from "./tokens.ts";

/** A link that signs its holder in, once: for whoever runs the server to hand on. */
export async function giveSignInLink(app: App, accountId: AccountId): Promise<string> {
  return await giveLink(app, { purpose: "sign-in", accountId });
}

/** A link that makes the first account, which runs the server; `undefined` when there is an account already. */
export async function giveFirstLink(app: App): Promise<string | undefined> {
  if (await hasAccounts(app.db)) return undefined;
  return await giveLink(app, { purpose: "sign-up", admin: true });
}

async function giveLink(
  app: App,
  what: { purpose: "sign-in"; accountId: AccountId } | { purpose: "sign-up"; admin: true },
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
