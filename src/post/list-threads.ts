import { and, desc, eq, isNotNull, ne, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Topic } from "../community/topics.ts";
import { type Cursor, writeCursor } from "../core/cursor.ts";
import type { CommunityId, ThreadId, TopicId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { authors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import { topics } from "../db/schema/topic.ts";

/** The topic that a thread is under. */
export type ThreadTopic = Pick<Topic, "slug" | "name">;

/** A thread in a list. */
export interface ThreadCard {
  readonly id: ThreadId;
  /** `undefined` when the post that opened it can no longer be read; then nobody is named as its author either. */
  readonly title: string | undefined;
  readonly language: string | undefined;
  readonly topic: ThreadTopic | undefined;
  /** What opened it is meant for all members. */
  readonly announcement: boolean;
  readonly openedBy: string | undefined;
  readonly lastBy: string;
  readonly lastPostAt: Date;
  /** How many of its posts can be read. */
  readonly posts: number;
  /** False when its author asked search engines to stay away. */
  readonly indexable: boolean;
}

export interface ThreadList {
  readonly threads: readonly ThreadCard[];
  /** Where the next, older ones continue. */
  readonly older: string | undefined;
}

interface ThreadRange {
  readonly limit: number;
  readonly before?: Cursor | undefined;
  readonly except?: ThreadId | undefined;
  /** Only those under this topic. */
  readonly topicId?: TopicId | undefined;
}

/** The threads of a community that can be read, the one with the latest post first. */
export async function listThreads(db: Db, communityId: CommunityId, range: ThreadRange): Promise<ThreadList> {
  const { before, except, topicId, limit } = range;
  const rows = await selectThreads(db)
    .where(
      and(
        eq(threads.communityId, communityId),
        isNotNull(threads.lastPostAt),
        except && ne(threads.id, except),
        topicId && eq(threads.topicId, topicId),
        before &&
          sql`(${threads.lastPostAt}, ${threads.id}) < (${before.at.toISOString()}::timestamptz, ${before.id}::uuid)`,
      ),
    )
    // In the very words of the index: without them Postgres reads and sorts all that was ever said in a community.
    .orderBy(sql`${threads.lastPostAt} desc nulls last`, sql`${threads.id} desc nulls last`)
    .limit(limit + 1);
  const shown = rows.slice(0, limit).map(toThreadCard);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { threads: shown, older: hasMore ? writeCursor({ at: last.lastPostAt, id: last.id }) : undefined };
}

/** The thread that the moderators pinned last, with the words of the post that opened it. */
export async function findPinnedThread(
  db: Db,
  communityId: CommunityId,
): Promise<(ThreadCard & { readonly html: string }) | undefined> {
  const [row] = await selectThreads(db)
    .where(and(eq(threads.communityId, communityId), isNotNull(threads.pinnedAt), isNotNull(threads.lastPostAt)))
    .orderBy(desc(threads.pinnedAt), desc(threads.id))
    .limit(1);
  return row && { ...toThreadCard(row), html: row.warning === null ? row.html : "" };
}

function selectThreads(db: Db) {
  const opening = alias(posts, "opening");
  const opener = alias(authors, "opener");
  const inThread = sql`from post p where p.thread_id = ${threads.id} and p.state = 'published'`;
  return db
    .select({
      id: threads.id,
      title: threads.title,
      language: threads.language,
      topic: { slug: topics.slug, name: topics.name },
      lastPostAt: threads.lastPostAt,
      isOpen: sql<boolean>`coalesce(${opening.state} = 'published', false)`,
      html: sql<string>`case ${opening.state} when 'published' then ${opening.html} else '' end`,
      warning: opening.warning,
      announcement: sql<boolean>`coalesce(${opening.announcement}, false)`,
      openedBy: sql<string>`coalesce(nullif(${opener.name}, ''), ${opener.handle})`,
      indexable: opener.indexable,
      lastBy: sql<string>`(select coalesce(nullif(a.name, ''), a.handle) from author a
        where a.id = (select p.author_id ${inThread} order by p.written_at desc, p.id desc limit 1))`,
      posts: sql<number>`(select count(*)::int ${inThread})`,
    })
    .from(threads)
    .leftJoin(opening, eq(sql`${opening.id}`, sql`${threads.id}`))
    .leftJoin(topics, eq(topics.id, threads.topicId))
    .leftJoin(opener, eq(opener.id, opening.authorId))
    .$dynamic();
}

type Row = Awaited<ReturnType<typeof selectThreads>>[number];

function toThreadCard(row: Row): ThreadCard {
  return {
    id: row.id,
    title: row.isOpen ? row.title : undefined,
    language: row.language ?? undefined,
    topic: row.topic ?? undefined,
    announcement: row.isOpen && row.announcement,
    openedBy: row.isOpen ? row.openedBy : undefined,
    lastBy: row.lastBy,
    lastPostAt: row.lastPostAt!,
    posts: row.posts,
    indexable: row.indexable ?? true,
  };
}
