import { sql } from "drizzle-orm";
import type { CommunityId, PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import type { ChannelOfPost } from "./heard.ts";

/** A post that nobody but its author followed up. */
export interface Unanswered {
  readonly id: PostId;
  readonly threadId: ThreadId;
  readonly title: string;
  readonly language: string | undefined;
  readonly author: string;
  readonly channel: ChannelOfPost;
  readonly writtenAt: Date;
}

type Row = {
  id: PostId;
  threadId: ThreadId;
  title: string;
  language: string | null;
  author: string;
  channel: ChannelOfPost;
  writtenAt: Date | string;
};

/**
 * Who was not answered lately, the newest first: threads with no word of anybody else, and first posts of people here, in whatever thread,
 * to which nobody replied. Closed threads want no answer.
 */
export async function listUnanswered(
  db: Db,
  communityId: CommunityId,
  now: Date,
): Promise<{ readonly threads: readonly Unanswered[]; readonly firstPosts: readonly Unanswered[] }> {
  const since = new Date(now.getTime() - limits.unansweredAge).toISOString();
  const [threads, firstPosts] = await Promise.all([
    db.execute<Row>(sql`
      select ${columns} from post join thread on thread.id = post.thread_id join author on author.id = post.author_id
      where post.community_id = ${communityId} and post.parent_id is null and post.written_at >= ${since}::timestamptz
        and ${isOpen} and ${isAlone}
      order by post.written_at desc, post.id desc limit ${limits.unansweredListed}`),
    db.execute<Row>(sql`
      select ${columns}
      from (
        select author_id from post where community_id = ${communityId} and state = 'published'
        group by author_id having min(written_at) >= ${since}::timestamptz) as newcomer
      cross join lateral (
        select * from post
        where post.author_id = newcomer.author_id and post.community_id = ${communityId} and post.state = 'published'
        order by post.written_at, post.id limit 1) as post
      join thread on thread.id = post.thread_id join author on author.id = post.author_id
      where ${isOpen} and case when post.parent_id is null then ${isAlone} else ${hasNoReply} end
      order by post.written_at desc, post.id desc limit ${limits.unansweredListed}`),
  ]);
  return { threads: threads.map(toUnanswered), firstPosts: firstPosts.map(toUnanswered) };
}

const columns = sql`post.id, post.thread_id as "threadId", thread.title, post.language, author.name as author, post.channel,
  post.written_at as "writtenAt"`;
const isOpen = sql`post.state = 'published' and not post.quiet and thread.locked_at is null`;
/** Asked for each post and no sooner: few are looked at until there are enough. */
const isAlone = sql`(
  select true from post as other
  where other.thread_id = post.thread_id and other.state = 'published' and other.author_id <> post.author_id limit 1) is null`;
const hasNoReply = sql`(
  select true from post as reply
  where reply.parent_id = post.id and reply.state = 'published' and reply.author_id <> post.author_id limit 1) is null`;

function toUnanswered(row: Row): Unanswered {
  return { ...row, language: row.language ?? undefined, writtenAt: new Date(row.writtenAt) };
}
