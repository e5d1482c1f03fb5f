import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Config } from "../src/core/config.ts";
import type { AuthorId, CommunityId } from "../src/core/ids.ts";
import { emailAddresses } from "../src/db/schema/account.ts";
import { consents, memberDeliveries, members } from "../src/db/schema/community.ts";
import { notices } from "../src/db/schema/notice.ts";
import { decide } from "../src/moderation/decide.ts";
import { listJoinRequests } from "../src/moderation/list-join-requests.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

type Policy = "open" | "approval" | "invite";

async function open(app: TestApp, joinPolicy: Policy) {
  const communityId = await makeCommunity(app, { joinPolicy });
  const person = await makePerson(app);
  const [name = "", secret = ""] = (await signInAs(app, person.accountId)).split("=");
  const visit = (changes: Partial<Config> = {}) => {
    const browser = openBrowserLike(createWeb({ ...app, config: { ...app.config, ...changes } }));
    browser.cookies.set(name, secret);
    return browser;
  };
  return { communityId, person, visit, browser: visit() };
}

async function stateOf(app: TestApp, communityId: CommunityId, authorId: AuthorId) {
  const isTheirs = and(eq(members.communityId, communityId), eq(members.authorId, authorId));
  return (await app.db.select().from(members).where(isTheirs))[0]?.state;
}

test("whoever is not signed in is told what joining brings, and led to signing in", () =>
  withApp(async (app) => {
    await makeCommunity(app);

    const browser = openBrowserLike(createWeb(app));

    expect((await browser.get("/c/cats/join")).text).toContain('href="/sign-in?back=%2Fc%2Fcats%2Fjoin"');
    expect((await browser.post("/c/cats/join")).status).toBe(401);
  }));

test("joining lets everybody into an open community at once, and sends them nothing", () =>
  withApp(async (app) => {
    const { communityId, person, browser } = await open(app, "open");

    expect((await browser.get("/c/cats")).text).toContain('href="/c/cats/join"');
    expect((await browser.post("/c/cats/join")).location).toBe("/c/cats/join");
    await browser.post("/c/cats/join");

    expect(await stateOf(app, communityId, person.authorId)).toBe("active");
    expect((await browser.get("/c/cats/join")).text).toContain("You have been a member since 1 Mar 2026.");
    expect(await app.db.$count(memberDeliveries)).toBe(0);
    expect(await app.db.select().from(consents).orderBy(consents.id)).toMatchObject([
      { given: true, purpose: "membership", act: "web", words: "I want to belong to Cats." },
    ]);
  }));

test("joining offers mail to whom it reaches, and to nobody else", () =>
  withApp(async (app) => {
    const offer = 'name="mail" value="daily"';
    const { communityId, person, visit } = await open(app, "open");
    expect((await visit().get("/c/cats/join")).text).not.toContain(offer);

    const browser = visit({ smtpUrl: "smtp://127.0.0.1:9" });
    expect((await browser.get("/c/cats/join")).text).toContain("No address of yours is confirmed");
    await app.db.insert(emailAddresses).values({
      ...{ accountId: person.accountId, address: "mo@example.org", createdAt: app.now(), verifiedAt: app.now() },
    });
    expect((await browser.get("/c/cats/join")).text).toContain(offer);
    await browser.post("/c/cats/join", { mail: "hourly" });

    expect(await stateOf(app, communityId, person.authorId)).toBe("active");
    expect(await app.db.$count(memberDeliveries)).toBe(0);
  }));

