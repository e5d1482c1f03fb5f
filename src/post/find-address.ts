import { eq, sql } from "drizzle-orm";
import type { CommunityId, PostId, ThreadId } from "../core/ids.ts";
import { fediverseName } from "../core/own-iris.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { posts, threads } from "../db/schema/post.ts";

/** Where a public thread is read; one that was merged is read where it went. `undefined` when nothing of it was ever public. */
export async function findThreadAddress(
  db: Db,
  id: ThreadId,
): Promise<{ handle: string; communityId: CommunityId; threadId: ThreadId } | undefined> {
  const [row] = await db
    .select({
      handle: communities.handle,
      communityId: communities.id,
      threadId: sql<ThreadId>`coalesce(${threads.mergedInto}, ${threads.id})`,
    })
    .from(threads)
    .innerJoin(communities, eq(communities.id, threads.communityId))
    .where(
      sql`${threads.id} = ${id} and ${communities.visibility} = 'public' and (${threads.mergedInto} is not null or exists (
        select 1 from post p where p.thread_id = ${threads.id} and p.published_at is not null))`,
    );
  return row;
}

/** Since when a post that could be read once is gone; `undefined` for all others. */
export async function findGone(db: Db, id: PostId): Promise<Date | undefined> {
  const [row] = await db
    .select({ goneAt: posts.goneAt })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(
      sql`${posts.id} = ${id} and ${posts.state} in ('deleted', 'removed') and ${posts.publishedAt} is not null
        and ${communities.visibility} = 'public'`,
    );
  return row?.goneAt ?? undefined;
}

/** What a published post is called on the fediverse. */
export async function findPostIri(db: Db, origin: string, id: PostId): Promise<string | undefined> {
  const [row] = await db
    .select({ id: posts.id, channel: posts.channel, sourceId: posts.sourceId })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(sql`${posts.id} = ${id} and ${posts.state} = 'published' and ${communities.visibility} = 'public'`);
  return row && fediverseName(origin, row);
}
