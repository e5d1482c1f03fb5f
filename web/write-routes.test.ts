import { expect, test } from "vitest";
import { isWithinRate } from "../src/account/rate.ts";
import { addCheck } from "../src/community/change-checks.ts";
import type { PostId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { posts } from "../src/db/schema/post.ts";
import { signInAs } from "../test/browser-like.ts";
import { makeCommunity, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** Mo, signed in, and a community with one thread. */
async function world(app: TestApp, given: Parameters<typeof makeCommunity>[1] = {}) {
  const communityId = await makeCommunity(app, given);
  const postId = await makePost(app, communityId, { title: "Slugs" });
  const mo = await makePerson(app);
  const web = createWeb(app);
  const cookie = await signInAs(app, mo.accountId);
  const get = async (path: string) => await web.request(path, { headers: { cookie } });
  const send = async (path: string, fields: Record<string, string>, as = cookie) =>
    await web.request(path, {
      method: "POST",
      headers: { cookie: as, "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
      body: new URLSearchParams({ do: "publish", key: "k1", ...fields }).toString(),
    });
  return { communityId, postId, mo, web, get, send };
}

test("a thread that is written here appears, once however often the form is sent", () =>
  withApp(async (app) => {
    const { get, send, postId } = await world(app);

    const first = await send("/c/cats/new", { title: "Garlic", text: "How **deep**?", language: "en" });
    const again = await send("/c/cats/new", { title: "Garlic", text: "How **deep**?", language: "en" });

    expect([first.status, again.status]).toEqual([303, 303]);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    const written = (await app.db.select().from(posts).orderBy(posts.id)).filter(({ id }) => id !== postId);
    expect(written).toMatchObject([{ title: "Garlic", html: "<p>How <strong>deep</strong>?</p>", language: "en" }]);
    const page = await (await get(`/c/cats/t/${written[0]!.id}`)).text();
    expect(page).toContain("How <strong>deep</strong>?");
    expect(page).toContain(`/p/${written[0]!.id}/edit`);
  }));

test("a preview shows how it will look and keeps what was typed; nothing is written", () =>
  withApp(async (app) => {
    const { send, postId } = await world(app);

    const answer = await send(`/p/${postId}/answer`, { do: "preview", text: "Try *beer* <b>", warning: "alcohol" });

    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain("<p>Try <em>beer</em> &lt;b&gt;</p>");
    expect(page).toContain("Try *beer* &lt;b&gt;</textarea>");
    expect(page).toContain('value="alcohol"');
    expect(await app.db.$count(posts)).toBe(1);
  }));

test("an answer joins the thread", () =>
  withApp(async (app) => {
    const { send, postId } = await world(app);

    const { status, headers } = await send(`/p/${postId}/answer`, { text: "Beer" });

    expect(status).toBe(303);
    const id = headers.get("location")!.split("/").at(-1);
    const rows = await app.db.select().from(posts).orderBy(posts.id);
    expect(rows.find((post) => post.id === id)).toMatchObject({ parentId: postId, threadId: postId, channel: "web" });
  }));

test.each([
  ["", 400, "Write something first."],
  ["x".repeat(50_001), 400, "longer than a post can be"],
])("what cannot be taken is said beside the form, and nothing typed is lost", (text, status, words) =>
  withApp(async (app) => {
    const { send } = await world(app);

    const answer = await send("/c/cats/new", { title: "My title", text });

    const page = await answer.text();
    expect(answer.status).toBe(status);
    expect(page).toContain(words);
    expect(page).toContain('value="My title"');
    expect(page).toContain(`${text}</textarea>`);
  }),
);

test("a post that is held says so, and one that is refused says why", () =>
  withApp(async (app) => {
    const held = await world(app, { holdPolicy: "everyone" });
    const waiting = await held.send("/c/cats/new", { text: "Hello" });
    await makeCommunity(app, { handle: "dogs", postPolicy: "moderators" });
    const refused = await held.send("/c/dogs/new", { text: "Hello" });

    expect([waiting.status, await waiting.text()]).toEqual([200, expect.stringContaining("waits for a moderator")]);
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining("only its moderators write here"),
    ]);
  }));

test("one's own posts can be changed and taken back, nobody else's", () =>
  withApp(async (app) => {
    const { get, send, postId } = await world(app);
    const bob = await makePerson(app, { handle: "bob" });
    const written = await send("/c/cats/new", { text: "Salt" });
    const path = written.headers.get("location")!;
    const asBob = await signInAs(app, bob.accountId);

    expect(await (await get(`${path}/edit`)).text()).toContain("Salt</textarea>");
    for (const act of ["edit", "withdraw"]) {
      expect((await send(`${path}/${act}`, { text: "Mine" }, asBob)).status).toBe(404);
      expect((await send(`/p/${postId}/${act}`, { text: "Mine" })).status).toBe(404);
    }
    expect((await send(`${path}/edit`, { text: "No salt" })).status).toBe(303);
    const id = path.split("/").at(-1) as PostId;
    const now = async () => (await app.db.select().from(posts).orderBy(posts.id)).find((post) => post.id === id);
    expect(await now()).toMatchObject({ html: "<p>No salt</p>" });
    expect((await get(`${path}/withdraw`)).status).toBe(200);
    expect((await send(`${path}/withdraw`, {})).status).toBe(303);
    expect(await now()).toMatchObject({ state: "deleted", html: "" });
    expect((await get(`${path}/edit`)).status).toBe(404);
  }));

test("who is not signed in is led there and back", () =>
  withApp(async (app) => {
    const { web, postId } = await world(app);

    const { status, headers } = await web.request(`/p/${postId}/answer`);

    expect([status, headers.get("location")]).toEqual([
      303,
      `/sign-in?back=${encodeURIComponent(`/p/${postId}/answer`)}`,
    ]);
  }));

test("a network from which too much came is refused in words, others are not, and what was typed is kept", () =>
  withApp(async (app) => {
    const { web, mo } = await world(app);
    const cookie = await signInAs(app, mo.accountId);
    const from = async (remoteAddress: string, text: string) =>
      await web.request(
        "/c/cats/new",
        {
          method: "POST",
          headers: { cookie, "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
          body: new URLSearchParams({ do: "publish", text }).toString(),
        },
        { incoming: { socket: { remoteAddress } } },
      );
    const window = { limit: limits.postsPerNetwork, window: limits.postWindow };
    for (let count = 0; count < limits.postsPerNetwork; count++)
      await isWithinRate(app, ["posts from", "9.9.9.9"], window);

    const refused = await from("9.9.9.9", "My words");
    const other = await from("8.8.8.8", "Mine");

    const page = await refused.text();
    expect([refused.status, page.includes("Too many posts came from your network")]).toEqual([403, true]);
    expect(page).toContain("My words</textarea>");
    expect(other.status).toBe(303);
  }));

test("what a check lets wait says why, and so does what it refuses", () =>
  withApp(async (app) => {
    const { send, communityId } = await world(app);
    const check = { who: "anyone", what: "words", threshold: null, reason: "" } as const;
    await addCheck(app, communityId, { ...check, words: ["poker"], verdict: "hold" }, "test");
    await addCheck(app, communityId, { ...check, words: ["slots"], verdict: "reject", reason: "No games." }, "test");

    const waiting = await (await send("/c/cats/new", { text: "Poker?" })).text();
    const refused = await send("/c/cats/new", { text: "slots" });

    expect(waiting).toContain("there are words in it that the moderators look for");
    expect([refused.status, (await refused.text()).includes("No games.")]).toEqual([403, true]);
  }));
