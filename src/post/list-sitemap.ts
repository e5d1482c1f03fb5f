import { and, asc, eq, isNotNull, sql } from "drizzle-orm";
import type { CommunityId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";

/** Every public community with the number of its threads that can be read: how long its site map will be at most. */
export async function listSitemaps(db: Db): Promise<readonly { readonly handle: string; readonly threads: number }[]> {
  return await db
    .select({
      handle: communities.handle,
      threads: sql<number>`(select count(*)::int from thread t where t.community_id = community.id and t.last_post_at is not null)`,
    })
    .from(communities)
    .where(eq(communities.visibility, "public"))
    .orderBy(asc(communities.handle));
}

/** The threads of a community that search engines may show: not those of authors who asked them to stay away. */
export async function listSitemapThreads(
  db: Db,
  communityId: CommunityId,
  { page, limit }: { readonly page: number; readonly limit: number },
): Promise<readonly { readonly id: ThreadId; readonly lastPostAt: Date }[]> {
  const rows = await db
    .select({ id: threads.id, lastPostAt: threads.lastPostAt })
    .from(threads)
    .innerJoin(posts, eq(sql`${posts.id}`, sql`${threads.id}`))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .where(
      and(
        eq(threads.communityId, communityId),
        isNotNull(threads.lastPostAt),
        eq(posts.state, "published"),
        eq(authors.indexable, true),
      ),
    )
    .orderBy(asc(threads.id))
    .limit(limit)
    .offset((page - 1) * limit);
  return rows.map(({ id, lastPostAt }) => ({ id, lastPostAt: lastPostAt! }));
}
