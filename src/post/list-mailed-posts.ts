import { and, asc, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { AuthorId, CommunityId, PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import { topics } from "../db/schema/topic.ts";
import type { PlacedAttachment } from "./attachments.ts";
import { listShownAttachments } from "./list-shown-attachments.ts";
import { listPolls, type Poll } from "./poll.ts";

/** What names a post in mail. */
export interface MailName {
  readonly id: PostId;
  readonly channel: "activitypub" | "mail" | "web";
  readonly sourceId: string;
}

/** A post that can be read, as mail brings it. */
export interface MailedPost extends MailName {
  readonly community: MailedCommunity;
  readonly thread: { readonly id: ThreadId; readonly title: string };
  readonly topic: { readonly slug: string; readonly name: string } | undefined;
  readonly author: { readonly id: AuthorId; readonly name: string };
  readonly title: string | undefined;
  /** Sanitised. */
  readonly html: string;
  readonly warning: string | undefined;
  readonly language: string | undefined;
  readonly announcement: boolean;
  readonly attachments: readonly PlacedAttachment[];
  readonly poll: Poll | undefined;
  readonly isReply: boolean;
  /** The first that its author published in the community. */
  readonly isFirst: boolean;
  /** The post that it answers, if that can be read. */
  readonly parent: MailedParent | undefined;
  readonly publishedAt: Date;
  readonly editedAt: Date | undefined;
}

export interface MailedCommunity {
  readonly id: CommunityId;
  readonly handle: string;
  readonly name: string;
  readonly language: string;
}

export interface MailedParent {
  readonly id: PostId;
  readonly name: string;
  readonly html: string;
  readonly warning: string | undefined;
  readonly writtenAt: Date;
}

const parents = alias(posts, "parent");
const parentAuthors = alias(authors, "parent_author");

/** Those of these posts that can be read, in no order. */
export async function listMailedPosts(db: Db, ids: readonly PostId[]): Promise<readonly MailedPost[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({
      post: posts,
      community: {
        id: communities.id,
        handle: communities.handle,
        name: communities.name,
        language: communities.language,
      },
      thread: { id: threads.id, title: threads.title },
      topic: { slug: topics.slug, name: topics.name },
      author: { id: authors.id, name: authors.name, handle: authors.handle },
      parent: parents,
      isFirst: sql<boolean>`not exists (select from post earlier where earlier.author_id = ${posts.authorId}
        and earlier.community_id = ${posts.communityId} and earlier.published_at < ${posts.publishedAt})`,
      parentAuthor: { name: parentAuthors.name, handle: parentAuthors.handle },
    })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(topics, eq(topics.id, threads.topicId))
    .leftJoin(parents, eq(parents.id, posts.parentId))
    .leftJoin(parentAuthors, eq(parentAuthors.id, parents.authorId))
    .where(and(anyOf(posts.id, ids), eq(posts.state, "published")))
    .orderBy(asc(posts.id));
  const found = rows.map(({ post }) => post.id);
  const [attachmentsOf, polls] = await Promise.all([listShownAttachments(db, found), listPolls(db, found)]);
  return rows.map(({ post, author, parent, parentAuthor, topic, ...place }) => ({
    ...place,
    id: post.id,
    channel: post.channel,
    sourceId: post.sourceId,
    topic: topic ?? undefined,
    author: { id: author.id, name: author.name || author.handle },
    title: post.title ?? undefined,
    html: post.html,
    warning: post.warning ?? undefined,
    language: post.language ?? undefined,
    announcement: post.announcement,
    attachments: attachmentsOf(post.id),
    poll: polls.get(post.id),
    isReply: post.parentName !== null,
    parent:
      parent?.state === "published" && parentAuthor
        ? {
            id: parent.id,
            name: parentAuthor.name || parentAuthor.handle,
            html: parent.html,
            warning: parent.warning ?? undefined,
            writtenAt: parent.writtenAt,
          }
        : undefined,
    publishedAt: post.publishedAt ?? post.createdAt,
    editedAt: post.editedAt ?? undefined,
  }));
}

/** What names the posts above one, the first of the thread first: that one, and the nearest below it. */
export async function listNamesAbove(db: Db, id: PostId): Promise<readonly MailName[]> {
  const rows = await db.execute<{ id: PostId; channel: MailName["channel"]; sourceId: string }>(sql`
    with recursive above as (
      select id, parent_id, channel, source_id, published_at, 0 as depth from post where id = ${id}
      union all
      select p.id, p.parent_id, p.channel, p.source_id, p.published_at, above.depth + 1
      from post p join above on p.id = above.parent_id where above.depth < 1000)
    select id, channel, source_id as "sourceId", depth from above
    where depth > 0 and published_at is not null order by depth desc`);
  const [first, ...rest] = rows.map(({ id, channel, sourceId }) => ({ id, channel, sourceId }));
  return first ? [first, ...rest.slice(-limits.mailReferences)] : [];
}
