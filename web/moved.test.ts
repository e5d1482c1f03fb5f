import { expect, test } from "vitest";
import { communities } from "../src/db/schema/community.ts";
import { makeCommunity, makePost } from "../test/make.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

const target = "https://dogs.example/c/dogs";

test("the pages of a community that has moved say where it is, and lead there to follow it", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const post = await makePost(app, communityId, { html: "<p>Still to be read</p>" });
    const paths = ["/c/cats", "/c/cats/threads", "/c/cats/about", `/c/cats/t/${post}`];
    const web = createWeb(app);
    const read = async (path: string) => await (await web.request(path)).text();
    for (const path of paths) expect(await read(path)).not.toContain("has moved");

    app.advance(60_000);
    await app.db.update(communities).set({ movedTo: target, movedAt: app.now(), updatedAt: app.now(), version: 2 });

    for (const path of paths) {
      const text = await read(path);
      expect(text).toContain(`It goes on at <a href="${target}" rel="nofollow"><bdi dir="ltr">${target}</bdi></a>`);
    }
    expect(await read("/c/cats")).not.toContain("Follow this address from Mastodon");
    expect(await read(`/c/cats/t/${post}`)).toContain("Still to be read");
    expect(await read(`/c/cats/t/${post}`)).not.toContain(`/p/${post}/reply`);
    expect(await read("/c/cats/follow")).toContain(`value="${target}"`);
  }));

test("a new home that is no address for a page is no link", () =>
  withApp(async (app) => {
    await makeCommunity(app, { movedTo: "javascript:alert(1)", movedAt: app.now() });
    const text = await (await createWeb(app).request("/c/cats")).text();

    expect(text).toContain('<bdi dir="ltr">javascript:alert(1)</bdi>');
    expect(text).not.toContain('href="javascript');
  }));
