import { eq, sql } from "drizzle-orm";
import { DomainError } from "../core/errors.ts";
import type { PostId, ThreadId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { posts, threads } from "../db/schema/post.ts";
import { titleOf } from "../post/plan-submissions.ts";
import { touchThreads } from "../post/publish-posts.ts";
import type { PlaceDecision } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { recordDecision } from "./record-decision.ts";
import { tellPlaced } from "./tell-placed.ts";

type Post = typeof posts.$inferSelect;

/**
 * See `decide`. How a community orders what was said is nobody else's business, so only those are told whose words stand in another thread
 * now; the addresses of threads that became part of others lead there.
 */
export async function decideAboutPlace(ground: Ground, decision: PlaceDecision): Promise<void> {
  const { tx } = ground;
  const [post] = await tx.select().from(posts).where(eq(posts.id, decision.postId)).for("update");
  if (post!.state !== "published")
    throw new DomainError("conflict", `the post is ${post!.state}: only one that can be read gets another place`);
  const below = await listBelow(tx, post!.id);
  const parent = decision.parentId === null ? undefined : await readParent(ground, decision.parentId, below);
  const from = post!.threadId;
  const to = parent?.threadId ?? (post!.id as string as ThreadId);
  if (post!.parentId === decision.parentId && from === to)
    throw new DomainError("conflict", parent ? "it stands there already" : "it is a thread of its own already");
  const decisionId = await recordDecision(ground, decision, { parentId: post!.parentId });
  await tx.update(posts).set({ parentId: decision.parentId }).where(eq(posts.id, post!.id));
  if (!parent) await openThread(ground, post!, from);
  if (from !== to) await carry(tx, { below, from, to, wasThread: String(from) === String(post!.id) });
  await touchThreads(tx, [from, to]);
  if (from !== to) await tellPlaced(ground, { kind: "placed", decisionId, decision, among: anyOf(posts.id, below) });
}

/** A post and all that answers it, however far down. */
async function listBelow(tx: Tx, id: PostId): Promise<ReadonlySet<string>> {
  const rows = await tx.execute<{ id: string }>(sql`
    with recursive below as (
      select id from post where id = ${id}
      union select post.id from post join below on post.parent_id = below.id)
    select id from below`);
  return new Set(rows.map((row) => row.id));
}

/** @throws {DomainError} `not-found`, `invalid` for what stands below it, or elsewhere */
async function readParent(
  { tx, communityId }: Ground,
  id: PostId,
  below: ReadonlySet<string>,
): Promise<Pick<Post, "threadId">> {
  const [parent] = await tx.select().from(posts).where(eq(posts.id, id)).for("update");
  if (parent?.communityId !== communityId || parent.state !== "published")
    throw new DomainError("not-found", "there is no such post in the community that could be answered");
  if (below.has(parent.id)) throw new DomainError("invalid", "a post cannot stand below itself");
  return parent;
}

/** A thread of its own; or again, if it was one before. */
async function openThread({ tx, communityId, now }: Ground, post: Post, from: ThreadId): Promise<void> {
  const [former] = await tx.select().from(threads).where(eq(threads.id, from)).for("update");
  const id = post.id as string as ThreadId;
  const words = { title: post.title ?? undefined, html: post.html, warning: post.warning ?? undefined };
  await tx
    .insert(threads)
    .values({
      id,
      communityId,
      title: titleOf(words),
      language: post.language,
      topicId: former?.topicId ?? null,
      createdAt: now,
    })
    .onConflictDoUpdate({ target: threads.id, set: { mergedInto: null } });
}

interface Carrying {
  readonly below: ReadonlySet<string>;
  readonly from: ThreadId;
  readonly to: ThreadId;
  /** The post opened the thread that it leaves: nothing of that stays. */
  readonly wasThread: boolean;
}

/** Posts come into another thread, and the old addresses of what was a thread among them lead there too. */
async function carry(tx: Tx, { below, from, to, wasThread }: Carrying): Promise<void> {
  await tx.update(posts).set({ threadId: to }).where(anyOf(posts.id, below));
  await tx
    .update(threads)
    .set({ mergedInto: to })
    .where(sql`${threads.mergedInto} = ${from} and ${anyOf(threads.id, below)} and ${threads.id} <> ${to}`);
  if (!wasThread) return;
  await tx
    .update(threads)
    .set({ mergedInto: to, lastPostAt: null, pinnedAt: null, version: sql`${threads.version} + 1` })
    .where(eq(threads.id, from));
}
