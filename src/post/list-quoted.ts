import { and, eq, sql } from "drizzle-orm";
import type { PostId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { authors } from "../db/schema/identity.ts";
import { postNames, posts } from "../db/schema/post.ts";
import type { Attachment } from "./submission.ts";

/** A post that another one quotes. */
export interface Quoted {
  /** The name by which it is quoted. */
  readonly name: string;
  /** What it is here, and whose; `undefined` when it cannot be read here. */
  readonly here: { readonly id: PostId; readonly by: string } | undefined;
}

/**
 * Looks for the quoted posts among what comes with the posts of a thread; in its community first, if they stand in several.
 *
 * @returns what tells, of what comes with one post, which posts it quotes
 */
export async function findQuoted(
  db: Db,
  threadId: ThreadId,
  attachments: readonly Attachment[],
): Promise<(attachments: readonly Attachment[]) => readonly Quoted[]> {
  const namesIn = (some: readonly Attachment[]) => some.flatMap(({ kind, url }) => (kind === "quote" ? url : []));
  const names = namesIn(attachments);
  const rows = names.length === 0 ? [] : await selectQuoted(db, threadId, names);
  const found = new Map(rows.map(({ name, ...here }) => [name, here]));
  return (some) => namesIn(some).map((name) => ({ name, here: found.get(name) }));
}

/** The last of several rows for one name is that of the community of the thread. */
async function selectQuoted(db: Db, threadId: ThreadId, names: readonly string[]) {
  const by = sql<string>`coalesce(nullif(${authors.name}, ''), ${authors.handle})`;
  return await db
    .select({ name: postNames.name, id: posts.id, by })
    .from(postNames)
    .innerJoin(posts, and(eq(posts.id, postNames.postId), eq(posts.communityId, postNames.communityId)))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .where(and(anyOf(postNames.name, names), eq(posts.state, "published")))
    .orderBy(sql`${posts.communityId} = (select t.community_id from thread t where t.id = ${threadId})`);
}
