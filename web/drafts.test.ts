import { expect, test } from "vitest";
import { createTopic } from "../src/community/topics.ts";
import type { PostId } from "../src/core/ids.ts";
import { communities, members } from "../src/db/schema/community.ts";
import { drafts } from "../src/db/schema/draft.ts";
import { posts, threads } from "../src/db/schema/post.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

const key = "018f0000-0000-7000-8000-000000000001";

async function world(app: TestApp) {
  const communityId = await makeCommunity(app);
  const postId = await makePost(app, communityId, { title: "Slugs" });
  const web = createWeb(app);
  const enter = async (handle: string) => {
    const browser = openBrowserLike(web);
    const { accountId, authorId } = await makePerson(app, { handle });
    browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);
    return { ...browser, authorId };
  };
  const mo = await enter("mo");
  return { communityId, postId, web, mo, moId: mo.authorId, bob: await enter("bob") };
}

test("what is kept or previewed waits under drafts, is written on where it was, and goes when it is published", () =>
  withApp(async (app) => {
    const { mo, postId } = await world(app);

    const kept = await mo.post(`/p/${postId}/answer`, { do: "keep", key, text: "Half a tho", language: "en" });
    expect([kept.status, kept.location]).toEqual([303, "/drafts"]);
    await mo.post(`/p/${postId}/answer`, { do: "preview", key, text: "Half a thought", language: "en" });

    const list = (await mo.get("/drafts")).text;
    expect(list).toContain("Half a thought");
    const path = `/p/${postId}/answer?draft=${key}`;
    expect(list).toContain(path);
    const form = (await mo.get(path)).text;
    expect(form).toContain("Half a thought</textarea>");
    expect(form).toContain(`name="key" value="${key}"`);
    expect(await app.db.$count(posts)).toBe(1);
    await mo.post(`/p/${postId}/answer`, { do: "publish", key, text: "A thought", language: "en" });
    expect([await app.db.$count(posts), await app.db.$count(drafts)]).toEqual([2, 0]);
  }));

test("a draft is its author's alone: nobody else reads it, writes over it or throws it away", () =>
  withApp(async (app) => {
    const { mo, bob, web } = await world(app);
    await mo.post("/c/cats/new", { do: "keep", key, text: "Mine" });

    expect((await bob.get("/drafts")).text).not.toContain("Mine");
    expect((await bob.get(`/c/cats/new?draft=${key}`)).text).not.toContain("Mine");
    await bob.post("/c/cats/new", { do: "keep", key, text: "Bob's" });
    await bob.post("/drafts/drop", { draft: key });
    await bob.post("/c/cats/new", { do: "publish", key, text: "Bob's" });
    expect(await app.db.select().from(drafts)).toMatchObject([{ text: "Mine" }]);
    expect((await web.request("/drafts")).status).toBe(303);
    await mo.post("/drafts/drop", { draft: key });
    expect(await app.db.$count(drafts)).toBe(0);
  }));

test("who does not belong to a private community any more reads nothing of it among their drafts", () =>
  withApp(async (app) => {
    const { mo, moId, communityId } = await world(app);
    await makeMember(app, communityId, { authorId: moId });
    await app.db.update(communities).set({ visibility: "private", joinPolicy: "invite", name: "The hidden cats" });
    await mo.post("/c/cats/new", { do: "keep", key, text: "Mine" });
    expect((await mo.get("/drafts")).text).toContain("The hidden cats");

    await app.db.update(members).set({ state: "left" });

    const list = (await mo.get("/drafts")).text;
    expect(list).not.toContain("The hidden cats");
    expect(list).not.toContain("/c/cats");
  }));

test("a thread comes under the topic that was chosen", () =>
  withApp(async (app) => {
    const { mo, communityId } = await world(app);
    await createTopic(app, { communityId, slug: "compost", name: "Compost", hashtags: [] }, "test");

    expect((await mo.get("/c/cats/new")).text).toContain('<option value="compost" lang="en">Compost</option>');
    await mo.post("/c/cats/new", { do: "publish", key, title: "Worms", text: "How many?", topic: "compost" });

    const rows = await app.db.select().from(threads).orderBy(threads.id);
    expect(rows.filter(({ topicId }) => topicId !== null)).toMatchObject([{ title: "Worms" }]);
  }));

test("everybody can read what a post said before it was changed, until it is taken back", () =>
  withApp(async (app) => {
    const { mo, web } = await world(app);
    const written = await mo.post("/c/cats/new", { do: "publish", key, title: "Garlic", text: "Plant it *deep*" });
    const id = written.location!.split("/").at(-1) as PostId;
    const read = async () => await web.request(`/p/${id}/history`);
    expect(await (await read()).text()).toContain("was not changed");

    app.advance(60_000);
    await mo.post(`/p/${id}/edit`, {
      do: "publish",
      key: id,
      title: "Garlic",
      text: "Plant it shallow",
      warning: "smell",
    });

    const page = await (await read()).text();
    expect(page.indexOf("Plant it shallow")).toBeLessThan(page.indexOf("Plant it <em>deep</em>"));
    expect(page).toContain("smell");
    expect(await (await web.request(`/c/cats/t/${id}`)).text()).toContain(`href="/p/${id}/history"`);
    await mo.post(`/p/${id}/withdraw`);
    expect((await read()).status).toBe(410);
  }));
