import { expect, test } from "vitest";
import { listEvents } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember } from "../../test/make.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { consents, members } from "../db/schema/community.ts";
import { notices } from "../db/schema/notice.ts";
import { auditEntries } from "../db/schema/server.ts";
import { addMember } from "./add-member.ts";
import { joinCommunity } from "./join-community.ts";
import { listFollowerInboxes } from "./list-followers.ts";

const add = (app: TestApp, communityId: CommunityId, authorId: AuthorId, confirmed = false) =>
  addMember(app, { communityId, authorId, confirmed, by: "command-line" });

const follow = (app: TestApp, communityId: CommunityId, authorId: AuthorId) =>
  joinCommunity(app, { communityId, authorId, act: "follow", channel: "activitypub", sourceId: "https://f.example/1" });

test("who is invited is told once, hears nothing, and gets in by following, even where only the invited do", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { joinPolicy: "invite" });
    const authorId = await makeAuthor(app);

    expect(await add(app, communityId, authorId)).toBe("invited");
    expect(await add(app, communityId, authorId)).toBe("invited");

    expect(await app.db.select().from(notices)).toMatchObject([{ communityId, authorId, kind: "invited" }]);
    expect(await app.db.select().from(members)).toMatchObject([{ state: "invited", joinedAt: null }]);
    expect(await app.db.$count(consents)).toBe(0);
    expect(await listFollowerInboxes(app.db, communityId)).toEqual([]);
    expect(await follow(app, communityId, authorId)).toBe("accepted");
    expect(await listFollowerInboxes(app.db, communityId)).toHaveLength(1);
    expect(await follow(app, communityId, await makeAuthor(app))).toBe("refused");
  }));

test("whose consent is on file is in at once, and the ledger says so", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app);

    expect(await add(app, communityId, authorId, true)).toBe("active");

    expect(await app.db.select().from(consents).orderBy(consents.id)).toMatchObject([
      { communityId, authorId, given: true, act: "on-file", evidence: "command-line" },
    ]);
    expect(await app.db.$count(notices)).toBe(0);
    expect(await app.db.select().from(auditEntries)).toMatchObject([{ action: "member-added", subject: authorId }]);
  }));

test("who asked already is let in, and their Follow is answered", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { joinPolicy: "approval" });
    const authorId = await makeAuthor(app);
    expect(await follow(app, communityId, authorId)).toBe("pending");

    expect(await add(app, communityId, authorId)).toBe("active");

    expect(await listEvents(app)).toEqual([
      { kind: "member-accepted", communityId, authorId, sourceId: "https://f.example/1" },
    ]);
  }));

test.each(["active", "banned"] as const)("who is %s is not added", (state) =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeMember(app, communityId, { state });

    await expect(add(app, communityId, authorId, true)).rejects.toMatchObject({ code: "conflict" });
  }),
);
