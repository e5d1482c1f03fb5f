import { type SQL, sql } from "drizzle-orm";

/**
 * Whether a member wants to hear of a post by mail, in a query over `post p`, `thread t`, `member m`, `account a` and the outer joins of
 * `mailChoiceJoins`. How and when is another question.
 */
export const wantsMail: SQL = sql`(
  m.state = 'active' and p.state = 'published' and not p.quiet
  and p.author_id <> m.author_id
  and not exists (select from linked_identity self where self.account_id = a.id and self.author_id = p.author_id)
  and case
    when p.announcement then coalesce(c.what, 'every') <> 'nothing' and (d.channel is not null or not exists (
      select from member_delivery other where other.community_id = m.community_id and (other.author_id = m.author_id
        or other.author_id in (select l.author_id from linked_identity l where l.account_id = a.id))))
    when d.channel is null or th.choice = 'mute' then false
    when th.choice = 'follow' then true
    else case coalesce(tc.what, c.what, 'every')
      when 'every' then true
      when 'new-threads' then p.parent_id is null and p.parent_name is null
      when 'replies' then exists (select from post parent where parent.id = p.parent_id and (parent.author_id = m.author_id
        or parent.author_id in (select l.author_id from linked_identity l where l.account_id = a.id)))
      else false end
  end)`;

/** What somebody chose: for the community (`c`), the topic (`tc`) and the thread (`th`), and whether they hear by mail at all (`d`). */
export const mailChoiceJoins: SQL = sql`
  left join member_delivery d on d.community_id = m.community_id and d.author_id = m.author_id and d.channel = 'mail'
  left join mail_choice c on c.community_id = m.community_id and c.author_id = m.author_id
  left join mail_topic_choice tc on tc.topic_id = t.topic_id and tc.author_id = m.author_id
  left join mail_thread_choice th on th.thread_id = t.id and th.author_id = m.author_id`;

/** The address that mail to an account (`a`) goes to: the first that is confirmed and from which not too much came back. */
export const mailAddress: SQL = sql`(
  select e.address from email_address e left join mail_bounce b on b.address = e.address
  where e.account_id = a.id and e.verified_at is not null and b.suspended_at is null
  order by e.created_at, e.address limit 1)`;
