import { eq, sql } from "drizzle-orm";
import type { PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { prepared } from "../db/prepared.ts";
import { posts } from "../db/schema/post.ts";
import { reactions } from "../db/schema/reaction.ts";

/** How often a post was reacted to. */
export interface ReactionCount {
  readonly likes: number;
  readonly dislikes: number;
  readonly emoji: number;
  /** Which, as far as they are characters: the most frequent first, a few at most. */
  readonly emojis: readonly string[];
  readonly boosts: number;
}

const none: ReactionCount = { likes: 0, dislikes: 0, emoji: 0, emojis: [], boosts: 0 };
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
    .select({
      postId: reactions.postId,
      kind: reactions.kind,
      emoji: reactions.emoji,
      count: sql<number>`count(*)::int`,
    })
    .from(reactions)
    .innerJoin(posts, eq(posts.id, reactions.postId))
    .groupBy(reactions.postId, reactions.kind, reactions.emoji)
    .orderBy(sql`count(*) desc`, reactions.emoji)
    .$dynamic();
}

function toCounts(rows: Awaited<ReturnType<typeof selectCounts>>): ReadonlyMap<PostId, ReactionCount> {
  const counts = new Map<PostId, ReactionCount>();
  for (const { postId, kind, emoji, count } of rows) {
    const known = counts.get(postId) ?? none;
    const total = known[memberOf[kind]] + count;
    const emojis = emoji === "" ? known.emojis : [...known.emojis, emoji].slice(0, limits.emojisShown);
    counts.set(postId, { ...known, [memberOf[kind]]: total, emojis });
  }
  return counts;
}
