import { and, desc, eq, gt, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AccountId, AuthorId, CommunityId, SessionId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { accounts, emailAddresses, sessions, signInTokens } from "../db/schema/account.ts";
import { auditEntries } from "../db/schema/server.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import { mayWriteTo } from "./sign-in.ts";
import { issueToken, spendToken, tryCode } from "./tokens.ts";

/** Takes an account away whose time has come. */
export const eraseAccountJob: JobKind<{ accountId: AccountId }> = { name: "erase-account" };

/** What becomes of what somebody wrote: it is deleted, or it stays without their name. */
export type ErasedPosts = "delete" | "unname";

/** When an account goes, and how; `undefined` while it stays. */
export interface PlannedErasure {
  readonly at: Date;
  readonly posts: ErasedPosts;
}

export async function findErasure(db: Db, accountId: AccountId): Promise<PlannedErasure | undefined> {
  const [row] = await db
    .select({ at: accounts.eraseAt, posts: accounts.erasePosts })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  return row?.at && row.posts ? { at: row.at, posts: row.posts } : undefined;
}

/** The communities of which somebody, as whoever they are, is the only owner: somebody else has to become one first. */
export async function listSoleOwned(
  db: Db,
  accountId: AccountId,
): Promise<readonly { readonly id: CommunityId; readonly handle: string; readonly name: string }[]> {
  return await db.execute<{ id: CommunityId; handle: string; name: string }>(sql`
    with self as (
      select author_id from account where id = ${accountId}
      union all select author_id from linked_identity where account_id = ${accountId}),
    owner as (
      select r.community_id, r.author_id in (select author_id from self) as is_self from member_role r
      join member m on m.community_id = r.community_id and m.author_id = r.author_id
      where r.role = 'owner' and m.state = 'active')
    select c.id, c.handle, c.name from community c
    where exists (select from owner o where o.community_id = c.id and o.is_self)
      and not exists (select from owner o where o.community_id = c.id and not o.is_self)
    order by c.handle`);
}

/** @throws {DomainError} `conflict` for the last owner of a community */
export async function requireNoSoleOwned(db: Db, accountId: AccountId): Promise<void> {
  const [first] = await listSoleOwned(db, accountId);
  if (first) throw new DomainError("conflict", `nobody else owns ${first.handle}: make somebody an owner of it first`);
}

/**
 * Sends a code to where somebody reads mail, for them to show that it is they who want to be gone.
 *
 * @throws {DomainError} `conflict` for the last owner of a community
 * @returns `no-address` where no mail reaches them, `too-often` when they were sent too much lately
 */
export async function askToErase(
  app: App,
  { accountId, posts, language }: { accountId: AccountId; posts: ErasedPosts; language: string },
): Promise<"sent" | "no-address" | "too-often"> {
  await requireNoSoleOwned(app.db, accountId);
  const address = await findAddress(app.db, accountId);
  if (address === undefined) return "no-address";
  if (!(await mayWriteTo(app, address))) return "too-often";
  await app.db.transaction(async (tx) => {
    const wanted = { purpose: "erasure", accountId, detail: { posts }, lifetime: limits.mailedLink } as const;
    const { code } = await issueToken(app, tx, wanted);
    await oweMail(app, tx, { kind: "erasure", recipient: address, language, detail: { code } });
  });
  return "sent";
}

/** Where mail reaches somebody: the first address that they proved. */
async function findAddress(db: Db, accountId: AccountId): Promise<string | undefined> {
  const [row] = await db
    .select({ address: emailAddresses.address })
    .from(emailAddresses)
    .where(and(eq(emailAddresses.accountId, accountId), isNotNull(emailAddresses.verifiedAt)))
    .orderBy(emailAddresses.createdAt, emailAddresses.address)
    .limit(1);
  return row?.address;
}

/** Whether mail reaches somebody here. */
export async function isReachedByMail(db: Db, accountId: AccountId): Promise<boolean> {
  return (await findAddress(db, accountId)) !== undefined;
}

/** Whether a code was sent to somebody and is waited for. */
export async function isAskedToErase(app: App, accountId: AccountId): Promise<boolean> {
  return (await findToken(app, accountId)) !== undefined;
}

/** The last code that is still good. */
async function findToken(app: App, accountId: AccountId) {
  const [token] = await app.db
    .select()
    .from(signInTokens)
    .where(
      and(
        eq(signInTokens.accountId, accountId),
        eq(signInTokens.purpose, "erasure"),
        isNull(signInTokens.usedAt),
        gt(signInTokens.expiresAt, app.now()),
        lt(signInTokens.tries, limits.codeTries),
      ),
    )
    .orderBy(desc(signInTokens.id))
    .limit(1);
  return token;
}

/**
 * Plans what a code was sent for.
 *
 * @throws {DomainError} `conflict` for the last owner of a community
 * @returns false when the code is wrong, or none is waited for any more
 */
export async function confirmErasure(
  app: App,
  { accountId, code, language }: { accountId: AccountId; code: string; language: string },
): Promise<boolean> {
  const token = await findToken(app, accountId);
  if (!token || !(await tryCode(app, token, code))) return false;
  return await app.db.transaction(async (tx) => {
    if (!(await spendToken(app, tx, token.id))) return false;
    const posts = token.detail["posts"] === "unname" ? "unname" : "delete";
    await plan(app, tx, { accountId, posts, language, by: "self" });
    return true;
  });
}

/**
 * Plans what somebody wants whom no mail reaches: a session that was just begun shows that it is they.
 *
 * @throws {DomainError} `conflict` for the last owner of a community
 * @returns false when the session is not fresh, or mail reaches them after all
 */
export async function confirmErasureBySession(
  app: App,
  wanted: { accountId: AccountId; sessionId: SessionId; posts: ErasedPosts; language: string },
): Promise<boolean> {
  const { accountId, sessionId, posts, language } = wanted;
  if ((await findAddress(app.db, accountId)) !== undefined) return false;
  const fresh = new Date(app.now().getTime() - limits.freshSession);
  const [session] = await app.db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.accountId, accountId), gt(sessions.createdAt, fresh)));
  if (!session) return false;
  await app.db.transaction(async (tx) => plan(app, tx, { accountId, posts, language, by: "self" }));
  return true;
}

