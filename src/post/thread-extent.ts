import { sql } from "drizzle-orm";
import type { Cursor } from "../core/cursor.ts";
import type { PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";

/** How much was said in a thread, by how many, when and from where; and what was said last. */
export interface ThreadExtent {
  readonly posts: number;
  readonly people: number;
  readonly gone: number;
  readonly activitypub: number;
  readonly mail: number;
  readonly web: number;
  readonly from: Date;
  readonly to: Date;
  readonly latest: PostId;
}

/** Measures a thread that is too long to be counted on its page; `undefined` when nothing in it can be read. */
export async function measureThread(db: Db, threadId: ThreadId): Promise<ThreadExtent | undefined> {
  const [row] = await db.execute<Omit<ThreadExtent, "from" | "to"> & { from: string; to: string }>(sql`
    select count(*)::int as posts, count(distinct author_id)::int as people,
      count(*) filter (where channel = 'activitypub')::int as activitypub, count(*) filter (where channel = 'mail')::int as mail,
      count(*) filter (where channel = 'web')::int as web, min(written_at) as "from", max(written_at) as "to",
      (array_agg(id order by written_at desc, id desc))[1] as latest,
      (select count(*)::int from post p where p.thread_id = ${threadId} and p.state in ('deleted', 'removed')) as gone
    from post where thread_id = ${threadId} and state = 'published' having count(*) > 0`);
  return row && { ...row, from: new Date(row.from), to: new Date(row.to) };
}

/** After what the page of a thread begins on which a post stands, by date; `undefined` for the first page. */
export async function findPartOf(
  db: Db,
  post: { readonly id: PostId; readonly threadId: ThreadId },
): Promise<Cursor | undefined> {
  const [row] = await db.execute<{ at: string; id: string }>(sql`
    select written_at as at, id from (
      select written_at, id, row_number() over (order by written_at, id) as place from post
      where thread_id = ${post.threadId} and state in ('published', 'deleted', 'removed')
        and (written_at, id) < (select p.written_at, p.id from post p where p.id = ${post.id})
    ) earlier
    where place % ${limits.threadPosts} = 0 order by place desc limit 1`);
  return row && { at: new Date(row.at), id: row.id };
}
