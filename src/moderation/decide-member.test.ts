import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listEvents, runJobs } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { makeSubmission } from "../../test/make-submission.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { joinCommunity } from "../community/join-community.ts";
import { leaveCommunity } from "../community/leave-community.ts";
import { listFollowerInboxes } from "../community/list-followers.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { memberRoles, members } from "../db/schema/community.ts";
import { decisions } from "../db/schema/moderation.ts";
import { posts } from "../db/schema/post.ts";
import { auditEntries } from "../db/schema/server.ts";
import { submitPost } from "../post/submit-posts.ts";
import { endBan, endBanJob } from "./ban.ts";
import { decide } from "./decide.ts";
import type { Role } from "./decision.ts";

const day = 24 * 60 * 60 * 1000;

async function world(app: TestApp) {
  const communityId = await makeCommunity(app);
  const authorId = await makeMember(app, communityId);
  const about = { communityId, authorId, moderatorId: null, reason: "" };
  const say = async () => await submitPost(app, makeSubmission({ communityId, authorId }));
  return { communityId, authorId, about, say };
}

async function stateOf(app: TestApp, authorId: AuthorId) {
  const [member] = await app.db.select().from(members).where(eq(members.authorId, authorId));
  return member?.state;
}

test("who is banned neither speaks nor hears nor joins again, until the ban is lifted", () =>
  withApp(async (app) => {
    const { communityId, authorId, about, say } = await world(app);
    const follow = () =>
      joinCommunity(app, { communityId, authorId, act: "follow", channel: "activitypub", sourceId: "f2" });

    await decide(app, { ...about, action: "ban", reason: "spam" });

    expect(await say()).toEqual({ action: "discard", reason: "banned" });
    expect(await listFollowerInboxes(app.db, communityId)).toEqual([]);
    expect(await follow()).toBe("refused");

    await decide(app, { ...about, action: "unban" });

    expect(await stateOf(app, authorId)).toBe("active");
    expect(await say()).toMatchObject({ action: "accept" });
    expect(await listFollowerInboxes(app.db, communityId)).toHaveLength(1);
  }));

test("a ban with an end is over at that very moment, and nobody need do anything", () =>
  withApp(async (app) => {
    const { communityId, authorId, about, say } = await world(app);
    const until = new Date(app.now().getTime() + day);
    await decide(app, { ...about, action: "ban", until });

    app.advance(day - 1);
    await runJobs(app, endBanJob, async ([job]) => await endBan(app, job!));
    expect(await say()).toEqual({ action: "discard", reason: "banned" });

    app.advance(1);
    expect(await say()).toMatchObject({ action: "accept" });

    await runJobs(app, endBanJob, async ([job]) => await endBan(app, job!));
    expect(await app.db.select().from(members)).toMatchObject([{ state: "active", bannedUntil: null }]);
    expect(await listFollowerInboxes(app.db, communityId)).toHaveLength(1);
    await expect(decide(app, { ...about, action: "unban" })).rejects.toMatchObject({ code: "conflict" });
    expect(authorId).toBe(about.authorId);
  }));

test("a ban that was prolonged does not end when it should have at first", () =>
  withApp(async (app) => {
    const { authorId, about } = await world(app);
    await decide(app, { ...about, action: "ban", until: new Date(app.now().getTime() + day) });
    await decide(app, { ...about, action: "ban", until: new Date(app.now().getTime() + 2 * day) });

    app.advance(day);
    await runJobs(app, endBanJob, async ([job]) => await endBan(app, job!));

    expect(await stateOf(app, authorId)).toBe("banned");
  }));

test("who was never in, or left before or while banned, is not in when the ban ends", () =>
  withApp(async (app) => {
    const { communityId, authorId, about } = await world(app);
    const stranger = await makeAuthor(app);
    const former = await makeMember(app, communityId);
    const leaving = { communityId, act: "unfollow", channel: "activitypub", evidence: "undo" } as const;
    await leaveCommunity(app, { ...leaving, authorId: former });
    for (const one of [stranger, former]) await decide(app, { ...about, authorId: one, action: "ban" });
    await decide(app, { ...about, action: "ban" });
    await leaveCommunity(app, { ...leaving, authorId });

    for (const one of [stranger, former, authorId]) {
      await decide(app, { ...about, authorId: one, action: "unban" });
      expect(await stateOf(app, one)).toBe("left");
    }
  }));

test("a ban can take all posts of its author in the community, each of which can be restored", () =>
  withApp(async (app) => {
    const { communityId, authorId, about } = await world(app);
    const dogs = await makeCommunity(app, { handle: "dogs" });
    const [first, second] = [
      await makePost(app, communityId, { authorId }),
      await makePost(app, communityId, { authorId }),
    ];
    const held = await makePost(app, communityId, { authorId, state: "held" });
    const spared = [await makePost(app, communityId), await makePost(app, dogs, { authorId })];

    await decide(app, { ...about, action: "ban", reason: "spam", removePosts: true });

    const rows = await app.db.select().from(posts).orderBy(posts.id);
    const stateAt = (id: string) => rows.find((post) => post.id === id)?.state;
    expect([first!, second!].map(stateAt)).toEqual(["removed", "removed"]);
    expect(stateAt(held)).toBe("rejected");
    expect(spared.map(stateAt)).toEqual(["published", "published"]);
    const told = (await listEvents(app)).map(({ kind }) => kind).sort();
    expect(told).toEqual(["decided", "member-refused", "notice-given", "post-removed", "post-removed"]);

    await decide(app, { postId: first!, moderatorId: null, action: "restore", reason: "" });
    expect((await app.db.select().from(posts).where(eq(posts.id, first!)).orderBy(posts.id))[0]?.state).toBe(
      "published",
    );
  }));

