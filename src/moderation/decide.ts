import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { giveNotices } from "../community/give-notice.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { communities, memberRoles, members } from "../db/schema/community.ts";
import { decisions, posts } from "../db/schema/post.ts";
import { auditEntries } from "../db/schema/server.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { publishPosts, touchThreads } from "../post/publish-posts.ts";

/** What a moderator decides about a post. */
export interface Decision {
  readonly postId: PostId;
  /** Null: whoever has the command line. */
  readonly moderatorId: AuthorId | null;
  readonly action: "approve" | "reject" | "remove" | "restore";
  /** For the author of the post, and for the record. */
  readonly reason: string;
}

type Post = typeof posts.$inferSelect;
type Action = Decision["action"];

/** From which state a decision can be taken. */
const from: { readonly [A in Action]: Post["state"] } = {
  approve: "held",
  reject: "held",
  remove: "published",
  restore: "removed",
};

/**
 * Decides about a post, writes down who did and why, and tells the world.
 *
 * Of two moderators who decide at once the second is refused: the post is no longer in the state that they saw.
 *
 * @throws {DomainError} `not-found`, `not-allowed` for somebody who does not moderate, `conflict` when the post is in another state.
 */
export async function decide(app: App, decision: Decision): Promise<void> {
  if (decision.reason.length > limits.reasonLength)
    throw new DomainError("invalid", `a reason has at most ${limits.reasonLength} characters`);
  await app.db.transaction(async (tx) => {
    const now = app.now();
    const post = await lockPost(tx, decision.postId);
    if (decision.moderatorId) await requireModerator(tx, post, decision.moderatorId);
    requireState(post, decision.action);
    const decisionId = await record(tx, post, decision, now);
    await effects[decision.action](app, tx, { post, decisionId, reason: decision.reason, now });
  });
}

/** The community is locked before the post, as everywhere, so that nobody waits for each other. */
async function lockPost(tx: Tx, postId: PostId): Promise<Post> {
  const [place] = await tx.select({ id: posts.communityId }).from(posts).where(eq(posts.id, postId));
  if (!place) throw new DomainError("not-found", `there is no post ${postId}`);
  await tx.select({ id: communities.id }).from(communities).where(eq(communities.id, place.id)).for("no key update");
  const [post] = await tx.select().from(posts).where(eq(posts.id, postId)).for("update");
  return post!;
}

async function requireModerator(tx: Tx, { communityId }: Post, moderatorId: AuthorId): Promise<void> {
  const [role] = await tx
    .select({ role: memberRoles.role })
    .from(memberRoles)
    .innerJoin(
      members,
      and(eq(members.communityId, memberRoles.communityId), eq(members.authorId, memberRoles.authorId)),
    )
    .where(
      and(eq(memberRoles.communityId, communityId), eq(memberRoles.authorId, moderatorId), eq(members.state, "active")),
    );
  if (!role) throw new DomainError("not-allowed", "only a moderator of the community may decide this");
}

function requireState(post: Post, action: Action): void {
  if (post.state === from[action]) return;
  throw new DomainError(
    "conflict",
    `the post is ${post.state}: only one that is ${from[action]} can be ${past[action]}`,
  );
}

const past: { readonly [A in Action]: string } = {
  approve: "approved",
  reject: "rejected",
  remove: "removed",
  restore: "restored",
};

async function record(tx: Tx, { communityId }: Post, decision: Decision, at: Date): Promise<number> {
  const [row] = await tx
    .insert(decisions)
    .values({ ...decision, communityId, at })
    .returning({ id: decisions.id });
  await tx.insert(auditEntries).values({
    actor: decision.moderatorId ?? "command-line",
    action: `post-${past[decision.action]}`,
    subject: decision.postId,
    detail: { communityId, reason: decision.reason },
    at,
  });
  return row!.id;
}

interface Effect {
  readonly post: Post;
  readonly decisionId: number;
  readonly reason: string;
  readonly now: Date;
}

const effects: { readonly [A in Action]: (app: App, tx: Tx, effect: Effect) => Promise<void> } = {
  async approve(app, tx, { post, now }) {
    await requireReadableParent(tx, post);
    await publishPosts(app, tx, [post.id], now);
  },

  async reject(app, tx, { post, reason }) {
    await tx.update(posts).set({ state: "rejected", reason }).where(eq(posts.id, post.id));
    const { communityId, authorId, sourceId } = post;
    await giveNotices(app, tx, [{ communityId, authorId, kind: "refused", cause: sourceId, reason }]);
  },

  async remove(app, tx, { post, reason, now }) {
    await tx.update(posts).set({ state: "removed", reason, goneAt: now }).where(eq(posts.id, post.id));
    await touchThreads(tx, [post.threadId]);
    await dispatch(app, tx, [{ kind: "post-removed", postId: post.id }]);
  },

  async restore(app, tx, { post, decisionId }) {
    await tx.update(posts).set({ state: "published", reason: null, goneAt: null }).where(eq(posts.id, post.id));
    await touchThreads(tx, [post.threadId]);
    await dispatch(app, tx, [{ kind: "post-restored", postId: post.id, decisionId }]);
  },
};

/** An answer to what nobody can read would stand alone. A parent that has not come at all is not waited for. */
async function requireReadableParent(tx: Tx, { parentId }: Post): Promise<void> {
  if (!parentId) return;
  const [parent] = await tx.select({ state: posts.state }).from(posts).where(eq(posts.id, parentId));
  if (!parent || !["held", "waiting", "rejected"].includes(parent.state)) return;
  throw new DomainError(
    "conflict",
    `the post that it answers, ${parentId}, is ${parent.state}: decide about that first`,
  );
}
