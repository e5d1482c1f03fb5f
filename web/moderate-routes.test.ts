import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listCommunityRules } from "../src/community/rules.ts";
import { newId, type PostId } from "../src/core/ids.ts";
import { cases, reports } from "../src/db/schema/moderation.ts";
import { posts, threads } from "../src/db/schema/post.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { listEvents } from "../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** A moderator of two communities at their browser, and somebody who is none. */
async function world(app: TestApp) {
  const [cats, dogs] = [await makeCommunity(app), await makeCommunity(app, { handle: "dogs" })];
  const web = createWeb(app);
  const open = async (handle: string) => {
    const { accountId, authorId } = await makePerson(app, { handle });
    const browser = openBrowserLike(web);
    browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);
    return { ...browser, authorId };
  };
  const [kofi, mia] = [await open("kofi"), await open("mia")];
  for (const communityId of [cats, dogs])
    await makeMember(app, communityId, { authorId: kofi.authorId, role: "moderator" });
  const first = await makePost(app, cats, { title: "Slugs" });
  const reply = await makePost(app, cats, { parentId: first, parentName: "x", html: "<p>Of other things</p>" });
  const stateOf = async (id: PostId) =>
    (await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id))[0]!;
  return { cats, dogs, kofi, mia, first, reply, stateOf, nobody: openBrowserLike(web) };
}

