import { sql } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import type { PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { messageIdOf } from "./message-id.ts";
import { mailAddress, mailChoiceJoins, wantsMail } from "./wants-mail.ts";

/** Sends mail of communities: those of these that still wait and are due. */
export const sendListMailJob: JobKind<{ ids: readonly number[] }> = { name: "send-list-mail" };

/**
 * Owes a published post to every member who wants it at once. Each gets it once, however often this is done, and not if a digest had it.
 * The post bears the name that mail gives it from then on.
 *
 * @returns to how many it is owed anew
 */
export async function owePostByMail(app: App, postId: PostId): Promise<number> {
  const now = app.now().toISOString();
  return await app.db.transaction(async (tx) => {
    await nameForMail(app, tx, postId);
    const owed = await tx.execute<{ id: string }>(sql`
      insert into list_mail (kind, community_id, author_id, post_id, created_at)
      select 'post', m.community_id, m.author_id, p.id, ${now}::timestamptz
      from post p
      join thread t on t.id = p.thread_id
      join member m on m.community_id = p.community_id
      join account a on a.author_id = m.author_id
      ${mailChoiceJoins}
      where p.id = ${postId} and ${wantsMail} and ${mailAddress} is not null
        and (p.announcement or th.choice = 'follow' or coalesce(tc.how, c.how, 'at-once') = 'at-once')
        and not coalesce(${now}::timestamptz >= c.paused_from and ${now}::timestamptz < c.paused_until, false)
        and not exists (
          select from list_mail digest
          where digest.community_id = m.community_id and digest.author_id = m.author_id and digest.kind = 'digest'
            and p.id = any(digest.post_ids))
      order by m.author_id
      on conflict do nothing
      returning id`);
    await enqueueMails(
      app,
      tx,
      owed.map(({ id }) => Number(id)),
    );
    return owed.length;
  });
}

/** Has these mails sent, some at a time. */
export async function enqueueMails(app: App, tx: Tx, ids: readonly number[], startAfter?: Date): Promise<void> {
  const parts = [];
  for (let start = 0; start < ids.length; start += limits.mailsPerJob)
    parts.push({ ids: ids.slice(start, start + limits.mailsPerJob) });
  await app.jobs.enqueue(tx, sendListMailJob, parts, startAfter ? { startAfter } : {});
}

/** An answer by mail finds the post by this name, wherever the post came from. */
async function nameForMail(app: App, tx: Tx, postId: PostId): Promise<void> {
  const name = messageIdOf({ id: postId, channel: "web", sourceId: "" }, app.config.mailDomain);
  await tx.execute(sql`
    insert into post_name (community_id, name, kind, post_id)
    select community_id, ${name}, 'message-id', id from post where id = ${postId} and channel <> 'mail'
    on conflict do nothing`);
}
