import { and, eq } from "drizzle-orm";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import type { Community } from "../community/get-community.ts";
import { excerpt } from "../core/html.ts";
import type { PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";

/** A post that somebody wants to answer. */
export interface ReplyTarget {
  readonly id: PostId;
  readonly threadId: ThreadId;
  readonly community: Community;
  readonly author: AuthorView;
  /** What it is called on the fediverse; `undefined` when it came by mail. */
  readonly iri: string | undefined;
  /** How it begins; its content warning, when it has one. */
  readonly beginning: string;
  readonly language: string | undefined;
  readonly locked: boolean;
}

/** A post that can be read; `undefined` for all others. */
export async function findReplyTarget(db: Db, id: PostId): Promise<ReplyTarget | undefined> {
  const [row] = await db
    .select({ post: posts, community: communities, lockedAt: threads.lockedAt, author: authorColumns })
    .from(posts)
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .where(and(eq(posts.id, id), eq(posts.state, "published")));
  if (!row) return undefined;
  const { post, community, lockedAt, author } = row;
  return {
    id,
    threadId: post.threadId,
    community,
    author: toAuthorView(author),
    iri: post.channel === "mail" ? undefined : post.sourceId,
    beginning: post.warning ?? excerpt(post.html, limits.excerptLength),
    language: post.language ?? undefined,
    locked: lockedAt !== null || community.movedTo !== null || community.closedAt !== null,
  };
}
