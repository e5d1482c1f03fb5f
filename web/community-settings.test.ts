import { expect, test } from "vitest";
import { listChecks, usualChecks } from "../src/community/checks.ts";
import { getCommunity } from "../src/community/get-community.ts";
import { listEveryTopic } from "../src/community/topics.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** Somebody with a role in a community, with their browser. */
async function arrive(app: TestApp, role: "moderator" | "owner" | undefined, handle = "mo") {
  const { accountId, authorId } = await makePerson(app, { handle });
  const communityId = (await getCommunity(app.db, "cats").catch(() => undefined))?.id ?? (await makeCommunity(app));
  await makeMember(app, communityId, { authorId, ...(role && { role }) });
  const browser = openBrowserLike(createWeb(app));
  browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);
  return browser;
}

const general = { name: "Cats & dogs", summary: "All pets.", language: "pt-br", dye: "woad" };

test("an owner changes what a community is, and its pages show it", () =>
  withApp(async (app) => {
    const browser = await arrive(app, "owner");
    expect((await browser.get("/c/cats")).text).toContain('<a href="/c/cats/settings">');

    const saved = await browser.post("/c/cats/settings", general);

    expect([saved.status, saved.location]).toEqual([303, "/c/cats/settings?saved"]);
    expect(await getCommunity(app.db, "cats")).toMatchObject({ ...general, language: "pt-BR" });
    const page = (await browser.get(saved.location!)).text;
    expect(page).toContain('role="status"');
    expect(page).toContain('value="Cats &amp; dogs"');
    expect((await browser.get("/c/cats")).text).toContain("dye-woad");
  }));

test.each([
  [{ ...general, name: " " }, "A community needs a name"],
  [{ ...general, summary: "x".repeat(5_001) }, "it has room for 5,000 characters"],
  [{ ...general, language: "no language" }, "That is no language tag"],
])("what cannot be is said on the page, and what was typed is kept", (form, words) =>
  withApp(async (app) => {
    const browser = await arrive(app, "owner");

    const answer = await browser.post("/c/cats/settings", form);

    expect([answer.status, answer.text.includes(words)]).toEqual([400, true]);
    expect(answer.text).toContain('aria-invalid="true"');
    expect(answer.text).toContain(`value="${form.language}"`);
    expect(await getCommunity(app.db, "cats")).toMatchObject({ name: "Cats", language: "en" });
  }),
);

test("an owner says who posts, what waits, and who joins", () =>
  withApp(async (app) => {
    const browser = await arrive(app, "owner");

    await browser.post("/c/cats/settings/posting", { post: "members", hold: "everyone" });
    await browser.post("/c/cats/settings/joining", { join: "approval" });
    const nothing = await browser.post("/c/cats/settings/joining", {});

    const rules = { postPolicy: "members", holdPolicy: "everyone", joinPolicy: "approval" };
    expect(await getCommunity(app.db, "cats")).toMatchObject(rules);
    expect((await browser.get("/c/cats/settings/posting")).text).toMatch(/value="everyone" checked/);
    expect(nothing.status).toBe(400);
  }));

test("the settings are for owners: moderators, members and passers-by neither see nor change them", () =>
  withApp(async (app) => {
    const moderator = await arrive(app, "moderator");
    const member = await arrive(app, undefined, "mia");
    const nobody = openBrowserLike(createWeb(app));

    for (const path of ["/c/cats/settings", "/c/cats/settings/posting", "/c/cats/settings/joining"]) {
      for (const browser of [moderator, member]) {
        expect((await browser.get(path)).status).toBe(403);
        expect((await browser.post(path, { ...general, post: "members", hold: "none", join: "invite" })).status).toBe(
          403,
        );
      }
      expect((await nobody.get(path)).location).toBe(`/sign-in?back=${encodeURIComponent(path)}`);
      expect((await nobody.post(path, general)).status).toBe(401);
    }
    expect((await member.get("/c/cats")).text).not.toContain("/c/cats/settings");
    expect(await getCommunity(app.db, "cats")).toMatchObject({
      name: "Cats",
      postPolicy: "anyone",
      joinPolicy: "open",
    });
  }));

