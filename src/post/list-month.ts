import { and, asc, eq, gte, lt, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { type Cursor, writeCursor } from "../core/cursor.ts";
import type { CommunityId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { authors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";

/** A thread in one month of the archive. */
export interface MonthThread {
  readonly id: ThreadId;
  /** `undefined` when the post that opened it can no longer be read. */
  readonly title: string | undefined;
  readonly language: string | undefined;
  readonly openedBy: string | undefined;
  /** When its first post of that month was written. */
  readonly firstAt: Date;
  /** How many of its posts are of that month. */
  readonly posts: number;
  readonly indexable: boolean;
}

export interface MonthRange {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly after?: Cursor | undefined;
  readonly limit: number;
}

/** The threads that were spoken in during a month (UTC), in the order of their first words in it. */
export async function listMonth(
  db: Db,
  communityId: CommunityId,
  { year, month, after, limit }: MonthRange,
): Promise<{ readonly threads: readonly MonthThread[]; readonly later: string | undefined }> {
  const spoken = db
    .select({
      threadId: posts.threadId,
      firstAt: sql<Date>`min(${posts.writtenAt})`.mapWith(posts.writtenAt).as("first_at"),
      posts: sql<number>`count(*)::int`.as("posts"),
    })
    .from(posts)
    .where(
      and(
        eq(posts.communityId, communityId),
        eq(posts.state, "published"),
        gte(posts.writtenAt, new Date(Date.UTC(year, month - 1))),
        lt(posts.writtenAt, new Date(Date.UTC(year, month))),
      ),
    )
    .groupBy(posts.threadId)
    .as("spoken");
  const opening = alias(posts, "opening");
  const rows = await db
    .select({
      id: spoken.threadId,
      firstAt: spoken.firstAt,
      posts: spoken.posts,
      title: threads.title,
      language: threads.language,
      openedBy: sql<string>`coalesce(nullif(${authors.name}, ''), ${authors.handle})`,
      isOpen: sql<boolean>`coalesce(${opening.state} = 'published', false)`,
      indexable: authors.indexable,
    })
    .from(spoken)
    .innerJoin(threads, eq(threads.id, spoken.threadId))
    .leftJoin(opening, eq(sql`${opening.id}`, sql`${threads.id}`))
    .leftJoin(authors, eq(authors.id, opening.authorId))
    .where(
      after && sql`(${spoken.firstAt}, ${threads.id}) > (${after.at.toISOString()}::timestamptz, ${after.id}::uuid)`,
    )
    .orderBy(asc(spoken.firstAt), asc(threads.id))
    .limit(limit + 1);
  const shown = rows.slice(0, limit).map(({ isOpen, ...row }) => ({
    ...row,
    title: isOpen ? row.title : undefined,
    language: row.language ?? undefined,
    openedBy: isOpen ? row.openedBy : undefined,
    indexable: row.indexable ?? true,
  }));
  const last = shown.at(-1);
  return {
    threads: shown,
    later: rows.length > limit && last ? writeCursor({ at: last.firstAt, id: last.id }) : undefined,
  };
}
