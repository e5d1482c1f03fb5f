import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { joinDoors } from "../community/one-door.ts";
import { DomainError } from "../core/errors.ts";
import type { AccountId, AuthorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { linkedIdentities } from "../db/schema/account.ts";
import { claimIdentity } from "./create-account.ts";
import { openSession } from "./sessions.ts";
import type { Redeemed } from "./sign-in.ts";
import { maySignUp } from "./sign-up-policy.ts";
import { issueToken, markProved } from "./tokens.ts";
import { refuseTooMany } from "./ways-in.ts";

/** Somebody on another server, as that server said when it was asked. */
export interface ProvedIdentity {
  readonly authorId: AuthorId;
  readonly handle: string;
  readonly name: string;
}

/** Who gets the actor of somebody from their server. The federation door does. */
export interface IdentityFinder {
  /**
   * The author whom a server calls `username`. Only what stands on that very server counts: it speaks for nobody else.
   *
   * @returns `undefined` when there is none
   */
  findIdentity(serverOrigin: string, username: string): Promise<ProvedIdentity | undefined>;
}

export interface IdentityUse {
  /** Who is signed in, and links the identity to their account. */
  readonly linkTo: AccountId | undefined;
  readonly browser: string;
  readonly userAgent: string;
  readonly back: string;
}

/**
 * Does what a proved identity is good for: links it to the account that asked, signs in to the account that it belongs to, or lets its
 * owner make one.
 *
 * @throws {DomainError} `conflict` when it belongs to another account than the one that asked
 */
export async function useIdentity(app: App, proved: ProvedIdentity, use: IdentityUse): Promise<Redeemed> {
  const { authorId, handle, name } = proved;
  const { linkTo, browser, userAgent, back } = use;
  if (linkTo) {
    await app.db.transaction(async (tx) => {
      await refuseTooMany(tx, linkTo);
      await claimIdentity(tx, { accountId: linkTo, authorId }, app.now());
      await joinDoors(app, tx, authorId);
    });
    return { kind: "identity-linked" };
  }
  const [owner] = await app.db
    .select({ accountId: linkedIdentities.accountId })
    .from(linkedIdentities)
    .where(eq(linkedIdentities.authorId, authorId));
  if (owner) {
    const session = await app.db.transaction(async (tx) => openSession(app, tx, owner.accountId, userAgent));
    return { kind: "signed-in", session, back };
  }
  if (!(await maySignUp(app, back))) return { kind: "closed" };
  const detail = { back, handle: handle.toLowerCase().replace(/[^a-z0-9_]/g, "_"), name };
  const wanted = { purpose: "sign-up", authorId, browser, detail, lifetime: limits.signUpTime } as const;
  const { id } = await app.db.transaction(async (tx) => issueToken(app, tx, wanted));
  if (!(await markProved(app, id, browser))) throw new DomainError("conflict", "somebody was faster");
  return { kind: "sign-up" };
}