test("the page of a thread has a fold for its moderators alone, and each post a way to what can be done with it", () =>
  withApp(async (app) => {
    const { kofi, mia, first, reply } = await world(app);

    const seen = (await kofi.get(`/c/cats/t/${first}`)).text;
    expect(seen).toContain("Moderate this thread");
    expect(seen).toContain(`href="/c/cats/desk/posts/${reply}"`);
    const unseen = (await mia.get(`/c/cats/t/${first}`)).text;
    expect(unseen).not.toMatch(/Moderate this|\/desk\//);
    expect(unseen).toContain(`href="/p/${reply}/report"`);
    expect((await mia.get(`/c/cats/desk/posts/${reply}`)).status).toBe(403);
    expect((await mia.post(`/c/cats/desk/threads/${first}`, { do: "lock" })).status).toBe(403);
    expect((await kofi.get(`/c/dogs/desk/posts/${reply}`)).status).toBe(404);
  }));

test("the communities to which a thread may go are offered by their names, in one order", () =>
  withApp(async (app) => {
    const { kofi, first } = await world(app);
    for (const handle of ["zebras", "ants", "mice"])
      await makeMember(app, await makeCommunity(app, { handle }), { authorId: kofi.authorId, role: "owner" });

    const [, choice] = (await kofi.get(`/c/cats/t/${first}`)).text.split('id="moderate-community"');

    const offered = choice!.split("</select>")[0]!.matchAll(/value="(\w+)"/g);
    expect([...offered].map(([, handle]) => handle)).toEqual(["ants", "dogs", "mice", "zebras"]);
  }));

test("a moderator closes, pins and opens a thread from its page", () =>
  withApp(async (app) => {
    const { kofi, first } = await world(app);
    const path = `/c/cats/desk/threads/${first}`;
    const read = async () =>
      (await app.db.select().from(threads).orderBy(threads.id)).find(({ id }) => String(id) === String(first));

    for (const act of ["lock", "pin"]) expect((await kofi.post(path, { do: act })).location).toBe(`/p/${first}`);
    expect(await read()).toMatchObject({ lockedAt: app.now(), pinnedAt: app.now() });
    const again = await kofi.post(path, { do: "lock" });
    expect([again.status, again.text.includes("it is so already")]).toEqual([409, true]);
    await kofi.post(path, { do: "unlock" });
    expect((await read())?.lockedAt).toBeNull();
    expect((await kofi.post(path, { do: "blow-up" })).status).toBe(409);
  }));

test("a moderator removes a post with a reason, brings it back, makes a thread of it, and puts it back", () =>
  withApp(async (app) => {
    const { kofi, first, reply, stateOf } = await world(app);
    const path = `/c/cats/desk/posts/${reply}`;

    expect((await kofi.post(path, { do: "remove" })).status).toBe(400);
    await kofi.post(path, { do: "remove", words: "off topic" });
    expect(await stateOf(reply)).toMatchObject({ state: "removed", reason: "off topic" });
    expect((await kofi.get(path)).text).toContain("Of other things");
    await kofi.post(path, { do: "restore" });
    expect((await stateOf(reply)).state).toBe("published");
    await kofi.post(path, { do: "split" });
    expect(await stateOf(reply)).toMatchObject({ threadId: reply, parentId: null });
    const wrong = await kofi.post(path, { do: "attach", below: "nowhere" });
    expect([wrong.status, wrong.text.includes("no address of a post")]).toEqual([400, true]);
    await kofi.post(path, { do: "attach", below: `https://moot.example/c/cats/t/${first}` });
    expect(await stateOf(reply)).toMatchObject({ threadId: first, parentId: first });
  }));

test("old addresses of a thread that was joined or moved lead to where it is", () =>
  withApp(async (app) => {
    const { cats, kofi, first, nobody } = await world(app);
    const other = await makePost(app, cats, { title: "Snails" });

    await kofi.post(`/c/cats/desk/threads/${first}`, { do: "merge", into: `https://moot.example/c/cats/t/${other}` });
    expect((await nobody.get(`/c/cats/t/${first}`)).location).toBe(`/c/cats/t/${other}`);
    const moved = await kofi.post(`/c/cats/desk/threads/${other}`, { do: "move", community: "dogs" });
    expect(moved.location).toBe(`/p/${other}`);
    expect((await nobody.get(`/c/cats/t/${other}`)).location).toBe(`/c/dogs/t/${other}`);
    expect((await nobody.get(`/p/${first}`)).location).toBe(`/c/dogs/t/${other}#${first}`);
    expect((await nobody.get(`/c/dogs/t/${other}`)).status).toBe(200);
  }));

test("somebody reports a post by a rule and in words, once; whoever has no account is shown the way from their own server", () =>
  withApp(async (app) => {
    const { kofi, mia, first, nobody } = await world(app);
    await kofi.post("/c/cats/settings/rules", { do: "add", words: "Be kind." });
    const path = `/p/${first}/report`;
    const form = await mia.get(path);
    expect(form.text).toContain("Be kind.");
    const key = newId(app.now());

    expect((await mia.post(path, { key })).status).toBe(400);
    const sent = await mia.post(path, { key, rule: "1", words: "An insult", forward: "yes" });
    expect([sent.status, sent.text.includes("you will hear what comes of it")]).toEqual([200, true]);
    const again = await mia.post(path, { key, rule: "1", words: "An insult" });
    expect(again.text).toContain("You reported this already");

    expect(await app.db.select().from(reports).orderBy(reports.id)).toMatchObject([
      { reporterId: mia.authorId, channel: "web", words: "An insult", ruleNumber: 1, rule: "Be kind.", forward: true },
    ]);
    expect((await app.db.select().from(cases).orderBy(cases.id))[0]?.forwardedAt).toEqual(app.now());
    expect((await listEvents(app)).filter(({ kind }) => kind === "case-forwarded").length).toBe(1);
    expect((await kofi.get("/c/cats/desk")).text).toContain("An insult");
    const away = await nobody.get(path);
    expect([away.status, away.text.includes("From your own server")]).toEqual([200, true]);
    expect((await nobody.post(path, { words: "x" })).status).toBe(401);
    expect((await nobody.get(`/p/${newId(app.now())}/report`)).status).toBe(404);
  }));

test("only so much is reported a day, and the words stay in the form", () =>
  withApp(async (app) => {
    const { cats, mia } = await world(app);
    const authorId = await makeAuthor(app);
    for (let count = 0; count < 20; count++)
      await mia.post(`/p/${await makePost(app, cats, { authorId })}/report`, { words: "spam" });

    const refused = await mia.post(`/p/${await makePost(app, cats, { authorId })}/report`, { words: "one more" });

    expect([refused.status, refused.text.includes("one more</textarea>")]).toEqual([400, true]);
    expect(await app.db.$count(reports)).toBe(20);
  }));

test("moderators write numbered rules, order them and take them away; everybody reads them", () =>
  withApp(async (app) => {
    const { cats, kofi, mia, nobody } = await world(app);
    const path = "/c/cats/settings/rules";
    const words = async () => (await listCommunityRules(app.db, cats)).map((rule) => `${rule.number}. ${rule.words}`);
    for (const rule of ["Be kind.", " No   selling. "]) await kofi.post(path, { do: "add", words: rule });
    expect(await words()).toEqual(["1. Be kind.", "2. No selling."]);
    const [kind, selling] = await listCommunityRules(app.db, cats);

    await kofi.post(path, { do: "up", rule: selling!.id });
    await kofi.post(path, { do: "say", rule: kind!.id, words: "Be very kind." });
    expect(await words()).toEqual(["1. No selling.", "2. Be very kind."]);
    expect((await nobody.get("/c/cats/about")).text).toMatch(/No selling\.[\s\S]*Be very kind\./);
    expect((await kofi.post(path, { do: "add", words: " " })).status).toBe(400);
    expect((await mia.post(path, { do: "add", words: "Mine" })).status).toBe(403);
    await kofi.post(path, { do: "remove", rule: selling!.id });
    expect(await words()).toEqual(["1. Be very kind."]);
  }));
