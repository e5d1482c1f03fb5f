import { and, eq, gte, inArray } from "drizzle-orm";
import type { AuthorId } from "../core/ids.ts";
import { anyOf, insertMany } from "../db/many.ts";
import { decisions } from "../db/schema/moderation.ts";
import { posts } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { dropHeldEdits } from "../post/held-edits.ts";
import { lockPages } from "../post/lock-pages.ts";
import { touchThreads } from "../post/publish-posts.ts";
import { touchQuoting } from "../post/touch-quoting.ts";
import { closeCases } from "./close-cases.ts";
import { type Ground, toldReason } from "./ground.ts";

type Post = typeof posts.$inferSelect;

/** Who removes, and why. */
interface Removal {
  readonly moderatorId: AuthorId | null;
  readonly reason: string;
}

/** Takes a post away; its words stay where they are, so that it can be restored. */
export async function takeAway(
  ground: Ground,
  { id, threadId }: Pick<Post, "id" | "threadId">,
  { decisionId, moderatorId, reason }: Removal & { readonly decisionId: number },
): Promise<void> {
  const { app, tx, now, rule } = ground;
  await lockPages(tx, eq(posts.id, id));
  await tx
    .update(posts)
    .set({ state: "removed", reason: toldReason(rule, reason), goneAt: now })
    .where(eq(posts.id, id));
  await touchThreads(tx, [threadId]);
  await touchQuoting(tx, [id]);
  await dropHeldEdits(tx, [id]);
  await closeCases(ground, [id], moderatorId);
  await dispatch(app, tx, [{ kind: "post-removed", postId: id, decisionId }]);
}

/**
 * Removes all that somebody said in the community. Every removal is a decision of its own, and can be undone by itself. What nobody has
 * read yet is refused. Their pages are locked.
 */
export async function removePostsOf(
  ground: Ground,
  authorId: AuthorId,
  { moderatorId, reason }: Removal,
): Promise<void> {
  const { app, tx, communityId, now, rule } = ground;
  const told = toldReason(rule, reason);
  const cited = { ruleNumber: rule?.number ?? null, rule: rule?.words ?? null };
  const theirs = and(eq(posts.communityId, communityId), eq(posts.authorId, authorId));
  await tx
    .update(posts)
    .set({ state: "rejected", reason: told })
    .where(and(theirs, inArray(posts.state, ["held", "waiting"])));
  const gone = await tx
    .update(posts)
    .set({ state: "removed", reason: told, goneAt: now })
    .where(and(theirs, eq(posts.state, "published")))
    .returning({ postId: posts.id, threadId: posts.threadId });
  const postIds = gone.map(({ postId }) => postId);
  const rows = postIds.map(
    (postId) => ({ communityId, postId, moderatorId, action: "remove", reason, ...cited, at: now }) as const,
  );
  const added = await insertMany(tx, decisions, rows, {}, decisions.id);
  if (added.length === 0) return;
  const removals = await tx
    .select({ decisionId: decisions.id, postId: decisions.postId })
    .from(decisions)
    .where(and(anyOf(decisions.postId, postIds), gte(decisions.id, Math.min(...added.map(Number)))))
    .orderBy(decisions.id);
  await touchThreads(
    tx,
    gone.map(({ threadId }) => threadId),
  );
  await touchQuoting(tx, postIds);
  await dropHeldEdits(tx, postIds);
  await closeCases(ground, postIds, moderatorId);
  const events = removals.flatMap(({ postId, decisionId }) =>
    postId ? [{ kind: "post-removed", postId, decisionId } as const] : [],
  );
  await dispatch(app, tx, events);
}
