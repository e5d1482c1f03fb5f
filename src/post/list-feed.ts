import { and, desc, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import type { AuthorId, CommunityId, PostId, ThreadId, TopicId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import type { PlacedAttachment } from "./attachments.ts";
import { listShownAttachments } from "./list-shown-attachments.ts";
import { listPolls, type Poll } from "./poll.ts";

/** A post in a feed. */
export interface FeedEntry {
  readonly id: PostId;
  readonly parentId: PostId | undefined;
  readonly isReply: boolean;
  /** The title of its thread; `undefined` when the post that opened it can no longer be read. */
  readonly title: string | undefined;
  readonly html: string;
  readonly warning: string | undefined;
  readonly sensitive: boolean;
  readonly language: string | undefined;
  readonly poll: Poll | undefined;
  readonly attachments: readonly PlacedAttachment[];
  readonly author: AuthorView;
  readonly writtenAt: Date;
  readonly changedAt: Date;
}

/** Whose posts a feed has. */
export type FeedSource =
  | { readonly communityId: CommunityId }
  | { readonly topicId: TopicId }
  | { readonly threadId: ThreadId }
  | { readonly authorIds: readonly AuthorId[] };

/** The latest posts of a community, a topic, a thread or a person, newest first; of a person only what is public. */
export async function listFeed(db: Db, source: FeedSource, limit: number): Promise<readonly FeedEntry[]> {
  const opening = alias(posts, "opening");
  const rows = await db
    .select({
      post: posts,
      title: sql<string | null>`case ${opening.state} when 'published' then ${threads.title} end`,
      author: authorColumns,
    })
    .from(posts)
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .leftJoin(opening, eq(sql`${opening.id}`, sql`${threads.id}`))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .where(and(isFrom(source), eq(posts.state, "published")))
    .orderBy(desc(posts.writtenAt), desc(posts.id))
    .limit(limit);
  const ids = rows.map(({ post }) => post.id);
  const polls = await listPolls(db, ids);
  const attachmentsOf = await listShownAttachments(db, ids);
  return rows.map(({ post, title, author }) => ({
    id: post.id,
    parentId: post.parentId ?? undefined,
    isReply: post.parentName !== null,
    title: title ?? undefined,
    html: post.html,
    warning: post.warning ?? undefined,
    sensitive: post.sensitive,
    language: post.language ?? undefined,
    poll: polls.get(post.id),
    attachments: attachmentsOf(post.id),
    author: toAuthorView(author),
    writtenAt: post.writtenAt,
    changedAt: post.editedAt ?? post.publishedAt ?? post.writtenAt,
  }));
}

function isFrom(source: FeedSource) {
  if ("communityId" in source) return eq(posts.communityId, source.communityId);
  if ("topicId" in source) return eq(threads.topicId, source.topicId);
  if ("threadId" in source) return eq(posts.threadId, source.threadId);
  return and(anyOf(posts.authorId, source.authorIds), eq(communities.visibility, "public"));
}
