import { eq, lt, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { privateMails } from "../db/schema/private-mail.ts";
import type { MailedAuthor } from "../outbound/author-mail-address.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import { mailAddress } from "../outbound/wants-mail.ts";
import { isWithinRate } from "./rate.ts";

/** Whom something private is passed on to. */
export interface PrivateReader {
  readonly address: string;
  readonly language: string | null;
}

/** Something that one person wrote to another alone. */
export interface PrivateMail {
  readonly communityId: CommunityId;
  /** The address that it is proved to be from. */
  readonly writer: string;
  readonly reader: PrivateReader;
  /** Its Message-ID: with it the same mail is passed on once. */
  readonly cause: string;
  /** What it answers, as the program of the reader called it. */
  readonly answered?: string | undefined;
  /** What the mail says beside, for its words. */
  readonly detail: Readonly<Record<string, string>>;
  readonly language: string;
  /** The address that takes the answer, by the number that names it. */
  answerTo(id: number): string;
}

/** How to reach an author, or who they are here, if they wish to be reached; `undefined` when they do not, or cannot be. */
export async function findReachable(
  db: Db,
  { communityId, authorId }: MailedAuthor,
): Promise<PrivateReader | undefined> {
  const [row] = await db.execute<{ address: string | null; language: string | null }>(sql`
    select ${mailAddress} as address, a.language
    from account a join author own on own.id = a.author_id join community c on c.id = ${communityId}
    where a.reachable and own.state = 'active'
      and (a.author_id = ${authorId} or exists (
        select from linked_identity l where l.account_id = a.id and l.author_id = ${authorId}))
      and (c.visibility = 'public' or exists (
        select from member m where m.community_id = c.id and m.author_id = a.author_id and m.state = 'active'))
    limit 1`);
  return row?.address ? { address: row.address, language: row.language } : undefined;
}

/** Between whom something private went, by the number in the address that takes the answer; `undefined` when there is none, or it is too old. */
export async function findPrivateMail(app: App, id: number) {
  const [row] = await app.db.select().from(privateMails).where(eq(privateMails.id, id));
  const oldest = app.now().getTime() - limits.privateMailAge;
  return row && row.createdAt.getTime() > oldest ? row : undefined;
}

/** Whether somebody may write privately once more: to one person, to all, and that one from all. Counts it. */
export async function mayWritePrivately(app: App, writer: string, reader: string): Promise<boolean> {
  const window = limits.privateMailWindow;
  return (
    (await isWithinRate(app, ["private-mail", writer, reader], { limit: limits.privateMailsToOne, window })) &&
    (await isWithinRate(app, ["private-mail-from", writer], { limit: limits.privateMailsFromOne, window })) &&
    (await isWithinRate(app, ["private-mail-to", reader], { limit: limits.privateMailsForOne, window }))
  );
}

/** Owes a mail to its reader, and remembers between whom it went. @returns false when that was done before */
export async function passOnPrivately(app: App, mail: PrivateMail): Promise<boolean> {
  const { communityId, writer, reader, cause, answered, detail, language, answerTo } = mail;
  return await app.db.transaction(async (tx) => {
    const row = { communityId, writer, reader: reader.address, cause: cause.slice(0, 1_000), createdAt: app.now() };
    const [noted] = await tx.insert(privateMails).values(row).onConflictDoNothing().returning({ id: privateMails.id });
    if (!noted) return false;
    await oweMail(app, tx, {
      kind: "private",
      recipient: reader.address,
      language: reader.language ?? language,
      detail: { ...detail, address: answerTo(noted.id), ...(answered !== undefined && { answered }) },
    });
    return true;
  });
}

/** Forgets between whom mail went before: it cannot be answered any more. */
export async function forgetPrivateMail(db: Db, before: Date): Promise<void> {
  await db.delete(privateMails).where(lt(privateMails.createdAt, before));
}
