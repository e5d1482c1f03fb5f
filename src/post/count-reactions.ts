import { eq, sql } from "drizzle-orm";
import type { PostId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { prepared } from "../db/prepared.ts";
import { posts } from "../db/schema/post.ts";
import { reactions } from "../db/schema/reaction.ts";

/** How often a post was reacted to. */
export interface ReactionCount {
  readonly likes: number;
  readonly dislikes: number;
  readonly emoji: number;
  readonly boosts: number;
}

const none: ReactionCount = { likes: 0, dislikes: 0, emoji: 0, boosts: 0 };
const memberOf = { like: "likes", dislike: "dislikes", emoji: "emoji", boost: "boosts" } as const;

const ofThread = prepared((db) =>
  selectCounts(db)
    .where(eq(posts.threadId, sql.placeholder("threadId")))
    .prepare("thread_reactions"),
);

/** The counts of those posts of a thread that have any. */
export async function countReactionsInThread(db: Db, threadId: ThreadId): Promise<ReadonlyMap<PostId, ReactionCount>> {
  return toCounts(await ofThread(db).execute({ threadId }));
}

/** The counts of one post. */
export async function countReactions(db: Db, postId: PostId): Promise<ReactionCount> {
  return toCounts(await selectCounts(db).where(eq(posts.id, postId))).get(postId) ?? none;
}

function selectCounts(db: Db) {
  return db
    .select({ postId: reactions.postId, kind: reactions.kind, count: sql<number>`count(*)::int` })
    .from(reactions)
    .innerJoin(posts, eq(posts.id, reactions.postId))
    .groupBy(reactions.postId, reactions.kind)
    .$dynamic();
}

function toCounts(rows: Awaited<ReturnType<typeof selectCounts>>): ReadonlyMap<PostId, ReactionCount> {
  const counts = new Map<PostId, ReactionCount>();
  for (const { postId, kind, count } of rows)
    counts.set(postId, { ...(counts.get(postId) ?? none), [memberOf[kind]]: count });
  return counts;
}