test("joining puts a request before the moderators where they decide, and tells what came of it", () =>
  withApp(async (app) => {
    const { communityId, person, browser } = await open(app, "approval");

    await browser.post("/c/cats/join", { note: "I keep\n bees" });

    expect(await stateOf(app, communityId, person.authorId)).toBe("pending");
    expect((await browser.get("/c/cats/join")).text).toContain("A moderator has yet to answer");
    expect(await listJoinRequests(app.db, communityId)).toMatchObject([
      { community: "cats", note: "I keep bees", channel: "web", handle: "mo@moot.example" },
    ]);
    const about = { communityId, authorId: person.authorId, moderatorId: null, reason: "" };
    await decide(app, { ...about, action: "admit" });
    expect(await stateOf(app, communityId, person.authorId)).toBe("active");
    expect(await listJoinRequests(app.db)).toEqual([]);
    expect(await app.db.select().from(notices)).toMatchObject([{ kind: "admitted", authorId: person.authorId }]);
    await expect(decide(app, { ...about, action: "decline" })).rejects.toThrow("they do not wait to be let in");
  }));

test("a declined request says why, and may be made again", () =>
  withApp(async (app) => {
    const { communityId, person, browser } = await open(app, "approval");
    await browser.post("/c/cats/join");

    const about = { communityId, authorId: person.authorId, moderatorId: null };
    await decide(app, { ...about, action: "decline", reason: "dogs only" });

    expect(await stateOf(app, communityId, person.authorId)).toBe("left");
    expect(await app.db.select().from(notices)).toMatchObject([{ kind: "declined", reason: "dogs only" }]);
    await browser.post("/c/cats/join");
    expect(await stateOf(app, communityId, person.authorId)).toBe("pending");
  }));

test("joining refuses whoever was not invited where only the invited come in", () =>
  withApp(async (app) => {
    const { communityId, person, browser } = await open(app, "invite");

    const page = await browser.post("/c/cats/join");

    expect(page.status).toBe(403);
    expect(page.text).toContain("You cannot join now");
    expect(await stateOf(app, communityId, person.authorId)).toBeUndefined();
  }));

test("leaving takes one click, ends all that is sent, and can be undone for a day", () =>
  withApp(async (app) => {
    const { communityId, person, browser } = await open(app, "invite");
    await makeMember(app, communityId, { authorId: person.authorId });

    expect((await browser.post("/c/cats/leave")).location).toBe("/c/cats/join");
    expect(await stateOf(app, communityId, person.authorId)).toBe("left");
    expect(await app.db.$count(memberDeliveries)).toBe(0);
    expect((await browser.get("/c/cats/join")).text).toContain("You left.");
    await browser.post("/c/cats/come-back");
    expect(await stateOf(app, communityId, person.authorId)).toBe("active");

    await browser.post("/c/cats/leave");
    app.advance(25 * 60 * 60 * 1000);
    expect((await browser.post("/c/cats/come-back")).status).toBe(409);
    expect(await stateOf(app, communityId, person.authorId)).toBe("left");
  }));

test("leaving is refused to the last owner, in words", () =>
  withApp(async (app) => {
    const { communityId, person, browser } = await open(app, "open");
    await makeMember(app, communityId, { authorId: person.authorId, role: "owner" });

    const page = await browser.post("/c/cats/leave");

    expect(page.status).toBe(409);
    expect(page.text).toContain("Make somebody else an owner first");
    expect(await stateOf(app, communityId, person.authorId)).toBe("active");
    await makeMember(app, communityId, { role: "owner" });
    expect((await browser.post("/c/cats/leave")).status).toBe(303);
  }));

test("a member who is sent away hears nothing more, is told why, and may ask again", () =>
  withApp(async (app) => {
    const { communityId, person } = await open(app, "open");
    await makeMember(app, communityId, { authorId: person.authorId });

    const about = { communityId, authorId: person.authorId, moderatorId: null };
    await decide(app, { ...about, action: "expel", reason: "too loud" });

    expect(await stateOf(app, communityId, person.authorId)).toBe("left");
    expect(await app.db.$count(memberDeliveries)).toBe(0);
    expect(await app.db.select().from(notices)).toMatchObject([{ kind: "expelled", reason: "too loud" }]);
  }));

test("rows of the ledger of consent are only added", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    await makeMember(app, communityId);

    const change = app.db.transaction(async (tx) => await tx.update(consents).set({ given: false }));

    await expect(change).rejects.toThrow();
  }));
