import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makePost } from "../../test/make.ts";
import { makeSubmission } from "../../test/make-submission.ts";
import { withApp } from "../../test/with-app.ts";
import type { App } from "../app.ts";
import type { CommunityId, ThreadId } from "../core/ids.ts";
import { communities } from "../db/schema/community.ts";
import { threads } from "../db/schema/post.ts";
import { auditEntries } from "../db/schema/server.ts";
import { findThread } from "../post/find-thread.ts";
import { submitPost } from "../post/submit-posts.ts";
import { createTopic, listTopics, removeTopic } from "./topics.ts";

const by = "command-line";
const textiles = { slug: "textiles", name: "Textiles", hashtags: ["#Darning", "visible_mending"] };

/** Says something that opens a thread. @returns the slug of the topic that it came under */
async function begin(app: App, communityId: CommunityId, hashtags: readonly string[], inReplyTo?: string) {
  const authorId = await makeAuthor(app);
  const outcome = await submitPost(app, makeSubmission({ communityId, authorId, hashtags, inReplyTo }));
  const id = "postId" in outcome ? (outcome.postId as string as ThreadId) : undefined;
  return (await findThread(app.db, id!))?.topic?.slug;
}

test("a new thread comes under the topic that the first of its hashtags leads to, however it is written", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    await createTopic(app, { communityId, ...textiles }, by);
    await createTopic(app, { communityId, slug: "off-the-bench", name: "Off the bench", hashtags: ["ＴＥＡ"] }, by);

    expect(await begin(app, communityId, ["wool", "DARNING", "tea"])).toBe("textiles");
    expect(await begin(app, communityId, ["visibleMending"])).toBe("textiles");
    expect(await begin(app, communityId, ["OffTheBench"])).toBe("off-the-bench");
    expect(await begin(app, communityId, ["Tea"])).toBe("off-the-bench");
    expect(await begin(app, communityId, ["wool", ""])).toBeUndefined();
    expect(await begin(app, communityId, [])).toBeUndefined();
  }));

test("hashtags of replies, and those of another community, sort nothing", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const other = await makeCommunity(app, { handle: "dogs" });
    await createTopic(app, { communityId, ...textiles }, by);

    expect(await begin(app, other, ["darning"])).toBeUndefined();
    expect(await begin(app, communityId, ["darning"], "https://remote.example/notes/unknown")).toBeUndefined();
  }));

test("topics are listed in the order in which they were made, with the threads that can be read", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    await createTopic(app, { communityId, ...textiles, name: " Textiles " }, by);
    await createTopic(app, { communityId, slug: "bicycles", name: "Bicycles", hashtags: [] }, by);
    await begin(app, communityId, ["darning"]);
    const hidden = (await makePost(app, communityId, { state: "held" })) as string as ThreadId;
    const [first] = await listTopics(app.db, communityId);
    await app.db.update(threads).set({ topicId: first!.id }).where(eq(threads.id, hidden));

    expect(await listTopics(app.db, communityId)).toMatchObject([
      { slug: "textiles", name: "Textiles", threads: 1, hashtags: ["darning", "textiles", "visiblemending"] },
      { slug: "bicycles", name: "Bicycles", threads: 0, hashtags: ["bicycles"] },
    ]);
  }));

test("a removed topic leaves its threads under none, with a new version of their pages; both are on record", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    await createTopic(app, { communityId, ...textiles }, by);
    await begin(app, communityId, ["darning"]);
    const read = async () => {
      const [thread] = await app.db.select().from(threads).orderBy(threads.id);
      const [community] = await app.db.select().from(communities).orderBy(communities.id);
      return { topicId: thread!.topicId, thread: thread!.version, community: community!.version };
    };
    const before = await read();

    await removeTopic(app, communityId, "textiles", by);

    const after = await read();
    expect(after.topicId).toBeNull();
    expect(after.thread).toBeGreaterThan(before.thread);
    expect(after.community).toBeGreaterThan(before.community);
    const actions = (await app.db.select().from(auditEntries).orderBy(auditEntries.id)).map(({ action, actor }) => [
      action,
      actor,
    ]);
    expect(actions).toEqual([
      ["topic-created", by],
      ["topic-removed", by],
    ]);
    await expect(removeTopic(app, communityId, "textiles", by)).rejects.toThrow("there is no topic textiles");
    await createTopic(app, { communityId, ...textiles }, by);
  }));

test.each([
  [{ slug: "Textiles" }, "small letters"],
  [{ slug: "-x" }, "small letters"],
  [{ slug: "a".repeat(65) }, "at most 64"],
  [{ slug: "bicycles", name: " " }, "the name of a topic"],
  [{ slug: "bicycles", name: "a\nb" }, "the name of a topic"],
  [{ slug: "bicycles", hashtags: ["#"] }, "a hashtag needs"],
  [{ slug: "bicycles", hashtags: ["darning"] }, "#darning leads to another topic"],
  [{ slug: "textiles" }, "there is a topic textiles already"],
  [{ slug: "bicycles", hashtags: Array.from({ length: 50 }, (_, n) => `tag${n}`) }, "at most 50 hashtags"],
])("a topic that cannot be is refused and leaves nothing: %j", (changes, reason) =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    await createTopic(app, { communityId, ...textiles }, by);

    await expect(createTopic(app, { communityId, ...textiles, hashtags: [], ...changes }, by)).rejects.toThrow(reason);

    expect(await listTopics(app.db, communityId)).toHaveLength(1);
  }),
);
