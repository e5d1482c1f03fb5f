import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { communities } from "../src/db/schema/community.ts";
import { threads } from "../src/db/schema/post.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../test/make.ts";
import { makeMenders } from "../test/make-menders.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

test("the first page of a community shows what is alive in it, and how to take part", () =>
  withApp(async (app) => {
    await makeMenders(app);
    const text = await (await createWeb(app).request("/c/menders")).text();

    expect(text).toContain('<h2 id="lead"><a href="/c/menders/t/');
    expect(text).toContain("A field guide to screw heads (please correct me)");
    expect([...text.matchAll(/<p class="n">(\d+)/g)].map(([, count]) => Number(count))).toEqual([
      19, 4, 12, 9, 31, 15, 16, 7,
    ]);
    expect(text).toContain("12 people on 7 servers.");
    expect(text).toContain('value="@menders@moot.example"');
    expect(text).toContain('aria-label="November 2026: 161 posts"');
    expect(text).toContain(
      '<link rel="alternate" type="application/activity+json" href="https://moot.example/c/menders"/>',
    );
  }));

test("who only follows is named nowhere and counted", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app, { handle: "lurker", name: "Quiet Lurker" });
    await makeMember(app, communityId, { authorId });

    const web = createWeb(app);
    for (const path of ["/", "/c/cats", "/c/cats/people", "/c/cats/about"]) {
      expect(await (await web.request(path)).text()).not.toMatch(/lurker/i);
    }
    expect((await web.request("/@lurker@remote.example")).status).toBe(404);
    expect(await (await web.request("/c/cats")).text()).toContain("One person on one server.");
  }));

test("every thread is on one of the pages of the list, once, and in its month", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app);
    const first = await makePost(app, communityId, { authorId, writtenAt: new Date("2026-02-28T23:59:59Z") });
    await app.db.execute(sql`with made as (insert into thread (id, community_id, title, last_post_at, created_at)
        select gen_random_uuid(), ${communityId}, 'thread ' || n, '2026-03-01T00:00:00Z', now() from generate_series(1, 119) n returning id)
      insert into post (id, community_id, author_id, thread_id, source_id, channel, html, state, written_at, created_at, published_at)
      select id, ${communityId}, ${authorId}, id, 'https://remote.example/' || id, 'activitypub', 'x', 'published', '2026-03-01T00:00:00Z',
        '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z' from made`);
    const web = createWeb(app);
    const walk = async (path: string) => {
      const found: string[] = [];
      let next: string | undefined = path;
      let pages = 0;
      for (; next !== undefined && pages < 10; pages++) {
        const text = await (await web.request(next)).text();
        found.push(...[...text.matchAll(/<h[23]><a href="\/c\/cats\/t\/([^"#]+)/g)].map(([, id]) => id!));
        next = /href="([^"]+(?:before|after)=[^"&]+)" rel="next"/.exec(text)?.[1];
      }
      return { pages, found: found.length, distinct: new Set(found).size, last: found.at(-1) };
    };

    expect(await walk("/c/cats/threads")).toEqual({ pages: 3, found: 120, distinct: 120, last: first });
    expect(await walk("/c/cats/archive/2026/03")).toMatchObject({ pages: 3, found: 119, distinct: 119 });
    expect(await walk("/c/cats/archive/2026/02")).toMatchObject({ pages: 1, found: 1, last: first });
  }));

test("everyone who wrote is on one of the pages of people, once", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const root = await makePost(app, communityId, { authorId: await makeAuthor(app, { handle: "first" }) });
    for (let index = 0; index < 60; index++) {
      const authorId = await makeAuthor(app, { handle: `person${index}` });
      await makePost(app, communityId, { parentId: root, parentName: "x", authorId });
    }
    const web = createWeb(app);
    const one = await (await web.request("/c/cats/people")).text();
    const two = await (await web.request(/href="([^"]+after=[^"]+)" rel="next"/.exec(one)?.[1] ?? "")).text();

    const names = [one, two].map((text) => [...text.matchAll(/<a href="\/@([^@"]+)@/g)].map(([, name]) => name));
    expect(names.map(({ length }) => length)).toEqual([50, 11]);
    expect(new Set(names.flat()).size).toBe(61);
  }));

