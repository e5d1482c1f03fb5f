import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listEvents } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { withApp, withCommittedApp } from "../../test/with-app.ts";
import type { App } from "../app.ts";
import type { PostId } from "../core/ids.ts";
import { members } from "../db/schema/community.ts";
import { decisions } from "../db/schema/moderation.ts";
import { notices } from "../db/schema/notice.ts";
import { posts, threads } from "../db/schema/post.ts";
import { auditEntries } from "../db/schema/server.ts";
import { decide } from "./decide.ts";
import { listHeld } from "./list-held.ts";

async function read(app: App, id: PostId) {
  const [post] = await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id);
  return post!;
}

test("an approved post is published, told to the world and written down", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const moderatorId = await makeMember(app, cats, { role: "moderator" });
    const postId = await makePost(app, cats, { state: "held" });

    await decide(app, { postId, moderatorId, action: "approve", reason: "" });

    expect(await read(app, postId)).toMatchObject({ state: "published", publishedAt: app.now(), reason: null });
    expect(await listEvents(app)).toEqual([{ kind: "post-published", postId }]);
    expect(await app.db.select().from(decisions)).toMatchObject([{ postId, moderatorId, action: "approve" }]);
    expect(await app.db.select().from(auditEntries).orderBy(auditEntries.id)).toMatchObject([
      { actor: moderatorId, action: "post-approved", subject: postId },
    ]);
  }));

test("the author of a rejected post is told why", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const authorId = await makeAuthor(app);
    const postId = await makePost(app, cats, { state: "held", authorId });

    await decide(app, { postId, moderatorId: null, action: "reject", reason: "not about cats" });

    expect(await read(app, postId)).toMatchObject({ state: "rejected", reason: "not about cats", publishedAt: null });
    const told = await app.db.select().from(notices).orderBy(notices.id);
    expect(told).toMatchObject([{ communityId: cats, authorId, kind: "refused", reason: "not about cats" }]);
    expect(await listEvents(app)).toEqual([{ kind: "notice-given", noticeId: told[0]!.id }]);
  }));

test("a removed post is gone from its thread and can be restored", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const postId = await makePost(app, cats);
    const readThread = async () => (await app.db.select().from(threads).orderBy(threads.id))[0]!;
    const before = await readThread();

    await decide(app, { postId, moderatorId: null, action: "remove", reason: "spam" });

    expect(await read(app, postId)).toMatchObject({ state: "removed", goneAt: app.now(), reason: "spam" });
    expect(await readThread()).toMatchObject({ lastPostAt: null, version: before.version + 1 });

    await decide(app, { postId, moderatorId: null, action: "restore", reason: "" });

    expect(await read(app, postId)).toMatchObject({ state: "published", goneAt: null, reason: null });
    expect((await readThread()).lastPostAt).not.toBeNull();
    const [removed, restored] = await app.db.select().from(decisions).orderBy(decisions.id);
    const [taken, given] = await app.db.select().from(notices).orderBy(notices.decisionId);
    expect([taken, given]).toMatchObject([
      { kind: "removed", reason: "spam", decisionId: removed!.id },
      { kind: "restored", decisionId: restored!.id },
    ]);
    expect(await listEvents(app)).toEqual([
      { kind: "post-removed", postId, decisionId: removed!.id },
      { kind: "notice-given", noticeId: taken!.id },
      { kind: "post-restored", postId, decisionId: restored!.id },
      { kind: "notice-given", noticeId: given!.id },
    ]);
  }));

test("two moderators who decide at once do not both decide", () =>
  withCommittedApp(async ({ app }) => {
    const cats = await makeCommunity(app);
    const [ada, bob] = [
      await makeMember(app, cats, { role: "moderator" }),
      await makeMember(app, cats, { role: "moderator" }),
    ];
    const postId = await makePost(app, cats, { state: "held" });

    const results = await Promise.allSettled([
      decide(app, { postId, moderatorId: ada, action: "approve", reason: "" }),
      decide(app, { postId, moderatorId: bob, action: "reject", reason: "no" }),
    ]);

    const refused = results.filter((result) => result.status === "rejected");
    expect(refused).toMatchObject([{ reason: { name: "DomainError", code: "conflict" } }]);
    expect(await app.db.$count(decisions)).toBe(1);
  }));

