import { and, eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { members } from "../db/schema/community.ts";
import { mailChoices } from "../db/schema/mail.ts";
import { leaveWithin } from "./leave-community.ts";
import { chooseMail } from "./mail-choices.ts";
import type { MailedMember } from "./mail-links.ts";
import type { MailAct } from "./start-mail.ts";

/**
 * Ends the mail of a community, announcements too. Who belongs to it otherwise stays a member and hears nothing; whom nothing but mail brought
 * there is none any more, as on every mailing list.
 *
 * @returns whether they are still a member
 */
export async function stopMail(app: App, member: MailedMember, { act, evidence }: MailAct): Promise<boolean> {
  return await app.db.transaction(async (tx) => {
    const stays = await belongsOtherwise(app, tx, member);
    await leaveWithin(app, tx, { ...member, act, channel: "mail", evidence, stays });
    const { communityId, authorId } = member;
    const [still] = await tx
      .select({ state: members.state })
      .from(members)
      .where(and(eq(members.communityId, communityId), eq(members.authorId, authorId), eq(members.state, "active")));
    if (still) await chooseMail({ ...app, db: tx }, member, { what: "nothing", how: "at-once" });
    else
      await tx
        .delete(mailChoices)
        .where(and(eq(mailChoices.communityId, communityId), eq(mailChoices.authorId, authorId)));
    return still !== undefined;
  });
}

/** Ends all mail of communities to somebody. */
export async function stopAllMail(app: App, authorId: AuthorId, given: MailAct): Promise<void> {
  const rows = await app.db
    .select({ communityId: members.communityId })
    .from(members)
    .where(and(eq(members.authorId, authorId), eq(members.state, "active")))
    .orderBy(members.communityId);
  for (const { communityId } of rows) await stopMail(app, { communityId, authorId }, given);
}

/** Whether somebody wants to belong to a community also without its mail: they said so, or they read here in a browser of theirs. */
async function belongsOtherwise(app: App, tx: Tx, { communityId, authorId }: MailedMember): Promise<boolean> {
  const oldest = new Date(app.now().getTime() - limits.sessionIdle);
  const [row] = await tx.execute<{ belongs: boolean }>(sql`
    select coalesce((
        select given from consent
        where community_id = ${communityId} and author_id = ${authorId} and purpose = 'membership'
        order by id desc limit 1), false)
      or exists (
        select from session s join account a on a.id = s.account_id
        where a.author_id = ${authorId} and s.revoked_at is null and s.last_seen_at > ${oldest.toISOString()}::timestamptz) as belongs`);
  return row?.belongs ?? false;
}
