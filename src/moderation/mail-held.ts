import { and, eq, sql } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import { listMailId, placeInListMail } from "../community/list-mail-number.ts";
import type { AuthorId, CommunityId, EditId, PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { listMails } from "../db/schema/mail.ts";
import { enqueueMails } from "../outbound/owe-list-mail.ts";
import { mailAddress } from "../outbound/wants-mail.ts";

/** Tells moderators by mail what waits for them. */
export const mailHeldJob: JobKind<Record<string, never>> = { name: "mail-held" };

/**
 * Owes each moderator one mail with all that waits in their community, when there is something that they were not told of, or its author changed since, and not soon after
 * the last. Who wants nothing by mail gets none.
 *
 * @returns how many
 */
export async function mailHeld(app: App): Promise<number> {
  const now = app.now();
  const pause = new Date(now.getTime() - limits.heldMailPause);
  return await app.db.transaction(async (tx) => {
    const owed = await tx.execute<{ id: string }>(sql`
      insert into list_mail (kind, community_id, author_id, until, post_ids, created_at)
      select 'held', m.community_id, m.author_id, ${now.toISOString()}::timestamptz,
        (array_agg(waiting.id order by waiting.id))[1:${sql.raw(String(limits.heldPostsInMail))}], ${now.toISOString()}::timestamptz
      from (
        select id, community_id,
          (select max(came.created_at) from post_original came where came.post_id = post.id) as came_at
        from post where state = 'held'
        union all
        select e.id, p.community_id, e.created_at from held_edit e join post p on p.id = e.post_id where e.state = 'held') waiting
      join member_role r on r.community_id = waiting.community_id
      join member m on m.community_id = r.community_id and m.author_id = r.author_id and m.state = 'active'
      join account a on a.author_id = m.author_id
      left join mail_choice c on c.community_id = m.community_id and c.author_id = m.author_id
      where coalesce(c.what, 'every') <> 'nothing' and ${mailAddress} is not null
        and not exists (
          select from list_mail late where late.community_id = m.community_id and late.author_id = m.author_id
            and late.kind = 'held' and late.until > ${pause.toISOString()}::timestamptz)
      group by m.community_id, m.author_id
      having bool_or(not exists (
        select from list_mail told where told.community_id = m.community_id and told.author_id = m.author_id
          and told.kind = 'held' and waiting.id = any(told.post_ids)
          and told.created_at >= coalesce(waiting.came_at, told.created_at)))
      on conflict do nothing
      returning id`);
    await enqueueMails(app, tx, owed);
    return owed.length;
  });
}

/** A mail that told a moderator what waits. */
export interface HeldMail {
  readonly moderatorId: AuthorId;
  /** In their order: answers name them by their number. */
  readonly postIds: readonly (PostId | EditId)[];
  readonly at: Date;
}

/** What a moderator was told of in a mail, by the number in the address for answers; `undefined` when it is no such mail. */
export async function findHeldMail(db: Db, communityId: CommunityId, number: number): Promise<HeldMail | undefined> {
  const [row] = await db
    .select({ moderatorId: listMails.authorId, postIds: listMails.postIds, at: listMails.createdAt })
    .from(listMails)
    .where(
      and(eq(listMails.id, listMailId(number)), eq(listMails.communityId, communityId), eq(listMails.kind, "held")),
    );
  return row;
}

/** Whether a number names a digest as a whole, and none of the posts in it. */
export async function namesDigest(db: Db, communityId: CommunityId, number: number): Promise<boolean> {
  if (placeInListMail(number) !== 0) return false;
  const [row] = await db
    .select({ id: listMails.id })
    .from(listMails)
    .where(
      and(eq(listMails.id, listMailId(number)), eq(listMails.communityId, communityId), eq(listMails.kind, "digest")),
    );
  return row !== undefined;
}