test.each([
  ["held", "remove", "the post is held: only one that is published can be removed"],
  ["published", "approve", "the post is published: only one that is held can be approved"],
  ["published", "restore", "the post is published: only one that is removed can be restored"],
  ["deleted", "restore", "the post is deleted: only one that is removed can be restored"],
  ["rejected", "approve", "the post is rejected: only one that is held can be approved"],
] as const)("a post that is %s is not to %s", (state, action, message) =>
  withApp(async (app) => {
    const postId = await makePost(app, await makeCommunity(app), { state });

    await expect(decide(app, { postId, moderatorId: null, action, reason: "" })).rejects.toMatchObject({
      code: "conflict",
      message,
    });
    expect(await app.db.$count(decisions)).toBe(0);
  }),
);

test("only who moderates this community decides in it", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const dogs = await makeCommunity(app, { handle: "dogs" });
    const postId = await makePost(app, cats, { state: "held" });
    const others = [
      await makeMember(app, cats),
      await makeMember(app, dogs, { role: "moderator" }),
      await makeMember(app, cats, { role: "moderator", state: "banned" }),
    ];

    for (const moderatorId of others) {
      const decision = { postId, moderatorId, action: "approve", reason: "" } as const;
      await expect(decide(app, decision)).rejects.toMatchObject({ code: "not-allowed" });
    }
    expect((await read(app, postId)).state).toBe("held");
  }));

test("who is approved with trust is not held again", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const authorId = await makeAuthor(app);
    const postId = await makePost(app, cats, { state: "held", authorId });

    await decide(app, { postId, moderatorId: null, action: "trust", reason: "" });

    expect((await read(app, postId)).state).toBe("published");
    expect(await app.db.select().from(members)).toMatchObject([{ authorId, state: "left", trusted: true }]);
  }));

test.each([
  ["held", "rejected"],
  ["published", "removed"],
] as const)("spam that is %s is %s without a word, and its author banned", (state, end) =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const authorId = await makeAuthor(app);
    const postId = await makePost(app, cats, { state, authorId });

    await decide(app, { postId, moderatorId: null, action: "spam", reason: "pills" });

    expect(await read(app, postId)).toMatchObject({ state: end, reason: "pills" });
    expect(await app.db.select().from(members)).toMatchObject([{ authorId, state: "banned" }]);
    expect(await app.db.$count(notices)).toBe(0);
    const recorded = await app.db.select().from(decisions).orderBy(decisions.id);
    expect(recorded.map(({ action }) => action)).toEqual(["spam", "ban"]);
  }),
);

test("a reply is not approved before the post that it answers", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const parentId = await makePost(app, cats, { state: "held" });
    const postId = await makePost(app, cats, { state: "held", parentId });
    const approve = (id: PostId) => decide(app, { postId: id, moderatorId: null, action: "approve", reason: "" });

    await expect(approve(postId)).rejects.toMatchObject({ code: "conflict" });
    await approve(parentId);
    await approve(postId);

    expect((await read(app, postId)).state).toBe("published");
  }));

test("an unknown post is not found", () =>
  withApp(async (app) => {
    const postId = "00000000-0000-7000-8000-000000000000" as PostId;

    await expect(decide(app, { postId, moderatorId: null, action: "approve", reason: "" })).rejects.toMatchObject({
      code: "not-found",
    });
  }));

test("what is held is listed oldest first, in one community or in all", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const dogs = await makeCommunity(app, { handle: "dogs" });
    const authorId = await makeAuthor(app, { handle: "ada", host: "mastodon.example", name: "Ada" });
    const first = await makePost(app, cats, { state: "held", authorId, reason: "first-post" });
    const second = await makePost(app, dogs, { state: "held" });
    await makePost(app, cats);

    expect((await listHeld(app.db)).map(({ id }) => id)).toEqual([first, second]);
    expect(await listHeld(app.db, cats)).toMatchObject([
      {
        id: first,
        community: "cats",
        author: { name: "Ada", handle: "ada", host: "mastodon.example" },
        reason: "first-post",
      },
    ]);
  }));
