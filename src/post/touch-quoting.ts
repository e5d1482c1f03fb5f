import { and, eq, type SQL, sql } from "drizzle-orm";
import type { PostId, ThreadId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { postNames, posts } from "../db/schema/post.ts";
import { touchPages } from "./react.ts";

/** Gives the pages that show these posts as quotations a new version. */
export async function touchQuoting(tx: Tx, postIds: readonly PostId[]): Promise<void> {
  await touchPages(tx, await listQuoting(tx, postIds));
}

/** The threads in which one of these posts is quoted, also those that did so before it came. */
export async function listQuoting(tx: Tx, postIds: readonly PostId[]): Promise<readonly ThreadId[]> {
  return postIds.length === 0 ? [] : await listQuotingThose(tx, anyOf(postNames.postId, postIds));
}

/** Gives the pages that quote anything of these people a new version. */
export async function touchQuotingAuthors(tx: Tx, authorIds: readonly string[]): Promise<void> {
  if (authorIds.length === 0) return;
  const theirs = sql`select id from post where author_id = any(${sql.param([...new Set(authorIds)])}::uuid[])`;
  await touchPages(tx, await listQuotingThose(tx, sql`${postNames.postId} in (${theirs})`));
}

async function listQuotingThose(tx: Tx, isQuoted: SQL): Promise<readonly ThreadId[]> {
  const rows = await tx
    .selectDistinct({ threadId: posts.threadId })
    .from(postAttachments)
    .innerJoin(postNames, eq(postNames.name, postAttachments.url))
    .innerJoin(posts, eq(posts.id, postAttachments.postId))
    .where(and(sql`${postAttachments.kind} = 'quote'`, isQuoted));
  return rows.map(({ threadId }) => threadId);
}

/** Gives the pages on which a post stands a new version, by what its home calls it. */
export async function touchQuotingName(tx: Tx, sourceId: string): Promise<void> {
  const rows = await tx
    .selectDistinct({ threadId: posts.threadId })
    .from(postNames)
    .innerJoin(posts, eq(posts.id, postNames.postId))
    .where(eq(postNames.name, sourceId));
  await touchPages(
    tx,
    rows.map(({ threadId }) => threadId),
  );
}
