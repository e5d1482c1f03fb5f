import { expect, test } from "vitest";
import { reactions } from "../src/db/schema/reaction.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeCommunity, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

test("somebody who is signed in likes and boosts a post with a button, once, and takes it back", () =>
  withApp(async (app) => {
    const postId = await makePost(app, await makeCommunity(app));
    const { accountId, actorId } = await makePerson(app);
    const browser = openBrowserLike(createWeb(app));
    const page = async () => (await browser.get(`/c/cats/t/${postId}`)).text;
    expect(await page()).not.toContain("/react");
    expect((await browser.post(`/p/${postId}/react`, { do: "like" })).status).toBe(401);
    expect(await app.db.$count(reactions)).toBe(0);
    browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);

    expect(await page()).toContain('value="like"');
    for (const act of ["like", "like", "boost"]) {
      const { status, location } = await browser.post(`/p/${postId}/react`, { do: act });
      expect([status, location]).toEqual([303, `/p/${postId}`]);
    }

    expect(await app.db.select().from(reactions).orderBy(reactions.kind)).toMatchObject([
      { kind: "boost", authorName: `https://moot.example/actors/${actorId}` },
      { kind: "like" },
    ]);
    expect(await page()).toContain('value="unlike"');
    await browser.post(`/p/${postId}/react`, { do: "unlike" });
    await browser.post(`/p/${postId}/react`, { do: "unboost" });
    expect(await app.db.$count(reactions)).toBe(0);
    expect((await browser.post(`/p/${postId}/react`, { do: "constructor" })).status).toBe(400);
    expect((await browser.post(`/p/${accountId}/react`, { do: "like" })).status).toBe(404);
  }));
