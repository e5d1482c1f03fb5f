import { and, asc, eq } from "drizzle-orm";
import type { Community } from "../community/get-community.ts";
import type { PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { posts, postVersions } from "../db/schema/post.ts";

/** What a post said from a moment on. */
export interface PostVersion {
  readonly title: string | undefined;
  readonly html: string;
  readonly warning: string | undefined;
  readonly language: string | undefined;
  readonly writtenAt: Date;
}

/** A post and all that it said. */
export interface PostHistory {
  readonly id: PostId;
  readonly community: Community;
  /** The oldest first; the last is what it says now. */
  readonly versions: readonly PostVersion[];
}

/** How a post was changed that can be read; `undefined` for all others. */
export async function findHistory(db: Db, postId: PostId): Promise<PostHistory | undefined> {
  const [row] = await db
    .select({ post: posts, community: communities })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(and(eq(posts.id, postId), eq(posts.state, "published")));
  if (!row) return undefined;
  const { post, community } = row;
  const before = await db
    .select()
    .from(postVersions)
    .where(eq(postVersions.postId, postId))
    .orderBy(asc(postVersions.id));
  const now = { ...post, writtenAt: post.editedAt ?? post.writtenAt };
  return { id: postId, community, versions: [...before, now].map(toVersion) };
}

function toVersion({
  title,
  html,
  warning,
  language,
  writtenAt,
}: Pick<typeof postVersions.$inferSelect, "title" | "html" | "warning" | "language" | "writtenAt">): PostVersion {
  return {
    title: title ?? undefined,
    html,
    warning: warning ?? undefined,
    language: language ?? undefined,
    writtenAt,
  };
}
