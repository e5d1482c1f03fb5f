import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makeMember } from "../../test/make.ts";
import { makeSubmission } from "../../test/make-submission.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import type { CommunityId, ThreadId } from "../core/ids.ts";
import { auditEntries } from "../db/schema/server.ts";
import { decide } from "../moderation/decide.ts";
import { findThread } from "../post/find-thread.ts";
import { submitPost } from "../post/submit-posts.ts";
import { changeTopic, moveTopic } from "./change-topic.ts";
import { getCommunity } from "./get-community.ts";
import { createTopic, listEveryTopic, listTopics } from "./topics.ts";

async function begin(app: TestApp, communityId: CommunityId, hashtag: string) {
  const submission = makeSubmission({ communityId, authorId: await makeAuthor(app), hashtags: [hashtag] });
  const outcome = await submitPost(app, submission);
  return ("postId" in outcome ? outcome.postId : "") as string as ThreadId;
}

async function world(app: TestApp) {
  const communityId = await makeCommunity(app);
  for (const slug of ["wool", "wood", "wax"])
    await createTopic(app, { communityId, slug, name: slug, hashtags: [] }, "mo");
  const topicOf = async (threadId: ThreadId) => (await findThread(app.db, threadId))?.topic;
  return { communityId, topicOf };
}

test("a topic gets another name and other hashtags; its threads and its address stay, and their pages are new", () =>
  withApp(async (app) => {
    const { communityId, topicOf } = await world(app);
    const threadId = await begin(app, communityId, "wool");
    const before = (await findThread(app.db, threadId))!.version;

    await changeTopic(app, communityId, "wool", { name: " Yarn ", hashtags: ["#Yarn", "knitting"] }, "mo");
    await changeTopic(app, communityId, "wool", { hashtags: ["Knitting", "felt"] }, "mo");

    expect(await topicOf(threadId)).toMatchObject({ slug: "wool", name: "Yarn" });
    expect((await findThread(app.db, threadId))!.version).not.toBe(before);
    expect((await listTopics(app.db, communityId))[0]).toMatchObject({ hashtags: ["felt", "knitting", "wool"] });
    expect(await topicOf(await begin(app, communityId, "felt"))).toMatchObject({ slug: "wool" });
    expect(await topicOf(await begin(app, communityId, "yarn"))).toBeUndefined();
    const noted = (await app.db.select().from(auditEntries).orderBy(auditEntries.id)).filter(
      ({ action }) => action === "topic-changed",
    );
    expect(noted).toMatchObject([
      { actor: "mo", detail: { name: "Yarn" } },
      { detail: { hashtags: expect.any(Array) } },
    ]);
  }));

test("a retired topic keeps its threads and gets no more, by hashtag or by hand, until it is used again", () =>
  withApp(async (app) => {
    const { communityId, topicOf } = await world(app);
    const moderatorId = await makeMember(app, communityId, { role: "moderator" });
    const threadId = await begin(app, communityId, "wool");
    const other = await begin(app, communityId, "wood");
    const put = () => decide(app, { action: "set-topic", threadId: other, topic: "wool", moderatorId, reason: "" });

    await changeTopic(app, communityId, "wool", { retired: true }, "mo");

    expect(await topicOf(threadId)).toMatchObject({ slug: "wool" });
    expect(await topicOf(await begin(app, communityId, "wool"))).toBeUndefined();
    expect((await listTopics(app.db, communityId)).map(({ slug }) => slug)).toEqual(["wood", "wax"]);
    expect((await listEveryTopic(app.db, communityId)).map(({ retired }) => retired)).toEqual([true, false, false]);
    await expect(put()).rejects.toThrow("the topic wool is not used any more");
    await changeTopic(app, communityId, "wool", { retired: false }, "mo");
    await put();
    expect(await topicOf(await begin(app, communityId, "wool"))).toMatchObject({ slug: "wool" });
  }));

test("topics are moved in their list, and its pages are new", () =>
  withApp(async (app) => {
    const { communityId } = await world(app);
    const order = async () => (await listTopics(app.db, communityId)).map(({ slug }) => slug);
    const { version } = await getCommunity(app.db, "cats");

    await moveTopic(app, communityId, "wax", { direction: "up" });
    expect(await order()).toEqual(["wool", "wax", "wood"]);
    await moveTopic(app, communityId, "wax", { direction: "up", from: 2 });
    await moveTopic(app, communityId, "wool", { direction: "up" });
    await moveTopic(app, communityId, "wood", { direction: "down" });

    expect(await order()).toEqual(["wool", "wax", "wood"]);
    expect((await getCommunity(app.db, "cats")).version).toBe(version + 1);
  }));

test("what cannot be is refused and changes nothing", () =>
  withApp(async (app) => {
    const { communityId } = await world(app);
    const before = await listEveryTopic(app.db, communityId);
    const change = (given: object, slug = "wool") => changeTopic(app, communityId, slug, given, "mo");

    await expect(change({ name: " " })).rejects.toThrow("the name of a topic");
    await expect(change({ name: "Yarn", hashtags: ["wood"] })).rejects.toThrow("#wood leads to another topic");
    await expect(change({ name: "Yarn" }, "silk")).rejects.toThrow("there is no topic silk");

    expect(await listEveryTopic(app.db, communityId)).toEqual(before);
  }));
