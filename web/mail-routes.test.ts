import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { createMailLinks } from "../src/community/mail-links.ts";
import { findOwnMembership } from "../src/community/own-membership.ts";
import { createTopic } from "../src/community/topics.ts";
import { sessions } from "../src/db/schema/account.ts";
import { consents, memberDeliveries, members } from "../src/db/schema/community.ts";
import { mailBounces, mailChoices, mailThreadChoices, mailTopicChoices } from "../src/db/schema/mail.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember, makePost } from "../test/make.ts";
import { makeMailMember, readChoice } from "../test/make-mail-member.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

const secret = "a secret that only tests know";
const choice = { what: "new-threads", how: "daily", form: "plain", hour: "7", weekday: "3", zone: "Europe/Berlin" };

async function arrive(app: TestApp, given: Parameters<typeof makeMailMember>[2] = {}) {
  const communityId = await makeCommunity(app, { handle: "cats", name: "Cats" });
  const ben = await makeMailMember(app, communityId, { handle: "ben", ...given });
  const web = createWeb(app);
  const browser = openBrowserLike(web);
  const link = createMailLinks(secret).pathOf({ communityId, authorId: ben.authorId });
  const signIn = async () =>
    void browser.cookies.set("__Host-session", (await signInAs(app, ben.accountId)).split("=")[1]!);
  const hears = async () => (await app.db.select().from(memberDeliveries)).map(({ channel }) => channel);
  return { communityId, ben, web, browser, link, signIn, hears };
}

test("a member chooses what they hear, how and when, signed in or by the link in a mail", () =>
  withApp(async (app) => {
    const { ben, browser, link, signIn } = await arrive(app);

    expect((await browser.get("/c/cats/mail")).location).toBe("/sign-in?back=%2Fc%2Fcats%2Fmail");
    expect((await browser.post(link, choice)).location).toBe(`${link}?saved`);
    expect(await readChoice(app, ben)).toMatchObject({
      ...{ what: "new-threads", how: "daily", form: "plain", hour: 7, weekday: 3, timeZone: "Europe/Berlin" },
      digestDueAt: new Date("2026-03-02T06:00:00Z"),
    });
    await signIn();
    await browser.post("/c/cats/mail", { ...choice, how: "weekly" });
    expect(await readChoice(app, ben)).toMatchObject({ how: "weekly", digestDueAt: new Date("2026-03-04T06:00:00Z") });
    const page = await browser.get("/c/cats/mail");
    expect(page.text).toContain('value="weekly" checked');
    expect(page.text).toContain("ben@example.org");
    await browser.post("/c/cats/mail", { ...choice, how: "at-once" });
    // What was still to come in a digest comes soon.
    expect(await readChoice(app, ben)).toMatchObject({ how: "at-once", digestDueAt: app.now() });
  }));

