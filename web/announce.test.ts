import { expect, test } from "vitest";
import { posts } from "../src/db/schema/post.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeCommunity } from "../test/make.ts";
import { makeMailMember } from "../test/make-mail-member.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

test("a moderator can announce something to all members; what anybody else calls an announcement is none", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const web = createWeb(app);
    for (const [handle, role] of [
      ["mod", "moderator"],
      ["ben", undefined],
    ] as const) {
      const { accountId } = await makeMailMember(app, communityId, { handle, ...(role && { role }) });
      const browser = openBrowserLike(web);
      browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);
      const page = await browser.get("/c/cats/new");
      expect(page.text.includes('name="announcement"')).toBe(role !== undefined);
      const form = { title: handle, text: "We meet.", announcement: "yes", key: `key of ${handle}` };
      const preview = await browser.post("/c/cats/new", { ...form, do: "preview" });
      expect(/name="announcement"[^>]* checked/.test(preview.text)).toBe(role !== undefined);
      expect((await browser.post("/c/cats/new", { ...form, do: "publish" })).status).toBe(303);
    }
    const all = await app.db.select().from(posts).orderBy(posts.id);
    const marks = async (path: string) =>
      (await openBrowserLike(web).get(path)).text.split("<strong>Announcement</strong>").length - 1;
    expect(await marks("/c/cats/threads")).toBe(1);
    for (const { threadId, announcement } of all)
      expect(await marks(`/c/cats/t/${threadId}`)).toBe(announcement ? 1 : 0);
    const said = all.map(({ title, announcement }) => [title, announcement]);
    expect(new Map(said as [string, boolean][])).toEqual(
      new Map([
        ["mod", true],
        ["ben", false],
      ]),
    );
  }));
