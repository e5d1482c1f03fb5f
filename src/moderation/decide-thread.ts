import { and, eq, isNotNull, sql } from "drizzle-orm";
import { DomainError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { posts, threads } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { touchThreads } from "../post/publish-posts.ts";
import type { ThreadDecision } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { recordDecision } from "./record-decision.ts";

type Thread = typeof threads.$inferSelect;

/** See `decide`. */
export async function decideAboutThread(ground: Ground, decision: ThreadDecision): Promise<void> {
  const { app, tx, now } = ground;
  const [thread] = await tx.select().from(threads).where(eq(threads.id, decision.threadId)).for("update");
  requireState(thread!, decision.action);
  if (decision.action === "pin") await requireRoomForPin(ground, decision);
  const decisionId = await recordDecision(ground, decision);
  await tx.update(threads).set(changes[decision.action](now)).where(eq(threads.id, decision.threadId));
  await touchThreads(tx, [decision.threadId]);
  await dispatch(app, tx, [{ kind: "decided", decisionId }]);
}

const changes: { readonly [A in ThreadDecision["action"]]: (now: Date) => Partial<Thread> } = {
  lock: (lockedAt) => ({ lockedAt }),
  unlock: () => ({ lockedAt: null }),
  pin: (pinnedAt) => ({ pinnedAt }),
  unpin: () => ({ pinnedAt: null }),
};

function requireState({ lockedAt, pinnedAt, mergedInto }: Thread, action: ThreadDecision["action"]): void {
  const refuse = (state: string): never => {
    throw new DomainError("conflict", `the thread is ${state}`);
  };
  if (mergedInto !== null) refuse(`part of ${mergedInto} now`);
  if (action === "lock" && lockedAt) refuse("locked already");
  if (action === "unlock" && !lockedAt) refuse("not locked");
  if (action === "pin" && pinnedAt) refuse("pinned already");
  if (action === "unpin" && !pinnedAt) refuse("not pinned");
}

/** Only what can be read is pinned, and only so much of it: the pinned threads are told whole to whoever asks for them. */
async function requireRoomForPin({ tx, communityId }: Ground, { threadId }: ThreadDecision): Promise<void> {
  const pinned = await tx.$count(threads, and(eq(threads.communityId, communityId), isNotNull(threads.pinnedAt)));
  if (pinned >= limits.pinnedThreads)
    throw new DomainError("conflict", `${limits.pinnedThreads} threads are pinned already: unpin one first`);
  const [first] = await tx
    .select({ state: posts.state })
    .from(posts)
    .where(eq(posts.id, sql`${threadId}::uuid`));
  if (first?.state !== "published")
    throw new DomainError("conflict", "the post that opened the thread cannot be read, so it cannot be pinned");
}
