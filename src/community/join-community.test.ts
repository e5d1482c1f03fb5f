import { expect, test } from "vitest";
import { listEvents } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember } from "../../test/make.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { consents, memberDeliveries, members } from "../db/schema/community.ts";
import { type Joining, joinCommunity } from "./join-community.ts";
import { findJoining, leaveCommunity } from "./leave-community.ts";
import { countFollowers, listFollowerInboxes } from "./list-followers.ts";

const follow = "https://remote.example/follows/1";

async function joining(
  app: TestApp,
  joinPolicy: "open" | "approval" | "invite" = "open",
): Promise<Joining & { readonly channel: "activitypub" }> {
  const communityId = await makeCommunity(app, { joinPolicy });
  return { communityId, authorId: await makeAuthor(app), act: "follow", channel: "activitypub", sourceId: follow };
}

const kindsOf = async (app: TestApp) => (await listEvents(app)).map(({ kind }) => kind);

test("a follower becomes a member whose consent is on file, and is told", () =>
  withApp(async (app) => {
    const asked = await joining(app);

    expect(await joinCommunity(app, asked)).toBe("accepted");

    expect(await app.db.select().from(members)).toMatchObject([{ state: "active", joinedAt: app.now() }]);
    expect(await app.db.select().from(consents)).toMatchObject([{ given: true, act: "follow", evidence: follow }]);
    expect(await kindsOf(app)).toEqual(["member-accepted"]);
    expect(await listFollowerInboxes(app.db, asked.communityId)).toEqual([
      { inbox: "https://remote.example/inbox", host: "remote.example", software: undefined },
    ]);
  }));

test("who asks again is answered again, and nothing else changes", () =>
  withApp(async (app) => {
    const asked = await joining(app);
    await joinCommunity(app, asked);
    await joinCommunity(app, asked);

    expect(await kindsOf(app)).toEqual(["member-accepted", "member-accepted"]);
    expect(await app.db.$count(consents)).toBe(1);
    expect(await countFollowers(app.db, asked.communityId)).toBe(1);
  }));

test("where a moderator decides, nothing is sent to a follower before", () =>
  withApp(async (app) => {
    const asked = await joining(app, "approval");

    expect(await joinCommunity(app, asked)).toBe("pending");

    expect(await kindsOf(app)).toEqual([]);
    expect(await listFollowerInboxes(app.db, asked.communityId)).toEqual([]);
  }));

test.each(["invite", "banned"] as const)("no follower gets in who may not (%s)", (reason) =>
  withApp(async (app) => {
    const asked = await joining(app, reason === "invite" ? "invite" : "open");
    if (reason === "banned") await makeMember(app, asked.communityId, { authorId: asked.authorId, state: "banned" });

    expect(await joinCommunity(app, asked)).toBe("refused");

    expect(await kindsOf(app)).toEqual(["member-refused"]);
    expect(await listFollowerInboxes(app.db, asked.communityId)).toEqual([]);
  }),
);

test("leaving takes consent back, and can be repeated", () =>
  withApp(async (app) => {
    const asked = await joining(app);
    await joinCommunity(app, asked);
    const leaving = { ...asked, act: "unfollow", evidence: `${follow}#undo` } as const;

    expect(await findJoining(app, follow)).toEqual({ communityId: asked.communityId, authorId: asked.authorId });
    expect(await leaveCommunity(app, leaving)).toBe(true);
    expect(await leaveCommunity(app, leaving)).toBe(false);

    expect(await app.db.select().from(members)).toMatchObject([{ state: "left" }]);
    expect(await app.db.$count(memberDeliveries)).toBe(0);
    expect((await app.db.select().from(consents).orderBy(consents.id)).map(({ given }) => given)).toEqual([
      true,
      false,
    ]);
    expect(await joinCommunity(app, { ...asked, sourceId: `${follow}2` })).toBe("accepted");
  }));

test("followers behind one shared inbox are reached once", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    for (let index = 0; index < 3; index++) await makeMember(app, communityId);
    await makeMember(app, communityId, {
      authorId: await makeAuthor(app, { host: "single.example", sharedInbox: null, handle: "solo" }),
    });

    const inboxes = (await listFollowerInboxes(app.db, communityId)).map(({ inbox }) => inbox).sort();

    expect(inboxes).toEqual(["https://remote.example/inbox", "https://single.example/users/solo/inbox"]);
  }));
