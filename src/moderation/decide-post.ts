import { eq } from "drizzle-orm";
import { touchCommunities } from "../community/touch-communities.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, PostId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { members } from "../db/schema/community.ts";
import { posts } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { lockPages } from "../post/lock-pages.ts";
import { publishPosts, touchThreads } from "../post/publish-posts.ts";
import { listArrivals } from "../post/rewrite-post.ts";
import { touchQuoting } from "../post/touch-quoting.ts";
import { ban } from "./ban.ts";
import type { PostDecision } from "./decision.ts";
import { type Ground, toldReason } from "./ground.ts";
import { recordDecision } from "./record-decision.ts";
import { takeAway } from "./remove-posts.ts";
import { tellMet } from "./tell-met.ts";

type Post = typeof posts.$inferSelect;
type Action = PostDecision["action"];

/** From which states a decision can be taken. */
const from: { readonly [A in Action]: readonly Post["state"][] } = {
  approve: ["held"],
  trust: ["held"],
  reject: ["held"],
  spam: ["held", "published"],
  remove: ["published"],
  restore: ["removed"],
};

const past: { readonly [A in Action]: string } = {
  approve: "approved",
  trust: "approved",
  reject: "rejected",
  spam: "taken for spam",
  remove: "removed",
  restore: "restored",
};

/** See `decide`. */
export async function decideAboutPost(ground: Ground, decision: PostDecision): Promise<void> {
  const { tx } = ground;
  const [post] = await tx.select().from(posts).where(eq(posts.id, decision.postId)).for("update");
  requireState(post!, decision);
  await requireRead(tx, post!, decision);
  const decisionId = await recordDecision(ground, decision);
  await effects[decision.action](ground, { post: post!, decisionId, decision });
}

function requireState({ state }: Post, { action, undoes }: PostDecision): void {
  if (from[action].includes(state)) return;
  // Only who takes the refusal back brings a refused post out; whoever decides meanwhile comes too late.
  if (action === "approve" && state === "rejected" && undoes !== undefined) return;
  throw new DomainError(
    "conflict",
    `the post is ${state}: only one that is ${from[action].join(" or ")} can be ${past[action]}`,
  );
}

/** @throws {DomainError} `conflict` when the author of a post that waits changed it since the moderator read it */
async function requireRead(tx: Tx, { id, state }: Post, { readAt }: PostDecision): Promise<void> {
  if (state !== "held" || readAt === undefined) return;
  const cameAt = (await listArrivals(tx, [id])).get(id);
  if (cameAt && cameAt > readAt) throw new DomainError("conflict", "its author changed the post: read it once more");
}

interface Effect {
  readonly post: Post;
  readonly decisionId: number;
  readonly decision: PostDecision;
}

const effects: { readonly [A in Action]: (ground: Ground, effect: Effect) => Promise<void> } = {
  async approve({ app, tx, now }, { post }) {
    await requireReadableParent(tx, post);
    await lockPages(tx, eq(posts.id, post.id));
    // Who was refused may have been right.
    if (post.state === "rejected") await tx.update(posts).set({ state: "held" }).where(eq(posts.id, post.id));
    await publishPosts(app, tx, [post.id], now);
  },

  async trust(ground, effect) {
    await effects.approve(ground, effect);
    await trust(ground, effect.post.authorId);
  },

  async reject(ground, { post, decisionId, decision: { reason } }) {
    const { tx, rule } = ground;
    const told = toldReason(rule, reason);
    await tx.update(posts).set({ state: "rejected", reason: told }).where(eq(posts.id, post.id));
    await tellMet(ground, { authorId: post.authorId, kind: "refused", decisionId, reason, post });
  },

  /** Whoever sends spam is told nothing, and does not come back. */
  async spam(ground, { post, decisionId, decision: { moderatorId, reason } }) {
    const { tx, communityId } = ground;
    if (post.state === "held") await tx.update(posts).set({ state: "rejected", reason }).where(eq(posts.id, post.id));
    else await takeAway(ground, post, { decisionId, moderatorId, reason });
    await ban(ground, { action: "ban", communityId, authorId: post.authorId, moderatorId, reason }, true);
  },

  async remove(ground, { post, decisionId, decision: { moderatorId, reason } }) {
    await takeAway(ground, post, { decisionId, moderatorId, reason });
    await tellMet(ground, { authorId: post.authorId, kind: "removed", decisionId, reason, post });
  },

  async restore(ground, { post, decisionId, decision: { reason } }) {
    const { app, tx } = ground;
    await lockPages(tx, eq(posts.id, post.id));
    await tx.update(posts).set({ state: "published", reason: null, goneAt: null }).where(eq(posts.id, post.id));
    await touchThreads(tx, [post.threadId]);
    await touchQuoting(tx, [post.id]);
    await dispatch(app, tx, [{ kind: "post-restored", postId: post.id, decisionId }]);
    await tellMet(ground, { authorId: post.authorId, kind: "restored", decisionId, reason, post });
  },
};

/** Nothing that this author says is held any more. */
async function trust({ tx, communityId, now }: Ground, authorId: AuthorId): Promise<void> {
  await tx
    .insert(members)
    .values({ communityId, authorId, state: "left", trusted: true, updatedAt: now })
    .onConflictDoUpdate({ target: [members.communityId, members.authorId], set: { trusted: true, updatedAt: now } });
  await touchCommunities(tx, [communityId]);
}

/** An answer to what nobody can read would stand alone. A parent that has not come at all is not waited for. */
async function requireReadableParent(tx: Tx, { parentId }: { parentId: PostId | null }): Promise<void> {
  if (!parentId) return;
  const [parent] = await tx.select({ state: posts.state }).from(posts).where(eq(posts.id, parentId));
  if (!parent || !["held", "waiting", "rejected"].includes(parent.state)) return;
  throw new DomainError(
    "conflict",
    `the post that it answers, ${parentId}, is ${parent.state}: decide about that first`,
  );
}
