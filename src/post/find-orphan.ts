import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { CommunityId, PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { posts } from "../db/schema/post.ts";

/** A post that answers one which has not come; `undefined` when it has, meanwhile. */
export async function findOrphan(
  db: Db,
  postId: PostId,
): Promise<{ communityId: CommunityId; parentName: string } | undefined> {
  const [row] = await db
    .select({ communityId: posts.communityId, parentName: posts.parentName })
    .from(posts)
    .where(and(eq(posts.id, postId), isNull(posts.parentId), isNotNull(posts.parentName)));
  return row?.parentName == null ? undefined : { communityId: row.communityId, parentName: row.parentName };
}
