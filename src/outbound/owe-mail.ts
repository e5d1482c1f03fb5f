import { and, desc, eq, lt } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import { type MailId, newId } from "../core/ids.ts";
import type { Db, Tx } from "../db/client.ts";
import { mails } from "../db/schema/account.ts";

/** What we write to one person. The mail door puts it into words. */
export type MailKind =
  | "sign-in"
  | "sign-up"
  | "address"
  | "address-taken"
  | "notice"
  | "erasure"
  | "erasure-planned"
  | "confirm-post"
  | "confirm-subscribe"
  | "invited"
  | "sign-up-closed"
  | "subscribed"
  | "subscribe-pending"
  | "subscribe-refused"
  | "answer"
  | "list-help"
  | "owner-note"
  | "private"
  | "post-held"
  | "moderated";

export interface OwedMail {
  readonly kind: MailKind;
  /** An address as `readMailAddress` gives it. */
  readonly recipient: string;
  /** In which language, if we have it. */
  readonly language: string;
  /** What goes into its sentences. Erased once it is sent. */
  readonly detail: Readonly<Record<string, string>>;
}

/** A mail that waits to be sent. */
export interface WaitingMail extends OwedMail {
  readonly id: MailId;
  readonly createdAt: Date;
}

/** A mail that was kept here for want of a relay. */
export interface KeptMail {
  readonly id: MailId;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly createdAt: Date;
}

/** Hands a mail to the relay. */
export const sendMailJob: JobKind<{ mailId: MailId }> = { name: "send-mail", retries: 8 };

/** Records that mail must reach somebody, within the transaction of its cause. */
export async function oweMail(app: App, tx: Tx, { kind, recipient, language, detail }: OwedMail): Promise<void> {
  const now = app.now();
  const mailId = newId<MailId>(now);
  await tx.insert(mails).values({ id: mailId, kind, recipient, language, detail, createdAt: now });
  await app.jobs.enqueue(tx, sendMailJob, [{ mailId }]);
}

/** A mail by its id, if it still waits. */
export async function findWaitingMail(db: Db, id: MailId): Promise<WaitingMail | undefined> {
  const [row] = await db
    .select()
    .from(mails)
    .where(and(eq(mails.id, id), eq(mails.state, "waiting")));
  return row && { ...row, kind: row.kind as MailKind };
}

/** Notes what became of a mail, and erases what it said; but for the words that are kept where there is no relay. */
export async function settleMail(
  app: App,
  id: MailId,
  outcome: { state: "sent" | "failed" } | { state: "kept"; subject: string; text: string },
): Promise<void> {
  await app.db
    .update(mails)
    .set({ ...outcome, detail: {}, settledAt: app.now() })
    .where(and(eq(mails.id, id), eq(mails.state, "waiting")));
}

/** Keeps a mail of a community for developers, where there is no relay. */
export async function keepMail(
  app: App,
  { recipient, subject, text }: Pick<KeptMail, "recipient" | "subject" | "text">,
): Promise<void> {
  const now = app.now();
  const kept = { kind: "list", recipient, subject, text, language: "", detail: {}, state: "kept" } as const;
  await app.db.insert(mails).values({ id: newId<MailId>(now), ...kept, createdAt: now, settledAt: now });
}

/** The mail that was kept here, the newest first. */
export async function listKeptMail(db: Db, limit: number): Promise<readonly KeptMail[]> {
  const rows = await db.select().from(mails).where(eq(mails.state, "kept")).orderBy(desc(mails.id)).limit(limit);
  return rows.map(({ id, recipient, subject, text, createdAt }) => ({
    id,
    recipient,
    subject: subject ?? "",
    text: text ?? "",
    createdAt,
  }));
}

/** Forgets mail that was written before. */
export async function forgetMail(db: Db, before: Date): Promise<void> {
  await db.delete(mails).where(lt(mails.createdAt, before));
}
