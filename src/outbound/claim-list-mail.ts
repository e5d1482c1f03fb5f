import { sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AccountId, AuthorId, CommunityId, PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { mailAddress } from "./wants-mail.ts";

/** Mail of a community to one member, for a worker to send. */
export interface ClaimedMail {
  readonly id: number;
  readonly kind: "post" | "digest" | "held";
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly accountId: AccountId;
  /** Of a mail that brings a post. */
  readonly postId: PostId | null;
  readonly postIds: readonly PostId[];
  /** Of a digest: from when and until when it tells. */
  readonly since: Date | null;
  readonly until: Date | null;
  readonly form: "both" | "plain" | "mime";
  readonly language: string | null;
  readonly timeZone: string | null;
  /** Null when it is not wanted any more, or goes nowhere. */
  readonly address: string | null;
  readonly attempts: number;
  readonly createdAt: Date;
}

/** What became of a mail. */
export interface MailResult {
  readonly id: number;
  /** waiting: it is tried again after `retryAt`. */
  readonly state: "sent" | "failed" | "dropped" | "waiting";
  readonly error?: string | undefined;
  readonly retryAt?: Date | undefined;
}

/**
 * Takes those of these mails that wait and are due, for a worker that has them to itself for a while. Should it die, they are sent again
 * afterwards, under the same names.
 */
export async function claimListMails(app: App, ids: readonly number[]): Promise<readonly ClaimedMail[]> {
  const rows = await app.db.execute<Record<keyof ClaimedMail, unknown>>(sql`
    with claimed as (
      update list_mail set leased_until = now() + ${limits.mailLease / 1000} * interval '1 second', attempts = attempts + 1
      where id in (
        select id from list_mail
        where id = any(${sql.param(ids.map(String))}::text[]::bigint[]) and state = 'waiting'
          and (retry_at is null or retry_at <= ${app.now().toISOString()}::timestamptz)
          and (leased_until is null or leased_until <= now())
        for update skip locked)
      returning *)
    select l.id, l.kind, l.community_id as "communityId", l.author_id as "authorId", a.id as "accountId", l.post_id as "postId",
      to_json(l.post_ids) as "postIds", l.since, l.until, coalesce(c.form, 'both') as form, a.language,
      coalesce(c.time_zone, a.time_zone) as "timeZone", l.attempts, l.created_at as "createdAt",
      case when m.state = 'active' and case l.kind
        when 'post' then p.state = 'published' and (p.announcement or d.channel is not null)
        when 'digest' then d.channel is not null
        else exists (select from member_role r where r.community_id = l.community_id and r.author_id = l.author_id) end
      then ${mailAddress} end as address
    from claimed l
    join member m on m.community_id = l.community_id and m.author_id = l.author_id
    join account a on a.author_id = l.author_id
    left join post p on p.id = l.post_id
    left join member_delivery d on d.community_id = l.community_id and d.author_id = l.author_id and d.channel = 'mail'
    left join mail_choice c on c.community_id = l.community_id and c.author_id = l.author_id
    order by l.id`);
  return rows.map(toClaimed);
}

/** When those of these mails that still wait are due, if any does: a lease of somebody else ends, or a pause. */
export async function nextDue(
  app: App,
  ids: readonly number[],
): Promise<{ readonly mails: readonly { readonly id: string }[]; readonly at: Date } | undefined> {
  const rows = await app.db.execute<{ id: string; retryAt: string | null; leased: boolean }>(sql`
    select id, retry_at as "retryAt", coalesce(leased_until > now(), false) as leased
    from list_mail where id = any(${sql.param(ids.map(String))}::text[]::bigint[]) and state = 'waiting' order by id`);
  if (rows.length === 0) return undefined;
  const now = app.now().getTime();
  const due = rows.map(({ retryAt, leased }) =>
    leased ? now + limits.mailLease : retryAt ? new Date(retryAt).getTime() : now,
  );
  return { mails: rows, at: new Date(Math.min(...due)) };
}

/** Notes what became of mails. */
export async function settleListMails(app: App, results: readonly MailResult[]): Promise<void> {
  if (results.length === 0) return;
  const rows = results.map(({ id, state, error, retryAt }) => ({
    id,
    state,
    error: error ?? null,
    retry: retryAt ?? null,
  }));
  await app.db.execute(sql`
    update list_mail set state = r.state, last_error = r.error, retry_at = r.retry, leased_until = null,
      settled_at = case when r.state = 'waiting' then null else ${app.now().toISOString()}::timestamptz end
    from json_to_recordset(${JSON.stringify(rows)}::json) as r(id bigint, state text, error text, retry timestamptz)
    where list_mail.id = r.id and list_mail.state = 'waiting'`);
}

function toClaimed(row: Record<keyof ClaimedMail, unknown>): ClaimedMail {
  const date = (value: unknown) => (value === null ? null : new Date(String(value)));
  const given = row as unknown as ClaimedMail;
  return {
    ...given,
    id: Number(row.id),
    postIds: given.postIds ?? [],
    since: date(row.since),
    until: date(row.until),
    createdAt: new Date(String(row.createdAt)),
  };
}
