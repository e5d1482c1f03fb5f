import { limits } from "../src/core/limits.ts";
import type { PostView } from "../src/post/list-thread-posts.ts";

/** A post among the replies to it. */
export interface NestedPost {
  readonly post: PostView;
  /** 0 for what opens the thread and what answers that. */
  readonly depth: number;
  /** What it answers, if that is here. */
  readonly parent: PostView | undefined;
  readonly replies: readonly NestedPost[];
  /** How many posts are below it, at any depth. */
  readonly below: number;
}

/**
 * Puts the posts of a thread under those that they answer.
 *
 * The first post stands beside its direct replies. What its author deleted stays only while something is below it; what moderators removed
 * keeps its place, where their reason can be read. Beyond
 * `limits.replyDepth` replies are not nested further: they follow what they answer.
 */
export function nestPosts(posts: readonly PostView[], rootId: string): readonly NestedPost[] {
  const byId = new Map<string, PostView>(posts.map((post) => [post.id, post]));
  const parentOf = ({ id, parentId }: PostView) =>
    id === rootId || parentId === undefined ? undefined : byId.get(parentId);
  const replies = Map.groupBy(posts, (post) => parentOf(post)?.id);

  const nest = (post: PostView, depth: number): readonly NestedPost[] => {
    const isRoot = post.id === rootId;
    const below = (replies.get(post.id) ?? []).flatMap((reply) =>
      nest(reply, isRoot ? 0 : Math.min(depth + 1, limits.replyDepth)),
    );
    if (post.state === "deleted" && below.length === 0) return [];
    const beside = isRoot || depth >= limits.replyDepth;
    const nested = {
      post,
      depth,
      parent: parentOf(post),
      replies: beside ? [] : below,
      below: beside ? 0 : below.reduce((sum, reply) => sum + 1 + reply.below, 0),
    };
    return beside ? [nested, ...below] : [nested];
  };
  return (replies.get(undefined) ?? []).flatMap((post) => nest(post, 0));
}

/** The same posts in the order in which they are read, one after the other. */
export function inReadingOrder(nested: readonly NestedPost[]): readonly NestedPost[] {
  return nested.flatMap((one) => [one, ...inReadingOrder(one.replies)]);
}

/** Posts in the order in which they were written, none below another; without those that their authors deleted. */
export function byDate(posts: readonly PostView[]): readonly NestedPost[] {
  const byId = new Map<string, PostView>(posts.map((post) => [post.id, post]));
  return posts
    .filter(({ state }) => state !== "deleted")
    .map((post) => ({
      post,
      depth: 0,
      parent: post.parentId === undefined ? undefined : byId.get(post.parentId),
      replies: [],
      below: 0,
    }));
}
