import { and, asc, eq, sql } from "drizzle-orm";
import { type Cursor, writeCursor } from "../core/cursor.ts";
import type { CommunityId, PostId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { posts } from "../db/schema/post.ts";

/** A conversation as other servers read it: all of a thread, or what answers one post. */
export type Conversation = { readonly threadId: ThreadId } | { readonly parentId: PostId };

/** The names of posts that can be read and have their home on the fediverse, oldest first. */
export interface ConversationPage {
  readonly names: readonly string[];
  /** The place after which the next page begins; `undefined` on the last. */
  readonly next: string | undefined;
}

/** How many posts of a conversation can be read. */
export async function countConversation(db: Db, of: Conversation): Promise<number> {
  const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(posts).where(readable(of));
  return row?.count ?? 0;
}

/** One page of a conversation. */
export async function listConversation(
  db: Db,
  of: Conversation,
  { after, limit }: { readonly after?: Cursor | undefined; readonly limit: number },
): Promise<ConversationPage> {
  const place = after && sql`(${after.at.toISOString()}::timestamptz, ${after.id}::uuid)`;
  const rows = await db
    .select({ id: posts.id, name: fediverseName, writtenAt: posts.writtenAt })
    .from(posts)
    .where(and(readable(of), place && sql`(${posts.writtenAt}, ${posts.id}) > ${place}`))
    .orderBy(asc(posts.writtenAt), asc(posts.id))
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? writeCursor({ at: last.writtenAt, id: last.id }) : undefined;
  return { names: shown.map(({ name }) => name), next };
}

/** The community of a post that everybody can read; `undefined` for all others, as if they did not exist. */
export async function findCommunityOfPost(db: Db, id: PostId): Promise<CommunityId | undefined> {
  const [row] = await db
    .select({ communityId: posts.communityId })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(and(eq(posts.id, id), eq(posts.state, "published"), eq(communities.visibility, "public")));
  return row?.communityId;
}

/** What came by mail has a name that nobody can fetch, and that may tell an address; but it has one of ours beside it. */
const iriOfMail = sql`(select name from post_name where post_id = ${posts.id} and kind = 'iri' and name like 'http%' order by name limit 1)`;
const fediverseName = sql<string>`case when ${posts.channel} = 'mail' then ${iriOfMail} else ${posts.sourceId} end`;

function readable(of: Conversation) {
  const conversation = "threadId" in of ? eq(posts.threadId, of.threadId) : eq(posts.parentId, of.parentId);
  return and(conversation, eq(posts.state, "published"), sql`${fediverseName} is not null`);
}
