import { expect, test } from "vitest";
import type { PostId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import type { PostView } from "../src/post/list-thread-posts.ts";
import { byDate, inReadingOrder, type NestedPost, nestPosts } from "./nest.ts";

function post(id: string, parentId?: string, state: "published" | "deleted" = "published"): PostView {
  const place = {
    id: id as PostId,
    parentId: parentId as PostId | undefined,
    isReply: parentId !== undefined,
    writtenAt: new Date(0),
  };
  if (state === "deleted") return { ...place, state };
  const author = { name: id, host: "remote.example", address: `${id}@remote.example`, indexable: true };
  const nothing = { role: undefined, title: undefined, warning: undefined, language: undefined };
  const more = {
    attachments: [],
    quotes: [],
    editedAt: undefined,
    homeUrl: undefined,
    reactions: undefined,
    poll: undefined,
    foldedHtml: undefined,
  };
  return {
    ...place,
    state,
    author,
    channel: "activitypub",
    html: "",
    sensitive: false,
    announcement: false,
    ...nothing,
    ...more,
  };
}

/** Each post with its depth, in the order in which they are read. */
function outline(nested: readonly NestedPost[]): string {
  return inReadingOrder(nested)
    .map(({ post, depth }) => `${post.id}${depth}`)
    .join(" ");
}

test("the first post stands beside its direct replies, and the others below what they answer", () => {
  const nested = nestPosts([post("a"), post("b", "a"), post("c", "b"), post("d", "a"), post("e", "c")], "a");

  expect(outline(nested)).toBe("a0 b0 c1 e2 d0");
  expect(nested.map(({ below }) => below)).toEqual([0, 2, 0]);
});

test("what is gone keeps its place while a reply to it can be read, and only then", () => {
  const posts = [post("a", undefined, "deleted"), post("b", "a", "deleted"), post("c", "b"), post("d", "a", "deleted")];

  expect(outline(nestPosts(posts, "a"))).toBe("a0 b0 c1");
  expect(outline(byDate(posts))).toBe("c0");
});

test("a reply to what is not here stands by itself", () => {
  expect(outline(nestPosts([post("a"), post("b", "elsewhere")], "a"))).toBe("a0 b0");
});

test("a thousand replies, each to the one before, are all shown and never nested deeper than the limit", () => {
  const posts = Array.from({ length: 1_000 }, (_, index) =>
    post(`p${index}.`, index === 0 ? undefined : `p${index - 1}.`),
  );
  const sequence = inReadingOrder(nestPosts(posts, "p0."));

  expect(sequence.map(({ post }) => post.id)).toEqual(posts.map(({ id }) => id));
  expect(Math.max(...sequence.map(({ depth }) => depth))).toBe(limits.replyDepth);
});
