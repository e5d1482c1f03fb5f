import type { PostId, ThreadId } from "../core/ids.ts";
import type { MailedPost } from "../post/list-mailed-posts.ts";

/** A post with its place in the digest, from 1 on: answers name it by that. */
export interface DigestPost {
  readonly place: number;
  readonly post: MailedPost;
}

export interface DigestThread {
  readonly id: ThreadId;
  readonly title: string;
  /** Whether it was begun since the last digest. */
  readonly begun: boolean;
  /** The oldest first. */
  readonly posts: readonly DigestPost[];
}

export interface DigestTopic {
  /** `undefined`: under none. */
  readonly name: string | undefined;
  readonly threads: readonly DigestThread[];
}

/** Posts by topic and thread: topics in their order, those of none last; threads and posts the oldest first. */
export function groupDigest(postIds: readonly PostId[], posts: readonly MailedPost[]): readonly DigestTopic[] {
  const byId = new Map(posts.map((post) => [post.id, post]));
  const placed = postIds.flatMap((id, index): readonly DigestPost[] => {
    const post = byId.get(id);
    return post ? [{ place: index + 1, post }] : [];
  });
  const byTopic = Map.groupBy(placed, ({ post }) => post.topic?.slug);
  return [...byTopic.values()].map((inTopic) => ({
    name: inTopic[0]?.post.topic?.name,
    threads: [...Map.groupBy(inTopic, ({ post }) => post.thread.id).values()].map(toThread).sort(byAge),
  }));
}

function toThread(placed: readonly DigestPost[]): DigestThread {
  const sorted = placed.toSorted((one, other) => one.post.publishedAt.getTime() - other.post.publishedAt.getTime());
  const { thread } = sorted[0]!.post;
  return { ...thread, begun: sorted.some(({ post }) => !post.isReply), posts: sorted };
}

function byAge(one: DigestThread, other: DigestThread): number {
  return one.posts[0]!.post.publishedAt.getTime() - other.posts[0]!.post.publishedAt.getTime();
}
