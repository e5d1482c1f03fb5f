import { sql } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import type { PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { noteMailedAuthors } from "./author-mail-address.ts";
import { mailAddress, mailChoiceJoins, wantsMail } from "./wants-mail.ts";

/** Sends mail of communities: those of these that still wait and are due. */
export const sendListMailJob: JobKind<{ ids: readonly number[] }> = { name: "send-list-mail" };

/**
 * Owes published posts to every member who wants them at once. Each gets each once, however often this is done, and not if a digest had it.
 * The posts bear the names that mail gives them from then on.
 *
 * @returns how many mails are owed anew
 */
export async function owePostsByMail(app: App, postIds: readonly PostId[]): Promise<number> {
  if (postIds.length === 0) return 0;
  const now = app.now().toISOString();
  return await app.db.transaction(async (tx) => {
    await nameForMail(app, tx, postIds);
    if (!(await canReachByMail(tx, postIds))) return 0;
    await noteMailedAuthors(app, tx, postIds);
    const owed = await tx.execute<{ id: string }>(sql`
      insert into list_mail (kind, community_id, author_id, post_id, created_at)
      select 'post', m.community_id, m.author_id, p.id, ${now}::timestamptz
      from post p
      join thread t on t.id = p.thread_id
      join member m on m.community_id = p.community_id
      join account a on a.author_id = m.author_id
      ${mailChoiceJoins}
      where p.id = any(${sql.param([...postIds])}::uuid[]) and ${wantsMail} and ${mailAddress} is not null
        and (p.announcement or th.choice = 'follow' or coalesce(tc.how, c.how, 'at-once') = 'at-once')
        and not coalesce(${now}::timestamptz >= c.paused_from and ${now}::timestamptz < c.paused_until, false)
        and not exists (
          select from list_mail digest
          where digest.community_id = m.community_id and digest.author_id = m.author_id and digest.kind = 'digest'
            and p.id = any(digest.post_ids))
      order by p.id, m.author_id
      on conflict do nothing
      returning id`);
    await enqueueMails(app, tx, owed);
    return owed.length;
  });
}

/** Whether anybody at all may be there to get these by mail: to find out who exactly is a large question. */
async function canReachByMail(tx: Tx, postIds: readonly PostId[]): Promise<boolean> {
  const [reached] = await tx.execute(sql`
    select from post p where p.id = any(${sql.param([...postIds])}::uuid[]) and (p.announcement or exists (
      select from member_delivery d where d.community_id = p.community_id and d.channel = 'mail'))
    limit 1`);
  return reached !== undefined;
}

/** Has these mails sent, some at a time. Their ids may be as Postgres gives them. */
export async function enqueueMails(
  app: App,
  tx: Tx,
  mails: readonly { readonly id: number | string }[],
  startAfter?: Date,
): Promise<void> {
  const ids = mails.map(({ id }) => Number(id));
  const parts = [];
  for (let start = 0; start < ids.length; start += limits.mailsPerJob)
    parts.push({ ids: ids.slice(start, start + limits.mailsPerJob) });
  await app.jobs.enqueue(tx, sendListMailJob, parts, startAfter ? { startAfter } : {});
}

/** An answer by mail finds a post by this name, wherever the post came from. */
async function nameForMail({ config: { mailDomain } }: App, tx: Tx, postIds: readonly PostId[]): Promise<void> {
  await tx.execute(sql`
    insert into post_name (community_id, name, kind, post_id)
    select p.community_id, '<p.' || p.id || '@' || ${mailDomain}::text || '>', 'message-id', p.id
    from post p where p.id = any(${sql.param([...postIds])}::uuid[]) and p.channel <> 'mail'
    order by p.id
    on conflict do nothing`);
}

/** Forgets mail that was settled, and made before. Answers to it no longer find their place by its address. */
export async function forgetListMail(db: Db, before: Date): Promise<void> {
  await db.execute(
    sql`delete from list_mail where created_at < ${before.toISOString()}::timestamptz and state <> 'waiting'`,
  );
}