interface Plan {
  readonly accountId: AccountId;
  readonly posts: ErasedPosts;
  readonly language: string;
  readonly by: string;
}

async function plan(app: App, tx: Tx, { accountId, posts, language, by }: Plan): Promise<void> {
  await requireNoSoleOwned(tx, accountId);
  const now = app.now();
  const eraseAt = new Date(now.getTime() + limits.eraseGrace);
  await tx.update(accounts).set({ eraseAt, erasePosts: posts }).where(eq(accounts.id, accountId));
  await app.jobs.enqueue(tx, eraseAccountJob, [{ accountId }], { startAfter: eraseAt });
  const address = await findAddress(tx, accountId);
  const link = `${app.config.origin}/settings/data`;
  const detail = { day: eraseAt.toISOString().slice(0, 10), link };
  if (address) await oweMail(app, tx, { kind: "erasure-planned", recipient: address, language, detail });
  const entry = {
    actor: by,
    action: "erasure-planned" as const,
    subject: accountId,
    detail: { posts, eraseAt },
    at: now,
  };
  await tx.insert(auditEntries).values(entry);
}

/** Somebody stays after all. */
export async function cancelErasure(app: App, accountId: AccountId): Promise<void> {
  await app.db.transaction(async (tx) => await keepAccount(app, tx, accountId, "self"));
}

/**
 * An account does not go as it was planned.
 *
 * @param by who wants it so, for the record: `self`, or `last-owner` when it is what they own
 * @returns whose account it is; `undefined` when nothing was planned
 */
export async function keepAccount(
  app: App,
  tx: Tx,
  accountId: AccountId,
  by: "self" | "last-owner",
): Promise<AuthorId | undefined> {
  const [kept] = await tx
    .update(accounts)
    .set({ eraseAt: null, erasePosts: null })
    .where(and(eq(accounts.id, accountId), isNotNull(accounts.eraseAt)))
    .returning({ authorId: accounts.authorId });
  if (!kept) return undefined;
  const entry = { actor: by, action: "erasure-cancelled" as const, subject: accountId, detail: {}, at: app.now() };
  await tx.insert(auditEntries).values(entry);
  return kept.authorId;
}
