import { Hono } from "hono";
import { expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import { createByteCache, createPages } from "./page-cache.ts";

/** A site with one page, of which it tells how often it was rendered. */
function makeSite(cacheSize: number) {
  const state = { version: 1, now: 0, rendered: 0 };
  const pages = createPages(cacheSize, () => new Date(state.now));
  const site = new Hono();
  site.get("/", (c) =>
    pages.send(c, { of: [state.version], vary: "Accept" }, async () => `version ${state.version}, ${++state.rendered}`),
  );
  return { state, ask: async (headers: Record<string, string> = {}) => await site.request("/", { headers }) };
}

test("a page is rendered once a version, and whoever has it is told so", async () => {
  const { state, ask } = makeSite(1_000);
  const first = await ask();
  const tag = first.headers.get("etag") ?? "";

  expect(await first.text()).toBe("version 1, 1");
  expect(await (await ask()).text()).toBe("version 1, 1");
  const known = await ask({ "if-none-match": `"other", ${tag}` });
  expect([known.status, await known.text(), known.headers.get("etag")]).toEqual([304, "", tag]);
  expect((await ask({ "if-none-match": tag.replace("W/", "") })).status).toBe(304);
  state.version = 2;
  const changed = await ask({ "if-none-match": tag });
  expect([changed.status, await changed.text()]).toEqual([200, "version 2, 2"]);
});

test("what has no version of its own is never older than the limit", async () => {
  const { state, ask } = makeSite(1_000);
  await ask();
  state.now += limits.pageAge;

  expect(await (await ask()).text()).toBe("version 1, 2");
});

test("a page that many wait for is rendered once", async () => {
  const { ask } = makeSite(1_000);

  expect(new Set(await Promise.all(Array.from({ length: 20 }, async () => (await ask()).text())))).toEqual(
    new Set(["version 1, 1"]),
  );
});

test("a page that could not be rendered is tried again", async () => {
  const pages = createPages(1_000, () => new Date(0));
  const site = new Hono();
  let fails = true;
  site.get("/", (c) =>
    pages.send(c, { of: [1], vary: "Accept" }, async () => {
      if (fails) throw new Error("the database is away");
      return "here";
    }),
  );
  site.onError((_, c) => c.text("no", 500));

  expect((await site.request("/")).status).toBe(500);
  fails = false;
  expect(await (await site.request("/")).text()).toBe("here");
});

test("the cache holds no more bytes than it may, and lets go of what was not asked for longest", () => {
  const cache = createByteCache(10);
  cache.set("a", Buffer.from("aaaa"));
  cache.set("b", Buffer.from("bbbb"));
  cache.get("a");
  cache.set("c", Buffer.from("cccc"));
  cache.set("d", Buffer.from("ddddddddddd"));

  expect(["a", "b", "c", "d"].map((key) => cache.get(key)?.length)).toEqual([4, undefined, 4, undefined]);
});
