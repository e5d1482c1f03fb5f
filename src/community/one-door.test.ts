import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listEvents } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { claimIdentity } from "../account/create-account.ts";
import { consents, memberDeliveries, members } from "../db/schema/community.ts";
import { notices } from "../db/schema/notice.ts";
import { decide } from "../moderation/decide.ts";
import { leaveAsPerson } from "../moderation/leave-as-person.ts";
import { joinCommunity } from "./join-community.ts";
import { joinDoors } from "./one-door.ts";
import { findOwnMembership } from "./own-membership.ts";
import { startMail } from "./start-mail.ts";

type GivenCommunity = Parameters<typeof makeCommunity>[1];

const web = { act: "web", evidence: "session 1" } as const;

/** Mo has an account here, and one elsewhere; another person follows from there too. */
async function world(app: TestApp, given: GivenCommunity = {}) {
  const communityId = await makeCommunity(app, given);
  const mo = await makePerson(app, { address: "mo@example.org", addressVerified: true });
  const elsewhere = await makeAuthor(app, { handle: "mo" });
  const link = async () =>
    await app.db.transaction(async (tx) => {
      await claimIdentity(tx, { accountId: mo.accountId, authorId: elsewhere }, app.now());
      await joinDoors(app, tx, elsewhere);
    });
  const follow = async (authorId: typeof elsewhere, number: number) => {
    app.advance(1_000);
    const sourceId = `https://remote.example/follows/${number}`;
    return await joinCommunity(app, { communityId, authorId, act: "follow", channel: "activitypub", sourceId });
  };
  await follow(await makeAuthor(app, { handle: "other" }), 0);
  return {
    communityId,
    mo: { ...mo, communityId },
    elsewhere,
    link,
    follow: (number: number) => follow(elsewhere, number),
    hears: async () => (await findOwnMembership(app, communityId, mo.authorId)).hears,
    told: async () => (await app.db.select().from(notices).orderBy(notices.createdAt)).map(({ kind }) => kind),
  };
}

test("a person hears by the way that they chose last: mail ends a follow, and a follow ends mail, and they are told", () =>
  withApp(async (app) => {
    const { communityId, mo, elsewhere, link, follow, hears, told } = await world(app);
    await link();
    await follow(1);
    expect(await hears()).toEqual(new Set(["activitypub"]));

    app.advance(1_000);
    await startMail(app, mo, web);

    expect(await hears()).toEqual(new Set(["mail"]));
    const refused = {
      kind: "member-refused",
      communityId,
      authorId: elsewhere,
      sourceId: "https://remote.example/follows/1",
    };
    expect(await listEvents(app)).toContainEqual(refused);
    const theirs = eq(members.communityId, communityId);
    const [left] = await app.db
      .select()
      .from(members)
      .where(and(theirs, eq(members.authorId, elsewhere)));
    expect(left).toMatchObject({ state: "left" });
    expect(await findOwnMembership(app, communityId, mo.authorId)).toMatchObject({ state: "active", here: true });

    await follow(2);

    expect(await hears()).toEqual(new Set(["activitypub"]));
    expect(await findOwnMembership(app, communityId, mo.authorId)).toMatchObject({ state: "active", here: true });
    expect(await told()).toEqual(["follow-ended", "mail-ended"]);
    const ended = (await app.db.select().from(consents).orderBy(consents.id)).filter(({ act }) => act === "other-door");
    expect(ended.map(({ purpose, given }) => [purpose, given])).toEqual([
      ["activitypub", false],
      ["mail", false],
    ]);
    expect(await app.db.$count(memberDeliveries)).toBe(2);
  }));

test("whoever proves to be somebody who hears too hears by the last choice of both", () =>
  withApp(async (app) => {
    const { communityId, mo, link, follow, hears, told } = await world(app);
    const by = { act: "mail", channel: "mail", sourceId: "<1@example.org>" } as const;
    await joinCommunity(app, { communityId, authorId: mo.authorId, ...by });
    await follow(1);
    expect(await told()).toEqual([]);

    await link();

    expect(await hears()).toEqual(new Set(["activitypub"]));
    expect(await told()).toEqual(["mail-ended"]);
    await expect(startMail(app, { communityId, authorId: await makeAuthor(app) }, web)).rejects.toMatchObject({
      code: "not-allowed",
    });
  }));

test("whoever asks to follow, goes on to ask for mail, and is let in as both hears by mail, and is out by every door once they leave", () =>
  withApp(async (app) => {
    const { communityId, mo, elsewhere, link, follow, hears, told } = await world(app, { joinPolicy: "approval" });
    await link();
    expect(await follow(1)).toBe("pending");
    app.advance(1_000);
    const mail = { act: "mail", channel: "mail", sourceId: "<1@example.org>" } as const;
    expect(await joinCommunity(app, { communityId, authorId: mo.authorId, ...mail })).toBe("pending");
    const admit = async (authorId: typeof elsewhere) =>
      await decide(app, { action: "admit", communityId, authorId, moderatorId: null, reason: "" });

    await admit(mo.authorId);
    expect(await hears()).toEqual(new Set(["mail"]));
    await admit(elsewhere);

    expect(await hears()).toEqual(new Set(["mail"]));
    expect((await told()).sort()).toEqual(["admitted", "admitted", "follow-ended"]);
    const answers = (await listEvents(app)).flatMap((event) =>
      "sourceId" in event ? [[event.kind, event.sourceId]] : [],
    );
    expect(answers).toEqual([
      ["member-accepted", "<1@example.org>"],
      ["member-refused", "https://remote.example/follows/1"],
    ]);

    await leaveAsPerson(app, { communityId, authorId: mo.authorId, ...web });
    expect(await findOwnMembership(app, communityId, mo.authorId)).toMatchObject({ state: "left", hears: new Set() });
  }));