test("CVE-2021-40347: whoever has a link sees no address, and can do nothing for anybody else", () =>
  withApp(async (app) => {
    const { communityId, browser, link } = await arrive(app);
    const other = await makeMailMember(app, communityId, { handle: "cleo" });
    const page = await browser.get(link);
    expect([page.status, page.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
    expect(page.text).not.toContain("example.org");
    const theirs = createMailLinks("another secret").pathOf({ communityId, authorId: other.authorId });
    const turned = `${link.slice(0, -1)}${link.endsWith("A") ? "B" : "A"}`;
    for (const path of [theirs, turned, "/mail/x", `${link}A`, `/mail/${"A".repeat(64)}`])
      expect([(await browser.get(path)).status, (await browser.post(path, choice)).status]).toEqual([404, 404]);
    expect(await app.db.select().from(mailChoices)).toEqual([]);
  }));

test.each([
  { hour: "24" },
  { hour: "" },
  { weekday: "0" },
  { zone: "Mars/Olympus" },
  { what: "all" },
  { how: "hourly" },
  { form: "pdf" },
])("what cannot be chosen, such as %j, is refused, and nothing is half chosen", (wrong) =>
  withApp(async (app) => {
    const { browser, link } = await arrive(app);
    const page = await browser.post(link, { ...choice, ...wrong });
    expect([page.status, page.text.includes('role="alert"')]).toEqual([400, true]);
    expect(await app.db.select().from(mailChoices)).toEqual([]);
  }),
);

test("one click stops the mail of the community: by POST, without cookies, from anywhere; looking at the link does nothing", () =>
  withApp(async (app) => {
    const { ben, web, link, hears } = await arrive(app);
    const path = `${link}/unsubscribe`;
    for (const method of ["GET", "HEAD", "OPTIONS", "GET"]) await web.request(path, { method });
    expect(await hears()).toEqual(["mail"]);
    const send = async (body: string, type = "application/x-www-form-urlencoded") =>
      (await web.request(path, { method: "POST", body, headers: { "content-type": type, origin: "null" } })).status;
    expect([await send(""), await send("x=One-Click"), await send("List-Unsubscribe=Twice")]).toEqual([400, 400, 400]);
    expect(await hears()).toEqual(["mail"]);

    expect(await send("List-Unsubscribe=One-Click")).toBe(200);
    expect(await send("List-Unsubscribe=One-Click")).toBe(200);

    expect(await hears()).toEqual([]);
    const [member] = await app.db.select().from(members).where(eq(members.authorId, ben.authorId));
    expect(member?.state).toBe("left");
    expect(await app.db.select().from(consents).orderBy(consents.id)).toMatchObject([
      { given: true },
      { given: false, act: "mail" },
    ]);
  }));

test("one click works as a form with parts too (RFC 8058)", () =>
  withApp(async (app) => {
    const { web, link, hears } = await arrive(app);
    const body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    expect((await web.request(`${link}/unsubscribe`, { method: "POST", body, headers })).status).toBe(200);
    expect(await hears()).toEqual([]);
  }));

test("whoever joined on the web, or reads there, stays a member without its mail, and is told so; only leaving ends that", () =>
  withApp(async (app) => {
    const { communityId, ben, browser, link, signIn, hears } = await arrive(app);
    await signIn();
    const state = async () => (await findOwnMembership(app, communityId, ben.authorId)).state;

    const read = await browser.post(`${link}/stop`, { scope: "community" });
    expect(read.text).toContain("You are still a member, and read on the web.");
    expect([await state(), await hears()]).toEqual(["active", []]);
    expect((await browser.get("/c/cats/mail")).text).toContain("You get no mail from this community.");

    await browser.post("/c/cats/leave");
    await browser.post("/c/cats/join");
    await browser.post("/c/cats/mail/start");
    await app.db.update(sessions).set({ revokedAt: app.now() });
    expect((await browser.post(`${link}/unsubscribe`, { "List-Unsubscribe": "One-Click" })).status).toBe(200);
    expect([await state(), await hears()]).toEqual(["active", []]);
    expect(await readChoice(app, ben)).toMatchObject({ what: "nothing" });
  }));

test("whoever moderates stays who they are, and hears nothing by mail any more, announcements neither", () =>
  withApp(async (app) => {
    const { ben, browser, link, hears } = await arrive(app, { role: "owner" });
    const page = await browser.post(`${link}/stop`, { scope: "everything" });
    expect(page.text).toContain("You get no more mail from communities on moot.example.");
    expect(await hears()).toEqual([]);
    const [member] = await app.db.select().from(members).where(eq(members.authorId, ben.authorId));
    expect(member?.state).toBe("active");
    expect(await readChoice(app, ben)).toMatchObject({ what: "nothing", digestDueAt: null });
    await browser.post(`${link}/start`);
    expect(await hears()).toEqual(["mail"]);
    expect(await readChoice(app, ben)).toMatchObject({ what: "every" });
  }));

test("whoever has no address is told so, and not shown a form without a button", () =>
  withApp(async (app) => {
    const { communityId, browser } = await arrive(app);
    const eve = await makePerson(app, { handle: "eve" });
    await makeMember(app, communityId, { authorId: eve.authorId });
    browser.cookies.set("__Host-session", (await signInAs(app, eve.accountId)).split("=")[1]!);
    const { text } = await browser.get("/c/cats/mail");

    expect(text).toContain('href="/settings#addresses"');
    expect(text).not.toContain('action="/c/cats/mail/start"');
  }));

test("a thread is muted from its mail, followed, and let be", () =>
  withApp(async (app) => {
    const { communityId, browser, link } = await arrive(app);
    const thread = await makePost(app, communityId, { title: "Worms" });
    const page = await browser.get(`${link}?thread=${thread}`);
    expect(page.text).toContain("Worms");
    const choose = async (choice: string) => {
      await browser.post(`${link}/thread`, { thread, choice });
      return (await app.db.select().from(mailThreadChoices)).map((row) => row.choice);
    };
    expect([await choose("mute"), await choose("follow"), await choose("")]).toEqual([["mute"], ["follow"], []]);
    const foreign = await makePost(app, await makeCommunity(app, { handle: "dogs" }), { title: "Bones" });
    expect((await browser.get(`${link}?thread=${foreign}`)).text).not.toContain("Bones");
    expect((await browser.post(`${link}/thread`, { thread: foreign, choice: "mute" })).status).toBe(404);
  }));

test("a topic can differ, and go back to what holds for the community", () =>
  withApp(async (app) => {
    const { communityId, ben, browser, link } = await arrive(app);
    const topic = await createTopic(app, { communityId, slug: "seeds", name: "Seeds", hashtags: [] }, "test");
    await browser.post(`${link}/topic`, { topic, what: "every", how: "digest" });
    expect(await app.db.select().from(mailTopicChoices)).toMatchObject([{ what: "every", how: "digest" }]);
    expect((await readChoice(app, ben))?.digestDueAt).toEqual(new Date("2026-03-01T18:00:00Z"));
    for (const unclear of [{ topic, what: "nothing much" }, { topic }])
      expect((await browser.post(`${link}/topic`, unclear)).status).toBe(400);
    await browser.post(`${link}/topic`, { topic, what: "" });
    expect(await app.db.select().from(mailTopicChoices)).toEqual([]);
    expect((await readChoice(app, ben))?.digestDueAt).toBeNull();
  }));

test("a pause has days by the member's clock, its last one included", () =>
  withApp(async (app) => {
    const { ben, browser, link } = await arrive(app);
    await browser.post(link, { ...choice, how: "at-once", what: "every" });
    await browser.post(`${link}/pause`, { from: "2026-08-01", until: "2026-08-20" });
    expect(await readChoice(app, ben)).toMatchObject({
      pausedFrom: new Date("2026-07-31T22:00:00Z"),
      pausedUntil: new Date("2026-08-20T22:00:00Z"),
      digestDueAt: new Date("2026-08-20T22:00:00Z"),
    });
    expect((await browser.get(link)).text).toContain("to 20 Aug 2026");
    for (const wrong of [
      { from: "2026-08-20", until: "2026-08-01" },
      { from: "x", until: "2026-08-01" },
      { from: "2025-01-01", until: "2025-02-01" },
    ])
      expect((await browser.post(`${link}/pause`, wrong)).status).toBe(400);
    await browser.post(`${link}/pause`, { end: "yes" });
    expect(await readChoice(app, ben)).toMatchObject({ pausedUntil: null });
  }));

test("whoever's mail came back is told, and starts it again with one click", () =>
  withApp(async (app) => {
    const { ben, browser, link } = await arrive(app);
    const suspended = { address: "ben@example.org", score: 5, scoredAt: app.now(), suspendedAt: app.now() };
    await app.db.insert(mailBounces).values(suspended);
    expect((await browser.get(link)).text).toContain("Mail to you came back too often");
    await browser.post(`${link}/resume`);
    expect(await app.db.select().from(mailBounces)).toMatchObject([{ suspendedAt: null, score: 0 }]);
    expect(await readChoice(app, ben)).toMatchObject({ digestDueAt: app.now(), digestFrom: app.now() });
  }));