test("who moderates is not banned before the role is taken, and nobody twice the same", () =>
  withApp(async (app) => {
    const { communityId, about } = await world(app);
    const moderator = await makeMember(app, communityId, { role: "moderator" });

    await expect(decide(app, { ...about, authorId: moderator, action: "ban" })).rejects.toMatchObject({
      code: "conflict",
      message: "they are a moderator of the community: take that first",
    });
    await decide(app, { ...about, action: "ban" });
    await expect(decide(app, { ...about, action: "ban" })).rejects.toMatchObject({ code: "conflict" });
    const past = new Date(app.now().getTime());
    await expect(decide(app, { ...about, action: "ban", until: past })).rejects.toMatchObject({ code: "invalid" });
  }));

async function rolesIn(app: TestApp, communityId: CommunityId) {
  const rows = await app.db.select().from(memberRoles).where(eq(memberRoles.communityId, communityId));
  return Object.fromEntries(rows.map(({ authorId, role }) => [authorId, role]));
}

test("an owner says who moderates; a moderator does not", () =>
  withApp(async (app) => {
    const { communityId, authorId, about } = await world(app);
    const owner = await makeMember(app, communityId, { role: "owner" });
    const moderator = await makeMember(app, communityId, { role: "moderator" });
    const stranger = await makeAuthor(app);
    const give = (moderatorId: AuthorId, who: AuthorId, role: Role) =>
      decide(app, { ...about, moderatorId, authorId: who, action: "set-role", role });

    await expect(give(moderator, authorId, "moderator")).rejects.toMatchObject({ code: "not-allowed" });
    await give(owner, authorId, "moderator");
    await give(owner, stranger, "moderator");
    await give(owner, moderator, "member");

    expect(await rolesIn(app, communityId)).toEqual({
      [owner]: "owner",
      [authorId]: "moderator",
      [stranger]: "moderator",
    });
    expect(await stateOf(app, stranger)).toBe("active");
    expect(await app.db.select().from(decisions).orderBy(decisions.id)).toMatchObject([
      { action: "set-role", authorId, formerRole: "member", role: "moderator", moderatorId: owner },
      { action: "set-role", authorId: stranger, formerRole: "member", role: "moderator" },
      { action: "set-role", authorId: moderator, formerRole: "moderator", role: "member" },
    ]);
    const [entry] = await app.db.select().from(auditEntries).orderBy(auditEntries.id);
    expect(entry).toMatchObject({ actor: owner, action: "member-given-role", subject: authorId });
    await expect(give(owner, authorId, "moderator")).rejects.toMatchObject({ message: "they are a moderator already" });
  }));

test("the last owner cannot vanish, not even by the command line", () =>
  withApp(async (app) => {
    const { communityId, authorId, about } = await world(app);
    const owner = await makeMember(app, communityId, { role: "owner" });
    const demote = () => decide(app, { ...about, authorId: owner, action: "set-role", role: "moderator" });

    await expect(demote()).rejects.toMatchObject({ code: "conflict" });
    await decide(app, { ...about, action: "set-role", role: "owner" });
    await demote();

    expect(await rolesIn(app, communityId)).toEqual({ [owner]: "moderator", [authorId]: "owner" });
  }));

test("nobody moderates a private community who could not read it", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { handle: "den", visibility: "private", joinPolicy: "invite" });
    const about = { communityId, authorId: await makeAuthor(app), moderatorId: null, reason: "" };

    const given = decide(app, { ...about, action: "set-role", role: "moderator" });

    await expect(given).rejects.toThrow("a private community has members with an account here");
    expect(await rolesIn(app, communityId)).toEqual({});
  }));

test("an account that is deleted moderates no more", () =>
  withApp(async (app) => {
    const { communityId } = await world(app);
    const authorId = await makeMember(app, communityId, { role: "moderator" });

    await leaveCommunity(app, { communityId, authorId, act: "unfollow", channel: "activitypub", evidence: "undo" });
    expect(await rolesIn(app, communityId)).toEqual({ [authorId]: "moderator" });

    await joinCommunity(app, { communityId, authorId, act: "follow", channel: "activitypub", sourceId: "f2" });
    await leaveCommunity(app, { communityId, authorId, act: "account-deleted", channel: "activitypub", evidence: "x" });
    expect(await rolesIn(app, communityId)).toEqual({});
    const them = and(eq(members.communityId, communityId), eq(members.authorId, authorId));
    expect(await app.db.select().from(members).where(them)).toMatchObject([{ state: "left" }]);
  }));
