import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { giveNotices } from "../community/give-notice.ts";
import { joinDoors } from "../community/one-door.ts";
import { DomainError } from "../core/errors.ts";
import type { AccountId, AuthorId, CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { accounts } from "../db/schema/account.ts";
import { authors } from "../db/schema/identity.ts";
import { claimIdentity } from "./create-account.ts";
import { findToken, issueToken, spendToken } from "./tokens.ts";
import { refuseTooMany } from "./ways-in.ts";

const pattern = /\blink-[0-9a-f]{32}\b/;

/**
 * Words that somebody sends to a community from an account of theirs elsewhere, to show that it is theirs. They say whose account here it
 * will belong to, so that nobody sends them without knowing. Good once, for twenty minutes.
 */
export async function askLinkWords(app: App, accountId: AccountId): Promise<string> {
  const address = await addressOf(app, accountId);
  const secret = `link-${randomBytes(16).toString("hex")}`;
  const wanted = { purpose: "link", accountId, lifetime: limits.mailedLink, secret } as const;
  await app.db.transaction(async (tx) => {
    await refuseTooMany(tx, accountId);
    await issueToken(app, tx, wanted);
  });
  return `${address} ${secret}`;
}

/** The code in what somebody says to a community, if there is one. */
export function linkCodeIn(text: string): string | undefined {
  return pattern.exec(text)?.[0];
}

export interface LinkWords {
  /** Who said it: their server has proved it. */
  readonly authorId: AuthorId;
  /** To which community. It answers them. */
  readonly communityId: CommunityId;
  /** The name of the message. */
  readonly sourceId: string;
  /** Plain text, all of it. */
  readonly text: string;
}

/**
 * Links whoever sent the words of `askLinkWords` to the account that they name, and tells them so.
 *
 * @returns `unknown` when the code is not good, or the words name another account, `taken` when they are linked to somebody else here
 */
export async function useLinkWords(
  app: App,
  { authorId, communityId, sourceId, text }: LinkWords,
): Promise<"linked" | "unknown" | "taken"> {
  const code = linkCodeIn(text);
  const token = code === undefined ? undefined : await findToken(app, code);
  if (token?.purpose !== "link" || !token.accountId) return "unknown";
  const { accountId } = token;
  const address = await addressOf(app, accountId);
  if (!text.toLowerCase().includes(address)) return "unknown";
  try {
    await app.db.transaction(async (tx) => {
      if (!(await spendToken(app, tx, token.id))) throw new DomainError("conflict", "somebody was faster");
      await refuseTooMany(tx, accountId);
      await claimIdentity(tx, { accountId, authorId }, app.now());
      await joinDoors(app, tx, authorId);
      await giveNotices(app, tx, [{ communityId, authorId, kind: "linked", cause: sourceId, reason: `@${address}` }]);
    });
  } catch (error) {
    if (error instanceof DomainError) return "taken";
    throw error;
  }
  return "linked";
}

/** `mo@moot.example`. @throws {DomainError} `not-found` */
async function addressOf({ db, config }: App, accountId: AccountId): Promise<string> {
  const [row] = await db
    .select({ handle: authors.handle })
    .from(accounts)
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(eq(accounts.id, accountId));
  if (!row) throw new DomainError("not-found", "there is no such account");
  return `${row.handle}@${new URL(config.origin).host}`;
}