test("a community is known by its handle as it is written, and nothing else", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const web = createWeb(app);
    const answer = async (path: string) => {
      const { status, headers } = await web.request(path);
      return [status, headers.get("location")];
    };

    expect(await answer("/c/CATS/threads?before=1.00000000-0000-0000-0000-000000000000")).toEqual([
      301,
      "/c/cats/threads?before=1.00000000-0000-0000-0000-000000000000",
    ]);
    expect(await answer(`/c/${communityId}`)).toEqual([301, "/c/cats"]);
    expect(await answer("/c/dogs")).toEqual([404, null]);
    expect(await answer("/c/cats/threads?before=yesterday")).toEqual([400, null]);
    expect(await answer("/c/cats/people?after=1.2")).toEqual([400, null]);
    for (const month of ["2026/13", "2026/3", "26/03", "2026/00"]) {
      expect(await answer(`/c/cats/archive/${month}`)).toEqual([404, null]);
    }
  }));

test("the pages of a community are known to be unchanged by its version", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const web = createWeb(app);
    const paths = [
      "/",
      "/c/cats",
      "/c/cats/threads",
      "/c/cats/people",
      "/c/cats/archive",
      "/c/cats/about",
      "/c/cats/feed.atom",
    ];
    const tags = new Map<string, string>();
    for (const path of paths) tags.set(path, (await web.request(path)).headers.get("etag") ?? "");
    const statuses = async () =>
      await Promise.all(
        paths.map(async (path) => (await web.request(path, { headers: { "if-none-match": tags.get(path)! } })).status),
      );

    expect(new Set(await statuses())).toEqual(new Set([304]));
    await app.db.update(communities).set({ version: 2 }).where(eq(communities.id, communityId));
    expect(new Set(await statuses())).toEqual(new Set([200]));
  }));

test("a thread without its beginning is listed under no title and no author", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app, { name: "Withdrawn Person" });
    const root = await makePost(app, communityId, { authorId, state: "removed", title: "A withdrawn title" });
    await makePost(app, communityId, { parentId: root, parentName: "x" });
    await app.db.update(threads).set({ pinnedAt: app.now() });

    const web = createWeb(app);
    for (const path of [
      "/c/cats",
      "/c/cats/threads",
      "/c/cats/archive/2026/03",
      `/c/cats/t/${root}`,
      "/c/cats/feed.atom",
    ]) {
      const text = await (await web.request(path)).text();
      expect(text).not.toMatch(/withdrawn/i);
      if (!path.endsWith("atom")) expect(text).toContain("A thread without its beginning");
    }
  }));

test("about a community stands who speaks there by which way, how soon they are answered, and every way in", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { summary: "All about cats" });
    const question = await makePost(app, communityId, { channel: "mail", writtenAt: new Date("2026-02-01T00:00Z") });
    await makePost(app, communityId, { parentId: question, writtenAt: new Date("2026-02-01T03:00Z") });
    await makeMember(app, communityId);
    const listening = { ...app, config: { ...app.config, lmtpListen: { host: "127.0.0.1", port: 24 } } };

    const plain = await (await createWeb(app).request("/c/cats/about")).text();
    const text = await (await createWeb(listening).request("/c/cats/about")).text();

    expect(text).toContain("One member, on one server.");
    expect(text).toContain("2 people wrote 2 posts: 1 on the fediverse, 1 by e-mail, 0 on this website.");
    expect(text).toContain("One thread was begun, and one answered: half of those within 3 hours.");
    expect(text).toContain('value="cats@moot.example"');
    expect(text).toContain('href="mailto:cats+subscribe@moot.example"');
    expect(plain).not.toContain("mailto:");
    expect(plain).toContain('value="@cats@moot.example"');
  }));
