import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listEvents, listJobs, runJobs } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember } from "../../test/make.ts";
import { makeOriginal, makeSubmission } from "../../test/make-submission.ts";
import { type TestApp, withApp, withCommittedApp } from "../../test/with-app.ts";
import type { PostId } from "../core/ids.ts";
import type { communities } from "../db/schema/community.ts";
import { postNames, postOriginals, posts, threads } from "../db/schema/post.ts";
import { deletePost } from "./delete-post.ts";
import { releaseOrphan } from "./publish-posts.ts";
import { fetchParentJob, releaseOrphanJob, submitPost, submitPosts } from "./submit-posts.ts";

async function world(app: TestApp, changes: Partial<typeof communities.$inferInsert> = {}) {
  const communityId = await makeCommunity(app, changes);
  const authorId = await makeAuthor(app);
  return { communityId, authorId };
}

async function postOf(app: TestApp, id: PostId) {
  const [post] = await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id);
  return post!;
}

const idIn = (outcome: object) => (outcome as { postId: PostId }).postId;
/** What the world hears; what authors hear beside it is told elsewhere. */
const eventsOf = async (app: TestApp) => (await listEvents(app)).filter(({ kind }) => kind !== "notice-given");

test("a first post opens a thread named after its first line, and the world hears of it", () =>
  withApp(async (app) => {
    const place = await world(app);

    const outcome = await submitPost(app, makeSubmission(place));

    expect(outcome.action).toBe("accept");
    const post = await postOf(app, idIn(outcome));
    const [thread] = await app.db.select().from(threads).where(eq(threads.id, post.threadId)).orderBy(threads.id);
    expect(thread).toMatchObject({ title: "How do you keep slugs off lettuce?", lastPostAt: post.writtenAt });
    expect(await eventsOf(app)).toEqual([{ kind: "post-published", postId: post.id }]);
    const [original] = await app.db.select().from(postOriginals);
    expect(original?.bytes.toString()).toContain("/activity");
  }));

test("a post that came before changes nothing", () =>
  withApp(async (app) => {
    const place = await world(app);
    const submission = makeSubmission(place);

    const first = await submitPost(app, submission);
    const [again, twin] = await submitPosts(app, [submission, submission]);

    expect([again, twin]).toEqual(Array(2).fill({ action: "seen", postId: idIn(first) }));
    expect(await app.db.$count(posts)).toBe(1);
    expect(await eventsOf(app)).toHaveLength(1);
  }));

test("the same post twice in one batch is one post", () =>
  withApp(async (app) => {
    const submission = makeSubmission(await world(app));
    expect((await submitPosts(app, [submission, submission])).map(({ action }) => action)).toEqual(["accept", "seen"]);
  }));

test("a post to two communities stands in both", () =>
  withApp(async (app) => {
    const { communityId, authorId } = await world(app);
    const other = await makeCommunity(app, { handle: "dogs" });
    const here = makeSubmission({ communityId, authorId });

    const outcomes = await submitPosts(app, [here, { ...here, communityId: other }]);

    expect(outcomes.map(({ action }) => action)).toEqual(["accept", "accept"]);
  }));

test("a reply joins the thread under its parent, in the same batch or later, by any name of the parent", () =>
  withApp(async (app) => {
    const place = await world(app);
    const root = makeSubmission({ ...place, names: [{ name: "https://remote.example/@ana/1", kind: "url" }] });
    const reply = makeSubmission({ ...place, inReplyTo: root.sourceId });

    const [first, second] = await submitPosts(app, [root, reply]);
    const third = await submitPost(app, makeSubmission({ ...place, inReplyTo: "https://remote.example/@ana/1" }));

    for (const outcome of [second!, third]) {
      expect(await postOf(app, idIn(outcome))).toMatchObject({
        parentId: idIn(first!),
        threadId: idIn(first!),
        state: "published",
      });
    }
  }));

test("replies that come before what they answer wait, and are adopted in the right order when it comes", () =>
  withApp(async (app) => {
    const place = await world(app);
    const root = makeSubmission(place);
    const reply = makeSubmission({ ...place, inReplyTo: root.sourceId });
    const answer = makeSubmission({ ...place, inReplyTo: reply.sourceId });

    const last = await submitPost(app, answer);
    expect(last.action).toBe("wait");
    expect(await listJobs(app, fetchParentJob)).toEqual([{ postId: idIn(last) }]);
    const middle = await submitPost(app, reply);
    expect(middle.action).toBe("wait");
    const first = await submitPost(app, root);

    expect(await postOf(app, idIn(middle))).toMatchObject({
      parentId: idIn(first),
      threadId: idIn(first),
      state: "published",
    });
    expect(await postOf(app, idIn(last))).toMatchObject({
      parentId: idIn(middle),
      threadId: idIn(first),
      state: "published",
    });
    const told = (await eventsOf(app)).map((event) => "postId" in event && event.postId);
    expect(told).toEqual(expect.arrayContaining([idIn(first), idIn(middle), idIn(last)]));
    expect(told).toHaveLength(3);
    const merged = await app.db
      .select()
      .from(threads)
      .where(eq(threads.mergedInto, idIn(first) as never))
      .orderBy(threads.id);
    expect(merged).toHaveLength(2);
  }));

