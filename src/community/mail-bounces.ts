import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AccountId, AuthorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { accounts, emailAddresses } from "../db/schema/account.ts";
import { listMails, mailBounces } from "../db/schema/mail.ts";
import { giveNotices } from "./give-notice.ts";
import { listMailId } from "./list-mail-number.ts";

/**
 * Why a mail came back.
 *
 * - permanent: 5.x.x, nobody is reached there
 * - temporary: 4.x.x, not for now
 * - policy: 5.7.x, its server does not like ours, and its owner can do nothing about it
 */
export type BounceClass = "permanent" | "temporary" | "policy";

const points: { readonly [Class in BounceClass]: number } = { permanent: 1, temporary: 0.25, policy: 0 };
const week = 7 * 24 * 60 * 60 * 1000;
const day = 24 * 60 * 60 * 1000;

/**
 * Notes that a mail came back. Once too much has within a short time, nothing is sent to its address any more until its owner says so; they
 * stay who they are, and are told by the ways that are left.
 *
 * @param number as the address has it to which it came back
 * @returns `unknown` when no mail of ours has the number
 */
export async function recordBounce(
  app: App,
  number: number,
  bounce: BounceClass,
): Promise<"counted" | "suspended" | "unknown"> {
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    const [mail] = await tx
      .update(listMails)
      .set({ bouncedAt: now, lastError: bounce })
      .where(eq(listMails.id, listMailId(number)))
      .returning({ communityId: listMails.communityId, authorId: listMails.authorId, sentAt: listMails.createdAt });
    const address = mail && (await findAddress(tx, mail.authorId, mail.sentAt));
    if (!mail || !address) return "unknown";
    if (points[bounce] === 0) return "counted";
    const suspendedAt = await addPoints(tx, address, points[bounce], now);
    if (!suspendedAt) return "counted";
    // One thing whenever it comes back again meanwhile.
    const cause = `suspended/${suspendedAt.toISOString()}`;
    const { communityId, authorId } = mail;
    await giveNotices(app, tx, [{ communityId, authorId, kind: "mail-suspended", cause }]);
    return "suspended";
  });
}

/** @returns since when mail to the address is suspended, if it is */
async function addPoints(tx: Tx, address: string, added: number, now: Date): Promise<Date | null> {
  await tx
    .insert(mailBounces)
    .values({ address, score: 0, scoredAt: new Date(0) })
    .onConflictDoNothing();
  const [before] = await tx.select().from(mailBounces).where(eq(mailBounces.address, address)).for("update");
  const age = now.getTime() - before!.scoredAt.getTime();
  // Ten mails that come back on one day are one sign, not ten.
  if (age < day) return before!.suspendedAt;
  const score = before!.score * 0.5 ** (age / week) + added;
  const suspendedAt = before!.suspendedAt ?? (score >= limits.bounceScore ? now : null);
  await tx.update(mailBounces).set({ score, scoredAt: now, suspendedAt }).where(eq(mailBounces.address, address));
  return suspendedAt;
}

/** The address that mail to somebody went to at that time: what comes back late counts against no other. */
async function findAddress(tx: Tx, authorId: AuthorId, at: Date): Promise<string | undefined> {
  const [row] = await tx.execute<{ address: string }>(sql`
    select e.address from email_address e join account a on a.id = e.account_id
    left join mail_bounce b on b.address = e.address
    where a.author_id = ${authorId} and e.verified_at is not null
    order by b.suspended_at is not null and b.suspended_at <= ${at.toISOString()}::timestamptz, e.created_at, e.address limit 1`);
  return row?.address;
}

/** Whether nothing is sent to an address of somebody, since too much came back from there. */
export async function isMailSuspended(db: Db, accountId: AccountId): Promise<boolean> {
  const suspended = await db
    .select({ address: mailBounces.address })
    .from(mailBounces)
    .innerJoin(emailAddresses, eq(emailAddresses.address, mailBounces.address))
    .where(and(eq(emailAddresses.accountId, accountId), isNotNull(mailBounces.suspendedAt)))
    .limit(1);
  return suspended.length > 0;
}

/** Sends to somebody again; what they missed comes in one digest for each community. */
export async function resumeMail(app: App, authorId: AuthorId): Promise<void> {
  await app.db.transaction(async (tx) => {
    const now = app.now();
    const resumed = await tx.execute<{ suspendedAt: string }>(sql`
      update mail_bounce b set suspended_at = null, score = 0
      from ${emailAddresses} e join ${accounts} a on a.id = e.account_id
      where e.address = b.address and a.author_id = ${authorId} and b.suspended_at is not null
      returning (select old.suspended_at from mail_bounce old where old.address = b.address) as "suspendedAt"`);
    if (resumed.length === 0) return;
    const since = new Date(Math.min(...resumed.map(({ suspendedAt }) => new Date(suspendedAt).getTime())));
    await tx.execute(sql`
      insert into mail_choice (community_id, author_id, digest_from, digest_due_at, updated_at)
      select community_id, author_id, ${since.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz
      from member_delivery where author_id = ${authorId} and channel = 'mail'
      on conflict (community_id, author_id) do update
      set digest_from = least(mail_choice.digest_from, excluded.digest_from), digest_due_at = excluded.digest_due_at`);
  });
}
