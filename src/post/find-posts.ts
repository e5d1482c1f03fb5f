import { and, eq } from "drizzle-orm";
import type { AuthorId, CommunityId, PostId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { postNames, posts, threads } from "../db/schema/post.ts";

/** A post found by one of its names, and what decides about answers to it. */
export interface NamedPost {
  readonly name: string;
  readonly id: PostId;
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly threadId: ThreadId;
  readonly state: (typeof posts.$inferSelect)["state"];
  readonly locked: boolean;
  readonly quiet: boolean;
}

/** Every post that bears one of the names, in any community; whether it can be read or not. */
export async function findPostsByName(db: Db, names: readonly string[]): Promise<readonly NamedPost[]> {
  if (names.length === 0) return [];
  const rows = await db
    .select({
      name: postNames.name,
      id: posts.id,
      communityId: posts.communityId,
      authorId: posts.authorId,
      threadId: posts.threadId,
      state: posts.state,
      lockedAt: threads.lockedAt,
      quiet: posts.quiet,
    })
    .from(postNames)
    .innerJoin(posts, and(eq(posts.id, postNames.postId), eq(posts.communityId, postNames.communityId)))
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .where(anyOf(postNames.name, names));
  return rows.map(({ lockedAt, ...post }) => ({ ...post, locked: lockedAt !== null }));
}
