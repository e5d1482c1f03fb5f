import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { addCheck } from "../src/community/change-checks.ts";
import { usualChecks } from "../src/community/checks.ts";
import { posts } from "../src/db/schema/post.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** A community that holds links of newcomers, a newcomer with a post, and a moderator, at their browsers. */
async function world(app: TestApp) {
  const cats = await makeCommunity(app);
  for (const check of usualChecks) await addCheck(app, cats, check, "mo");
  const web = createWeb(app);
  const open = async (handle: string, name: string) => {
    const { accountId, authorId } = await makePerson(app, { handle, name });
    const browser = openBrowserLike(web);
    browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);
    return { ...browser, authorId };
  };
  const [ann, kofi] = [await open("ann", "Ann"), await open("kofi", "Kofi")];
  await makeMember(app, cats, { authorId: kofi.authorId, role: "moderator" });
  await ann.post("/c/cats/new", { do: "publish", key: "k1", title: "Slugs", text: "Try copper tape" });
  const [post] = await app.db.select().from(posts).orderBy(posts.id);
  const change = async (text: string) =>
    await ann.post(`/p/${post!.id}/edit`, { do: "publish", key: post!.id, title: "Slugs", text });
  return { ann, kofi, id: post!.id, change, page: async () => (await kofi.get(`/c/cats/t/${post!.id}`)).text };
}

const textOf = (html: string) => html.replace(/<[^>]*>/g, "");

test("a change that has to wait says so, is read on the desk beside what everybody reads, and appears when it is let through", () =>
  withApp(async (app) => {
    const { ann, kofi, id, change, page } = await world(app);

    const answer = await change("Try [this shop](https://shop.example/)");
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining("Your change was received")]);
    expect(await page()).not.toContain("shop.example");
    expect((await ann.get(`/p/${id}/edit`)).text).toContain("Try [this shop](https://shop.example/)</textarea>");

    const desk = (await kofi.get("/c/cats/desk?show=edit")).text;
    for (const words of [
      "Changed afterwards",
      "Changes (1)",
      "this shop",
      "What everybody reads until then",
      "Try copper tape",
    ])
      expect(desk).toContain(words);
    const [, item] = /action="\/c\/cats\/desk\/([0-9a-f-]+)"/.exec(desk)!;
    const done = await kofi.post(`/c/cats/desk/${item}`, { do: "approve" });
    expect(done.status).toBe(303);
    expect((await kofi.get(done.location!)).text).toContain("The change was let through.");
    expect(await page()).toContain("https://shop.example/");
    expect((await kofi.get("/c/cats/desk/decisions")).text).toContain("let a change to a post by");
    expect(textOf((await ann.get("/notices")).text)).toContain("Your change to a post in Cats can be read now.");
  }));

test("nobody lets through what a waiting post came to say after they read it", () =>
  withApp(async (app) => {
    const { ann, kofi } = await world(app);
    await ann.post("/c/cats/new", { do: "publish", key: "k2", title: "Shop", text: "[Shop](https://shop.example/)" });
    const held = async () => (await app.db.select().from(posts).where(eq(posts.state, "held")).orderBy(posts.id))[0];
    const desk = (await kofi.get("/c/cats/desk")).text;
    const [, read = ""] = /name="read" value="([^"]+)"/.exec(desk)!;
    const { id } = (await held())!;
    app.advance(60_000);
    await ann.post(`/p/${id}/edit`, { do: "publish", key: id, title: "Shop", text: "[Worse](https://worse.example/)" });

    const late = await kofi.post(`/c/cats/desk/${id}`, { do: "approve", read });
    expect([late.status, (await held())?.id]).toEqual([400, id]);
    expect(late.text).toContain("https://worse.example/");
    const [, now = ""] = /name="read" value="([^"]+)"/.exec(late.text)!;
    expect((await kofi.post(`/c/cats/desk/${id}`, { do: "approve", read: now })).status).toBe(303);
    expect(await held()).toBeUndefined();
  }));

test("a change that is returned with a reason is told to its author, and nobody else reads it", () =>
  withApp(async (app) => {
    const { ann, kofi, change, page } = await world(app);
    await change("Try [this shop](https://shop.example/)");
    const [, item] = /action="\/c\/cats\/desk\/([0-9a-f-]+)"/.exec((await kofi.get("/c/cats/desk")).text)!;

    expect((await kofi.post(`/c/cats/desk/${item}`, { do: "reject" })).status).toBe(400);
    expect((await kofi.post(`/c/cats/desk/${item}`, { do: "reject", words: "No shops, please" })).status).toBe(303);

    expect(await page()).not.toContain("shop.example");
    const told = textOf((await ann.get("/notices")).text);
    expect(told).toContain("Your change to a post in Cats was not taken.");
    expect(told).toContain("No shops, please");
  }));
