import { eq, sql } from "drizzle-orm";
import type { Community } from "../community/get-community.ts";
import type { ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { prepared } from "../db/prepared.ts";
import { communities } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import { topics } from "../db/schema/topic.ts";
import type { ThreadTopic } from "./list-threads.ts";

/** A thread without its posts: what decides whether its page changed, and what stands at its head. */
export interface ThreadHead {
  readonly id: ThreadId;
  readonly community: Community;
  /** `undefined` when the post that opened it can no longer be read. */
  readonly title: string | undefined;
  readonly language: string | undefined;
  readonly topic: ThreadTopic | undefined;
  readonly openedAt: Date;
  /** Another whenever its page would differ, but for people's names. */
  readonly version: string;
  readonly mergedInto: ThreadId | undefined;
  /** Whether there is a post in it that can be read, or could be once. */
  readonly readable: boolean;
  readonly wasReadable: boolean;
  /** Nothing can be added: the moderators closed it, or the community goes on elsewhere. */
  readonly locked: boolean;
  /** The moderators closed it. */
  readonly closed: boolean;
  readonly pinned: boolean;
  /** False when its page is to stay out of search engines. */
  readonly indexable: boolean;
}

const threadQuery = prepared((db) =>
  db
    .select({
      thread: threads,
      community: communities,
      topic: { slug: topics.slug, name: topics.name },
      opened: posts.state,
      openedAt: posts.writtenAt,
      indexable: authors.indexable,
      wasReadable: sql<boolean>`exists (select 1 from post p where p.thread_id = ${threads.id} and p.published_at is not null)`,
      roles: sql<string>`(select count(*) || '.' || coalesce(max(r.granted_at)::text, '') from member_role r
        where r.community_id = ${communities.id})`,
    })
    .from(threads)
    .innerJoin(communities, eq(communities.id, threads.communityId))
    .leftJoin(topics, eq(topics.id, threads.topicId))
    .leftJoin(posts, eq(sql`${posts.id}`, sql`${threads.id}`))
    .leftJoin(authors, eq(authors.id, posts.authorId))
    .where(eq(threads.id, sql.placeholder("id")))
    .prepare("thread"),
);

/** A thread by its id; `undefined` when there is none, whether or not anything in it can be read. */
export async function findThread(db: Db, id: ThreadId): Promise<ThreadHead | undefined> {
  const [row] = await threadQuery(db).execute({ id });
  if (!row) return undefined;
  const { thread, community } = row;
  return {
    id,
    community,
    title: row.opened === "published" ? thread.title : undefined,
    language: thread.language ?? undefined,
    topic: row.topic ?? undefined,
    openedAt: row.openedAt ?? thread.createdAt,
    version: [thread.version, community.updatedAt.getTime(), row.roles, row.indexable].join(" "),
    mergedInto: thread.mergedInto ?? undefined,
    readable: thread.lastPostAt !== null,
    wasReadable: row.wasReadable,
    closed: thread.lockedAt !== null,
    pinned: thread.pinnedAt !== null,
    locked: thread.lockedAt !== null || community.movedTo !== null || community.closedAt !== null,
    indexable: row.indexable ?? true,
  };
}