const check = { who: "newcomers", what: "mentions", verdict: "hold", threshold: "4", words: "", reason: "" };

test("a moderator says what is looked at, changes it, puts it in order and takes it away", () =>
  withApp(async (app) => {
    const browser = await arrive(app, "moderator");
    const path = "/c/cats/settings/checks";
    const { id } = await getCommunity(app.db, "cats");
    const checks = async () => await listChecks(app.db, id);
    expect((await browser.get("/c/cats")).text).toContain(`<a href="${path}">`);
    const key = /name="key" value="([^"]+)"/.exec((await browser.get(path)).text)![1]!;

    const added = await browser.post(path, { ...check, key });
    await browser.post(path, { ...check, key });
    await browser.post(path, {
      ...check,
      what: "words",
      words: "casino, poker\nslots",
      verdict: "reject",
      reason: "No",
    });

    expect(added.location).toBe(`${path}?saved`);
    expect(await checks()).toMatchObject([
      { id: key, what: "mentions", threshold: 4 },
      { what: "words", words: ["casino", "poker", "slots"], verdict: "reject", reason: "No" },
    ]);
    const page = (await browser.get(path)).text;
    expect(page).toContain("it names more than 4 people");
    expect(page).toContain("casino · poker · slots");
    await browser.post(`${path}/${key}`, { do: "down", from: "0" });
    await browser.post(`${path}/${key}`, { do: "up", from: "0" });
    await browser.post(`${path}/${key}`, { ...check, do: "save", threshold: "7" });
    expect((await browser.get(`${path}/${key}`)).text).toContain('value="7"');
    expect((await checks()).map(({ threshold }) => threshold)).toEqual([null, 7]);
    await browser.post(`${path}/${key}`, { do: "remove" });
    await browser.post(`${path}/usual`);
    expect(await checks()).toHaveLength(1 + usualChecks.length);
  }));

test.each([
  [{ ...check, threshold: "many" }, "This check needs a number"],
  [{ ...check, what: "words", words: " \n" }, "This check needs words"],
  [{ ...check, what: "links", verdict: "accept", reason: "nice" }, "nobody is told why a post appears"],
])("a check that lacks something is not kept, and nothing typed is lost: %j", (form, words) =>
  withApp(async (app) => {
    const browser = await arrive(app, "moderator");

    const answer = await browser.post("/c/cats/settings/checks", form);

    expect([answer.status, answer.text.includes(words)]).toEqual([400, true]);
    expect(answer.text).toContain(`<option value="${form.what}" selected="">`);
    expect(await listChecks(app.db, (await getCommunity(app.db, "cats")).id)).toEqual([]);
  }),
);

test("checks are nobody's but the moderators', and each is of one community", () =>
  withApp(async (app) => {
    const moderator = await arrive(app, "moderator");
    const member = await arrive(app, undefined, "mia");
    await makeCommunity(app, { handle: "dogs" });
    await moderator.post("/c/cats/settings/checks", check);
    const [own] = await listChecks(app.db, (await getCommunity(app.db, "cats")).id);

    expect((await member.get("/c/cats/settings/checks")).status).toBe(403);
    expect((await member.post("/c/cats/settings/checks/usual")).status).toBe(403);
    expect((await member.post(`/c/cats/settings/checks/${own!.id}`, { do: "remove" })).status).toBe(403);
    expect((await moderator.post(`/c/dogs/settings/checks/${own!.id}`, { do: "remove" })).status).toBe(403);
    expect((await moderator.get("/c/cats/settings/checks/nonsense")).status).toBe(404);
    expect((await moderator.post(`/c/cats/settings/checks/${own!.id}`, { do: "explode" })).status).toBe(400);
  }));

