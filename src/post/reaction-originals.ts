import { and, eq, inArray } from "drizzle-orm";
import type { CommunityId, PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { posts } from "../db/schema/post.ts";
import { reactionOriginals } from "../db/schema/reaction.ts";

/** A reaction, or its withdrawal, as it came. */
export interface ReactionOriginal {
  readonly id: number;
  readonly postId: PostId;
  readonly communityId: CommunityId;
  readonly mediaType: string;
  readonly messageId: string;
  readonly text: string;
}

/** Those of these that were not told yet, of posts that everybody can still read and that the world was told of. */
export async function listReactionOriginals(db: Db, ids: readonly number[]): Promise<readonly ReactionOriginal[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ original: reactionOriginals, communityId: posts.communityId })
    .from(reactionOriginals)
    .innerJoin(posts, eq(posts.id, reactionOriginals.postId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(
      and(
        inArray(reactionOriginals.id, [...ids]),
        eq(posts.state, "published"),
        eq(posts.quiet, false),
        eq(communities.visibility, "public"),
      ),
    )
    .orderBy(reactionOriginals.id);
  return rows.map(({ original: { id, postId, mediaType, messageId, bytes }, communityId }) => ({
    id,
    postId,
    communityId,
    mediaType,
    messageId,
    text: bytes.toString("utf8"),
  }));
}

/** Everybody who is to hear of them has been told. */
export async function forgetReactionOriginals(db: Db, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await db.delete(reactionOriginals).where(inArray(reactionOriginals.id, [...ids]));
}
