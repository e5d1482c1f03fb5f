import { and, desc, eq, gt, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { type AccountId, type AuthorId, newId, type TokenId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { hashSecret, newCode, newSecret } from "../core/secrets.ts";
import type { Db, Tx } from "../db/client.ts";
import { signInTokens } from "../db/schema/account.ts";

/** A token as it is kept. */
export type Token = typeof signInTokens.$inferSelect;

export interface NewToken {
  readonly purpose: Token["purpose"];
  readonly accountId?: AccountId | undefined;
  readonly address?: string | undefined;
  readonly authorId?: AuthorId | undefined;
  readonly admin?: boolean;
  /** What the cookie of the browser that asked holds; unset: whoever comes first. */
  readonly browser?: string | undefined;
  readonly detail?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly lifetime: number;
  /** Unset: drawn. */
  readonly secret?: string;
}

/** What is told, once, of a token; it cannot be had again. */
export interface IssuedToken {
  readonly id: TokenId;
  readonly secret: string;
  readonly code: string;
}

/** Writes a token within the transaction of what it follows from. */
export async function issueToken(app: App, tx: Tx, wanted: NewToken): Promise<IssuedToken> {
  const now = app.now();
  const id = newId<TokenId>(now);
  const secret = wanted.secret ?? newSecret();
  const code = newCode();
  await tx.insert(signInTokens).values({
    id,
    secretHash: hashSecret(secret),
    purpose: wanted.purpose,
    accountId: wanted.accountId ?? null,
    address: wanted.address ?? null,
    authorId: wanted.authorId ?? null,
    admin: wanted.admin ?? false,
    browserHash: wanted.browser === undefined ? null : hashSecret(wanted.browser),
    codeHash: hashSecret(id, code),
    detail: wanted.detail ?? {},
    createdAt: now,
    expiresAt: new Date(now.getTime() + wanted.lifetime),
  });
  return { id, secret, code };
}

const alive = (app: App) =>
  and(isNull(signInTokens.usedAt), gt(signInTokens.expiresAt, app.now()), lt(signInTokens.tries, limits.codeTries));

/** The token that a link holds, while it is good. Reading it changes nothing. */
export async function findToken(app: App, secret: string): Promise<Token | undefined> {
  const [row] = await app.db
    .select()
    .from(signInTokens)
    .where(and(eq(signInTokens.secretHash, hashSecret(secret)), alive(app)));
  return row;
}

/** Whether a token was asked for by this browser, or by none. */
export function isOfBrowser({ browserHash }: Token, browser: string | undefined): boolean {
  return browserHash === null || (browser !== undefined && browserHash === hashSecret(browser));
}

/** The newest token that a browser waits for a code of. */
export async function findTokenOfBrowser(app: App, browser: string): Promise<Token | undefined> {
  const [row] = await app.db
    .select()
    .from(signInTokens)
    .where(
      and(
        eq(signInTokens.browserHash, hashSecret(browser)),
        sql`${signInTokens.purpose} in ('sign-in', 'sign-up', 'address')`,
        isNull(signInTokens.provedAt),
        alive(app),
      ),
    )
    .orderBy(desc(signInTokens.id))
    .limit(1);
  return row;
}

/** The proof with which a browser may make an account. */
export async function findProof(app: App, browser: string): Promise<Token | undefined> {
  const [row] = await app.db
    .select()
    .from(signInTokens)
    .where(
      and(
        eq(signInTokens.browserHash, hashSecret(browser)),
        eq(signInTokens.purpose, "sign-up"),
        isNotNull(signInTokens.provedAt),
        alive(app),
      ),
    )
    .orderBy(desc(signInTokens.id))
    .limit(1);
  return row;
}

/** Compares a code, and counts the try before it answers: so that many at once are no more than the limit. */
export async function tryCode(app: App, token: Token, code: string): Promise<boolean> {
  const counted = await app.db
    .update(signInTokens)
    .set({ tries: sql`${signInTokens.tries} + 1` })
    .where(and(eq(signInTokens.id, token.id), alive(app)))
    .returning({ codeHash: signInTokens.codeHash });
  return counted[0]?.codeHash === hashSecret(token.id, code.replace(/\D/g, ""));
}

/** Spends a token. @returns false when somebody was faster */
export async function spendToken(app: App, tx: Tx, id: TokenId): Promise<boolean> {
  const now = app.now();
  const spent = await tx
    .update(signInTokens)
    .set({ usedAt: now, provedAt: now })
    .where(and(eq(signInTokens.id, id), isNull(signInTokens.usedAt), gt(signInTokens.expiresAt, now)))
    .returning({ id: signInTokens.id });
  return spent.length > 0;
}

/** Notes that whoever has `browser` proved what the token is about, and gives them time to choose a handle. */
export async function markProved(app: App, id: TokenId, browser: string): Promise<boolean> {
  const now = app.now();
  const proved = await app.db
    .update(signInTokens)
    .set({
      provedAt: now,
      browserHash: hashSecret(browser),
      expiresAt: new Date(now.getTime() + limits.signUpTime),
      tries: 0,
    })
    .where(and(eq(signInTokens.id, id), isNull(signInTokens.provedAt), isNull(signInTokens.usedAt)))
    .returning({ id: signInTokens.id });
  return proved.length > 0;
}

/** Forgets the tokens that are over. */
export async function forgetTokens(db: Db, before: Date): Promise<void> {
  await db.delete(signInTokens).where(lt(signInTokens.expiresAt, before));
}
