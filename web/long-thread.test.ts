import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { PostId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { makeAuthor, makeCommunity, makePost } from "../test/make.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** A thread of one page and two posts more, a second apart, in turns by two people. @returns its first post, and the two latest */
async function makeLongThread(app: TestApp) {
  const communityId = await makeCommunity(app);
  const [first, other] = [await makeAuthor(app), await makeAuthor(app)];
  const began = app.now();
  const root = await makePost(app, communityId, { authorId: first, title: "Long", writtenAt: began });
  await app.db.execute(sql`
    insert into post (id, community_id, thread_id, parent_id, parent_name, author_id, source_id, channel, html, state, written_at, created_at, published_at)
    select gen_random_uuid(), community_id, thread_id, id, source_id, ${other}, source_id || n, channel, html, state,
      written_at + n * interval '1 second', created_at, published_at
    from post, generate_series(1, ${limits.threadPosts - 1}) n where id = ${root}`);
  const latest: PostId[] = [];
  for (const second of [limits.threadPosts, limits.threadPosts + 1]) {
    const writtenAt = new Date(began.getTime() + second * 1_000);
    latest.push(await makePost(app, communityId, { authorId: first, parentId: root, parentName: root, writtenAt }));
  }
  return { root, latest };
}

test("every post of a thread that does not fit on one page is found by its address, and so is the latest", () =>
  withApp(async (app) => {
    const { root, latest } = await makeLongThread(app);
    const web = createWeb(app);
    const path = `/c/cats/t/${root}`;
    const readOf = async (address: string) => await (await web.request(address)).text();
    const placeOf = async (id: PostId) => (await web.request(`/p/${id}`)).headers.get("location") ?? "";

    expect(await placeOf(root)).toBe(`${path}#${root}`);
    const first = await readOf(path);
    expect(/<p class="facts">[^<]*/.exec(first)?.[0]).toContain("1,002 posts by 2 people");
    expect(first.includes(`<h1 id="n1002">`)).toBe(true);
    expect(first.includes(`<a href="/p/${latest[1]}">Latest</a>`)).toBe(true);
    expect(first.includes(`id="${latest[0]}"`)).toBe(false);
    expect(first.includes(`<a class="skip" href="#${root}">To the first post</a>`)).toBe(true);

    for (const id of latest) {
      const [page, anchor] = (await placeOf(id)).split("#");
      expect(anchor).toBe(id);
      const text = await readOf(page!);
      expect([...text.matchAll(/<article class="post h-entry" id="([^"]+)"/g)].map(([, shown]) => shown)).toEqual(
        latest,
      );
      expect(text).toContain(`<a href="#${latest[1]}">Latest</a>`);
      expect(text).toContain(`<a href="${path}?by=date">From the beginning</a>`);
    }
  }));