test("who is heard is shown to those who look after a community, with every figure as a table", () =>
  withApp(async (app) => {
    const moderator = await arrive(app, "moderator");
    const member = await arrive(app, undefined, "mia");
    const { id } = await getCommunity(app.db, "cats");
    const postId = await makePost(app, id, { title: "Is anybody here?", channel: "mail" });

    const { status, text } = await moderator.get("/c/cats/heard");

    expect(status).toBe(200);
    expect(text.split(`/p/${postId}`)).toHaveLength(3);
    expect(text).toContain('<rect class="s1"');
    expect(text).toMatch(/<th scope="row">E-mail<\/th><td>1<\/td><td>1<\/td><td>1<\/td><td>0<\/td><td>–<\/td>/);
    expect(text).not.toMatch(/ style=/);
    expect((await member.get("/c/cats/heard")).status).toBe(403);
  }));

test("a moderator adds, changes, orders, retires and removes topics, and their pages show it", () =>
  withApp(async (app) => {
    const browser = await arrive(app, "moderator");
    const path = "/c/cats/settings/topics";
    const { id } = await getCommunity(app.db, "cats");
    const topics = async () => await listEveryTopic(app.db, id);

    const added = await browser.post(path, { name: "Éponges & Laine", slug: "", hashtags: "#Wool, knitting" });
    await browser.post(path, { name: "خشب", slug: "wood", hashtags: "خشب" });
    const nameless = await browser.post(path, { name: "خشب", slug: "", hashtags: "" });
    const taken = await browser.post(path, { name: "More", slug: "more", hashtags: "wool" });

    expect(added.location).toBe(`${path}?saved`);
    expect([nameless.status, nameless.text.includes("A topic needs a name")]).toEqual([400, true]);
    expect([taken.status, taken.text.includes("Another topic has this address")]).toEqual([400, true]);
    expect(await topics()).toMatchObject([
      { slug: "eponges-laine", hashtags: ["epongeslaine", "knitting", "wool"] },
      { slug: "wood", name: "خشب" },
    ]);
    await browser.post(`${path}/wood`, { do: "up", from: "1" });
    await browser.post(`${path}/wood`, { do: "save", name: "Wood", hashtags: "oak" });
    await browser.post(`${path}/eponges-laine`, { do: "retire" });
    expect((await browser.get(`${path}/wood`)).text).toContain('value="#oak #wood"');
    const page = (await browser.get("/c/cats/topics")).text;
    expect(page.indexOf("Wood")).toBeLessThan(page.indexOf("No longer used"));
    expect(page.indexOf("Laine")).toBeGreaterThan(page.indexOf("No longer used"));
    expect((await browser.get("/c/cats/new")).text).not.toContain("eponges-laine");
    expect((await browser.get("/c/cats/sitemap.xml")).text).toContain("/c/cats/topics/wood</loc>");
    await browser.post(`${path}/eponges-laine`, { do: "remove" });
    expect(await topics()).toMatchObject([{ slug: "wood", name: "Wood" }]);
    expect((await browser.get(`${path}/eponges-laine`)).status).toBe(404);
    expect((await (await arrive(app, undefined, "mia")).post(`${path}/wood`, { do: "remove" })).status).toBe(403);
  }));

test("an owner closes the community: its pages say so, writing is refused in words, and it can be opened again", () =>
  withApp(async (app) => {
    const browser = await arrive(app, "owner");
    const moderator = await arrive(app, "moderator", "mia");

    expect((await moderator.post("/c/cats/settings/closing", { do: "close" })).status).toBe(403);
    await browser.post("/c/cats/settings/closing", { do: "close" });
    const refused = await browser.post("/c/cats/new", { do: "publish", text: "Hello" });

    const closed = (await browser.get("/c/cats")).text;
    expect(closed).toContain("This community is closed: everything can be read");
    expect(closed).not.toContain("Follow from my server");
    expect([refused.status, refused.text.includes("this community is closed.")]).toEqual([403, true]);
    await browser.post("/c/cats/settings/closing", { do: "open" });
    const open = (await browser.get("/c/cats")).text;
    expect(open).not.toContain("This community is closed");
    expect(open).toContain("Follow from my server");
    expect((await browser.post("/c/cats/new", { do: "publish", text: "Hello" })).status).toBe(303);
  }));