test("an orphan is shown as a thread of its own after an hour, and moves when its parent comes after all", () =>
  withApp(async (app) => {
    const place = await world(app);
    const root = makeSubmission(place);
    const orphan = await submitPost(app, makeSubmission({ ...place, inReplyTo: root.sourceId }));
    const release = () =>
      runJobs(app, releaseOrphanJob, async (jobs) => {
        for (const { postId } of jobs) await releaseOrphan(app, postId);
      });

    await release();
    expect(await postOf(app, idIn(orphan))).toMatchObject({ state: "waiting" });
    app.advance(60 * 60 * 1000);
    await release();
    expect(await postOf(app, idIn(orphan))).toMatchObject({ state: "published", threadId: idIn(orphan) });

    const parent = await submitPost(app, root);
    expect(await postOf(app, idIn(orphan))).toMatchObject({ parentId: idIn(parent), threadId: idIn(parent) });
    expect((await eventsOf(app)).filter((event) => "postId" in event && event.postId === idIn(orphan))).toHaveLength(1);
  }));

test("two posts that claim to answer each other do no harm", () =>
  withApp(async (app) => {
    const place = await world(app);
    const one = makeSubmission({
      ...place,
      sourceId: "https://remote.example/1",
      inReplyTo: "https://remote.example/2",
    });
    const two = makeSubmission({
      ...place,
      sourceId: "https://remote.example/2",
      inReplyTo: "https://remote.example/1",
    });
    const self = makeSubmission({
      ...place,
      sourceId: "https://remote.example/3",
      inReplyTo: "https://remote.example/3",
    });

    const outcomes = await submitPosts(app, [one, two, self]);

    expect(outcomes.map(({ action }) => action)).toEqual(["wait", "wait", "wait"]);
  }));

test("a reply and its parent that arrive at once find each other", () =>
  withCommittedApp(async ({ app }) => {
    const place = await world(app);
    for (let round = 0; round < 10; round++) {
      const root = makeSubmission(place);
      const reply = makeSubmission({ ...place, inReplyTo: root.sourceId });
      const [second, first] = await Promise.all([submitPost(app, reply), submitPost(app, root)]);
      expect(await postOf(app, idIn(second))).toMatchObject({ parentId: idIn(first), state: "published" });
    }
  }));

test("a stranger's post is held where strangers are held, and nothing is told of it", () =>
  withApp(async (app) => {
    const place = await world(app, { holdPolicy: "strangers" });

    const held = await submitPost(app, makeSubmission(place));

    expect(held).toMatchObject({ action: "hold", reason: "first-post" });
    expect(await postOf(app, idIn(held))).toMatchObject({ state: "held", reason: "first-post", publishedAt: null });
    expect(await eventsOf(app)).toEqual([]);
  }));

test("a moderator posts where only moderators do, and others are refused with the reason", () =>
  withApp(async (app) => {
    const { communityId, authorId } = await world(app, { postPolicy: "moderators" });
    const moderatorId = await makeMember(app, communityId, { role: "moderator" });

    const outcomes = await submitPosts(app, [
      makeSubmission({ communityId, authorId }),
      makeSubmission({ communityId, authorId: moderatorId }),
    ]);

    expect(outcomes[0]).toEqual({ action: "reject", reason: "moderators-only" });
    expect(outcomes[1]!.action).toBe("accept");
    expect(await app.db.$count(posts)).toBe(1);
  }));

test("a reply to a locked thread is refused", () =>
  withApp(async (app) => {
    const place = await world(app);
    const root = makeSubmission(place);
    await submitPost(app, root);
    await app.db.update(threads).set({ lockedAt: app.now() });

    expect(await submitPost(app, makeSubmission({ ...place, inReplyTo: root.sourceId }))).toEqual({
      action: "reject",
      reason: "thread-locked",
    });
  }));

test("a post that its author deleted before it came stays away, and somebody else's burial does not keep it away", () =>
  withApp(async (app) => {
    const place = await world(app);
    const kept = makeSubmission(place);
    const gone = makeSubmission(place);
    const bury = (sourceId: string, authorName: string) =>
      deletePost(app, { authorId: undefined, authorName, sourceId, original: makeOriginal(`${sourceId}#delete`) });
    await bury(gone.sourceId, gone.authorName);
    await bury(kept.sourceId, "https://evil.example/users/eve");

    expect(await submitPosts(app, [gone, kept])).toMatchObject([
      { action: "discard", reason: "deleted-before" },
      { action: "accept" },
    ]);
  }));

test("a date from the future is not believed", () =>
  withApp(async (app) => {
    const place = await world(app);
    const outcome = await submitPost(app, makeSubmission({ ...place, writtenAt: new Date("2199-01-01") }));
    expect((await postOf(app, idIn(outcome))).writtenAt).toEqual(app.now());
  }));

test("every name of a post is kept", () =>
  withApp(async (app) => {
    const place = await world(app);
    await submitPost(
      app,
      makeSubmission({
        ...place,
        sourceId: "https://a.example/1",
        names: [{ name: "https://a.example/@ana/1", kind: "url" }],
      }),
    );
    const names = await app.db
      .select({ name: postNames.name, kind: postNames.kind })
      .from(postNames)
      .orderBy(postNames.name);
    expect(names).toEqual([
      { name: "https://a.example/1", kind: "iri" },
      { name: "https://a.example/@ana/1", kind: "url" },
    ]);
  }));
