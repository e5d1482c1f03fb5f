import { and, desc, eq, isNull, lte, or, sql } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import type { AuthorId, CommunityId, PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";

/** What one run of reading a conversation left undone, since it had asked for enough. */
export interface Rest {
  /** Posts that were named and not looked at yet. */
  readonly posts: readonly RestItem[];
  /** Posts whose answers were not all read. */
  readonly answers: readonly RestItem[];
}

export interface RestItem {
  readonly name: string;
  /** How far it is below where the reading began. */
  readonly depth: number;
}

/** One run: of a conversation from its beginning, or of what the run before it left. */
export interface ConversationRun {
  readonly threadId: ThreadId;
  readonly rest?: Rest;
  /** How many runs went before it. */
  readonly before?: number;
}

/** Reads what else is said in a thread, at the homes of its posts. Nothing is lost when it fails: the next post of the thread asks again. */
export const readConversationJob: JobKind<ConversationRun> = { name: "read-conversation", retries: 3 };

/**
 * Sees to it that the rest of these conversations is read: now, or when the pause since the last time is over. A thread for which that is
 * planned already is left alone.
 */
export async function readLater(app: App, tx: Tx, threadIds: readonly ThreadId[], now: Date): Promise<void> {
  if (threadIds.length === 0) return;
  const again = sql`${threads.readElsewhereAt} + ${`${limits.conversationPause} milliseconds`}::interval`;
  const due = await tx
    .update(threads)
    .set({ readElsewhereAt: sql`greatest(${now.toISOString()}::timestamptz, ${again})` })
    .where(
      and(
        anyOf(threads.id, threadIds),
        or(isNull(threads.readElsewhereAt), lte(threads.readElsewhereAt, now)),
        isNull(threads.lockedAt),
        isNull(threads.mergedInto),
      ),
    )
    .returning({ threadId: threads.id, at: threads.readElsewhereAt });
  for (const { threadId, at } of due)
    await app.jobs.enqueue(tx, readConversationJob, [{ threadId }], { startAfter: at ?? now });
}

/**
 * Goes on with what a run left, when the pause is over, and as often as `limits.conversationRuns` says. Until then the thread is read anew
 * for no other post.
 *
 * @returns whether there will be another run
 */
export async function readRestLater(app: App, { threadId, before = 0 }: ConversationRun, rest: Rest): Promise<boolean> {
  const runsLeft = limits.conversationRuns - before - 1;
  const items = rest.posts.length + rest.answers.length;
  if (runsLeft <= 0 || items === 0) return false;
  // More than can be asked for is not kept.
  const most = runsLeft * limits.conversationRequests;
  const posts = rest.posts.slice(0, most);
  const answers = rest.answers.slice(0, most - posts.length);
  const startAfter = new Date(app.now().getTime() + limits.conversationPause);
  await app.db.transaction(async (tx) => {
    await tx.update(threads).set({ readElsewhereAt: startAfter }).where(eq(threads.id, threadId));
    const next = { threadId, rest: { posts, answers }, before: before + 1 };
    await app.jobs.enqueue(tx, readConversationJob, [next], { startAfter });
  });
  return true;
}

/** Sees to it that the rest of the conversation is read in which a post stands by now. */
export async function readConversationOf(app: App, postId: PostId): Promise<void> {
  await app.db.transaction(async (tx) => {
    const [post] = await tx.select({ threadId: posts.threadId }).from(posts).where(eq(posts.id, postId));
    if (post) await readLater(app, tx, [post.threadId], app.now());
  });
}

/** A thread as somebody needs it who looks for the rest of it elsewhere. */
export interface KnownConversation {
  readonly threadId: ThreadId;
  readonly communityId: CommunityId;
  /** The names of its posts from elsewhere, where the search can begin: the first of the thread, then the newest. */
  readonly starts: readonly { readonly name: string; readonly isFirst: boolean }[];
  /** Its posts that were found elsewhere and that nobody sent here, the newest first. */
  readonly found: readonly FoundPost[];
}

/** A post that was found elsewhere. */
export interface FoundPost {
  readonly name: string;
  readonly authorId: AuthorId;
  /** The author's actor. */
  readonly actorIri: string;
}

/** `undefined` for a thread of which nothing can be read, or to which nothing can be added. */
export async function findConversation(db: Db, id: ThreadId): Promise<KnownConversation | undefined> {
  const [asked] = await db
    .select({ threadId: sql<ThreadId>`coalesce(${threads.mergedInto}, ${threads.id})` })
    .from(threads)
    .where(eq(threads.id, id));
  if (!asked) return undefined;
  const rows = await db
    .select({ id: posts.id, threadId: threads.id, communityId: threads.communityId, sourceId: posts.sourceId })
    .from(posts)
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .where(
      and(
        eq(posts.threadId, asked.threadId),
        eq(posts.state, "published"),
        eq(posts.channel, "activitypub"),
        isNull(threads.lockedAt),
      ),
    )
    .orderBy(sql`(${posts.id}::text = ${posts.threadId}::text) desc`, desc(posts.writtenAt), desc(posts.id))
    .limit(limits.conversationStarts);
  const [first] = rows;
  if (!first) return undefined;
  const { threadId, communityId } = first;
  return {
    threadId,
    communityId,
    starts: rows.map(({ id, sourceId }) => ({ name: sourceId, isFirst: String(id) === threadId })),
    found: await listFound(db, threadId),
  };
}

async function listFound(db: Db, threadId: ThreadId): Promise<readonly FoundPost[]> {
  return await db
    .select({ name: posts.sourceId, authorId: posts.authorId, actorIri: remoteActors.iri })
    .from(posts)
    .innerJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .where(and(eq(posts.threadId, threadId), eq(posts.state, "published"), eq(posts.quiet, true)))
    .orderBy(desc(posts.writtenAt), desc(posts.id))
    .limit(limits.foundLookedAt);
}
