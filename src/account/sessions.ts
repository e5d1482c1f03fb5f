import { and, desc, eq, gt, isNull, ne } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { type AccountId, newId, type SessionId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { hashSecret, newSecret } from "../core/secrets.ts";
import type { Tx } from "../db/client.ts";
import { accounts, sessions } from "../db/schema/account.ts";
import { authors } from "../db/schema/identity.ts";
import { describeAgent } from "./agent.ts";

/** A browser that is signed in, as its owner sees it. */
export interface SessionView {
  readonly id: SessionId;
  /** Such as `Firefox, Linux`; empty when nobody can tell. */
  readonly agent: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
}

/** Those who run the server suspended whoever wants to sign in. */
export class AccountSuspended extends DomainError {
  constructor() {
    super("not-allowed", "the account is suspended");
  }
}

/**
 * Opens a session, always a new one: what was in the browser before is worth nothing (session fixation).
 *
 * @returns what the cookie holds; it cannot be had again
 * @throws {AccountSuspended}
 */
export async function openSession(app: App, tx: Tx, accountId: AccountId, userAgent: string): Promise<string> {
  const [owner] = await tx
    .select({ state: authors.state })
    .from(accounts)
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(eq(accounts.id, accountId));
  if (owner?.state === "suspended") throw new AccountSuspended();
  const now = app.now();
  const secret = newSecret();
  await tx.insert(sessions).values({
    id: newId<SessionId>(now),
    secretHash: hashSecret(secret),
    accountId,
    agent: describeAgent(userAgent),
    createdAt: now,
    lastSeenAt: now,
  });
  return secret;
}

/** The sessions that are open, the one used last first. */
export async function listSessions(app: App, accountId: AccountId): Promise<readonly SessionView[]> {
  const oldest = new Date(app.now().getTime() - limits.sessionIdle);
  return await app.db
    .select({
      id: sessions.id,
      agent: sessions.agent,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .where(and(eq(sessions.accountId, accountId), isNull(sessions.revokedAt), gt(sessions.lastSeenAt, oldest)))
    .orderBy(desc(sessions.lastSeenAt), desc(sessions.id));
}

/** Ends a session of this account; of another's it ends nothing. */
export async function endSession(app: App, accountId: AccountId, id: SessionId): Promise<void> {
  await app.db
    .update(sessions)
    .set({ revokedAt: app.now() })
    .where(and(eq(sessions.id, id), eq(sessions.accountId, accountId), isNull(sessions.revokedAt)));
}

/** Ends every other session of an account. */
export async function endOtherSessions(app: App, accountId: AccountId, kept: SessionId): Promise<void> {
  await app.db
    .update(sessions)
    .set({ revokedAt: app.now() })
    .where(and(eq(sessions.accountId, accountId), ne(sessions.id, kept), isNull(sessions.revokedAt)));
}
