import { sql } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import { numberedPosts } from "../community/list-mail-number.ts";
import { hasDigestTopics, planDigest } from "../community/mail-choices.ts";
import type { AuthorId, CommunityId, PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { noteMailedAuthors } from "../outbound/author-mail-address.ts";
import { enqueueMails } from "../outbound/owe-list-mail.ts";
import { mailAddress, mailChoiceJoins, wantsMail } from "../outbound/wants-mail.ts";

/** Makes the digests that are due. */
export const makeDigestsJob: JobKind<Record<string, never>> = { name: "make-digests" };

interface Due {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly digestFrom: string;
  readonly how: "at-once" | "daily" | "weekly";
  readonly hour: number;
  readonly weekday: number;
  readonly timeZone: string;
  readonly pausedFrom: string | null;
  readonly pausedUntil: string | null;
}

/**
 * Makes the digests that are due, each once a member and time, and says when the next ones are. Where nothing was said there is none; what was
 * corrected meanwhile is told with the next.
 *
 * @returns how many were made
 */
export async function makeDigests(app: App): Promise<number> {
  let made = 0;
  for (;;) {
    const round = await app.db.transaction(async (tx) => await makeSome(app, tx));
    made += round.made;
    if (round.due < limits.digestsPerJob) return made;
  }
}

async function makeSome(app: App, tx: Tx): Promise<{ readonly due: number; readonly made: number }> {
  const now = app.now();
  const due = await claimDue(tx, now);
  if (due.length === 0) return { due: 0, made: 0 };
  // What is still being written down is for the next one.
  const until = new Date(now.getTime() - limits.digestLag);
  const made = await insertDigests(tx, due, until, now);
  await noteMailedAuthors(app, tx, [...new Set(made.flatMap(({ postIds }) => postIds))]);
  await enqueueMails(app, tx, made);
  for (const one of due) await planNext(tx, one, now);
  return { due: due.length, made: made.length };
}

async function claimDue(tx: Tx, now: Date): Promise<readonly Due[]> {
  const rows = await tx.execute<Record<keyof Due, unknown>>(sql`
    select community_id as "communityId", author_id as "authorId", digest_from as "digestFrom", how, hour, weekday,
      time_zone as "timeZone", paused_from as "pausedFrom", paused_until as "pausedUntil"
    from mail_choice where digest_due_at <= ${now.toISOString()}::timestamptz
    order by digest_due_at limit ${limits.digestsPerJob} for update skip locked`);
  return rows.map((row) => row as unknown as Due);
}

interface Made {
  readonly id: number;
  readonly postIds: readonly PostId[];
}

/** Of each member what was published since their last one, as far as they want it and did not get it at once. */
async function insertDigests(tx: Tx, due: readonly Due[], until: Date, now: Date): Promise<readonly Made[]> {
  const members = JSON.stringify(due.map(({ communityId, authorId }) => ({ c: communityId, a: authorId })));
  const rows = await tx.execute<{ id: string; postIds: PostId[] }>(sql`
    with made as (
      insert into list_mail (kind, community_id, author_id, since, until, post_ids, created_at)
      select 'digest', m.community_id, m.author_id, c.digest_from, ${until.toISOString()}::timestamptz,
        (array_agg(p.id order by topic.position nulls last, t.id, p.published_at, p.id))[1:${sql.raw(String(numberedPosts))}],
        ${now.toISOString()}::timestamptz
      from json_to_recordset(${members}::json) as due(c uuid, a uuid)
      join member m on m.community_id = due.c and m.author_id = due.a
      join account a on a.author_id = m.author_id
      join mail_choice own on own.community_id = m.community_id and own.author_id = m.author_id
      join post p on p.community_id = m.community_id and p.published_at > own.digest_from
        and p.published_at <= ${until.toISOString()}::timestamptz
      join thread t on t.id = p.thread_id
      left join topic on topic.id = t.topic_id
      ${mailChoiceJoins}
      where ${wantsMail} and d.channel is not null and ${mailAddress} is not null
        and not exists (
          select from list_mail sent where sent.post_id = p.id and sent.author_id = m.author_id and sent.kind = 'post')
      group by m.community_id, m.author_id, c.digest_from
      on conflict do nothing
      returning id, community_id, author_id, post_ids),
    moved as (
      update mail_choice set digest_from = ${until.toISOString()}::timestamptz
      from made where mail_choice.community_id = made.community_id and mail_choice.author_id = made.author_id)
    select id, to_json(post_ids) as "postIds" from made order by id`);
  return rows.map(({ id, postIds }) => ({ id: Number(id), postIds }));
}

async function planNext(tx: Tx, { communityId, authorId, ...choice }: Due, now: Date): Promise<void> {
  const date = (text: string | null) => (text === null ? null : new Date(text));
  const pause = { pausedFrom: date(choice.pausedFrom), pausedUntil: date(choice.pausedUntil) };
  const next = planDigest({ ...choice, ...pause }, await hasDigestTopics(tx, communityId, authorId), now);
  await tx.execute(sql`
    update mail_choice set digest_due_at = ${next?.toISOString() ?? null}::timestamptz
    where community_id = ${communityId} and author_id = ${authorId}`);
}

/** What happened to a post after a member got it. */
export interface Correction {
  readonly postId: PostId;
  readonly threadId: string;
  readonly title: string;
  readonly author: string;
  readonly what: "edited" | "deleted" | "removed";
}

/** What became, within a time, of posts that a member had got by mail before. */
export async function listCorrections(
  { db }: App,
  { communityId, authorId }: Pick<Due, "communityId" | "authorId">,
  since: Date,
  until: Date,
): Promise<readonly Correction[]> {
  const [from, to] = [since.toISOString(), until.toISOString()];
  const rows = await db.execute<Record<keyof Correction, unknown>>(sql`
    select p.id as "postId", p.thread_id as "threadId", t.title, coalesce(nullif(u.name, ''), u.handle) as author,
      case p.state when 'published' then 'edited' else p.state end as what
    from post p join thread t on t.id = p.thread_id join author u on u.id = p.author_id
    where p.community_id = ${communityId} and p.id in (
        select unnest(array_append(l.post_ids, l.post_id)) from list_mail l
        where l.community_id = ${communityId} and l.author_id = ${authorId} and l.state = 'sent' and l.kind <> 'held'
          and l.created_at <= ${to}::timestamptz and l.created_at > ${from}::timestamptz - interval '90 days')
      and ((p.state = 'published' and p.edited_at > ${from}::timestamptz and p.edited_at <= ${to}::timestamptz)
        or (p.state in ('deleted', 'removed') and p.gone_at > ${from}::timestamptz and p.gone_at <= ${to}::timestamptz))
    order by coalesce(p.gone_at, p.edited_at), p.id
    limit ${limits.mailCorrections}`);
  return rows.map((row) => row as unknown as Correction);
}
