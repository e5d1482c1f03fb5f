import { and, desc, eq } from "drizzle-orm";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { posts } from "../db/schema/post.ts";

/** The community where somebody spoke last, of what can be read. */
export async function findLastPlaceOf(db: Db, authorId: AuthorId): Promise<CommunityId | undefined> {
  const [last] = await db
    .select({ communityId: posts.communityId })
    .from(posts)
    .where(and(eq(posts.authorId, authorId), eq(posts.state, "published")))
    .orderBy(desc(posts.writtenAt), desc(posts.id))
    .limit(1);
  return last?.communityId;
}
