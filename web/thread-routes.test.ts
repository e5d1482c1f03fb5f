import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { App } from "../src/app.ts";
import type { PostId, ThreadId } from "../src/core/ids.ts";
import { postNames, posts, threads } from "../src/db/schema/post.ts";
import { decide } from "../src/moderation/decide.ts";
import { submitPost } from "../src/post/submit-posts.ts";
import { makeAuthor, makeCommunity, makePost } from "../test/make.ts";
import { makeMenders } from "../test/make-menders.ts";
import { makeSubmission } from "../test/make-submission.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

const threadOf = (id: PostId) => id as string as ThreadId;

/** Takes what was published away again, as a moderator or its author does. */
async function takeAway(app: App, id: PostId, state: "removed" | "deleted"): Promise<void> {
  const erased = state === "deleted" ? { html: "", title: null } : {};
  const [post] = await app.db
    .update(posts)
    .set({ state, goneAt: app.now(), ...erased })
    .where(eq(posts.id, id))
    .returning();
  const lastPostAt = sql`(select max(p.written_at) from post p where p.thread_id = thread.id and p.state = 'published')`;
  await app.db
    .update(threads)
    .set({ lastPostAt, version: sql`${threads.version} + 1` })
    .where(eq(threads.id, post!.threadId));
}

async function read(app: App, path: string, headers: Record<string, string> = {}) {
  const response = await createWeb(app).request(path, { headers });
  return { status: response.status, location: response.headers.get("location"), text: await response.text(), response };
}

test("a thread is on one page, with every post at its id and under what it answers", () =>
  withApp(async (app) => {
    const { threadId, posts } = await makeMenders(app);
    const { status, text } = await read(app, `/c/menders/t/${threadId}`);

    expect(status).toBe(200);
    const shown = [...text.matchAll(/<article class="(post[^"]*)" id="([^"]+)"/g)];
    // One of them is the place of what moderators removed.
    expect(shown).toHaveLength(20);
    expect(shown.find(([, , id]) => id === posts.get(16))?.[1]).toBe("post d4 h-entry");
    expect(text).toMatch(/<p class="re">to <a class="u-in-reply-to quiet" href="#[^"]+"><bdi>Sunniva Dahl<\/bdi>/);
    expect(text).toContain("19 posts by 10 people");
    expect(text).toContain('<div class="text e-content" lang="ja" dir="auto"><p>古い蛇腹');
  }));

test("nobody's e-mail address is on any page", () =>
  withApp(async (app) => {
    const { threadId } = await makeMenders(app);
    const paths = [`/c/menders/t/${threadId}`, `/c/menders/t/${threadId}/feed.atom`, "/c/menders", "/c/menders/people"];

    for (const path of [...paths, "/c/menders/feed.atom", "/c/menders/about"]) {
      expect((await read(app, path)).text).not.toMatch(/secret\d|mail\.example/);
    }
    expect((await read(app, "/@secret0@mail.example")).status).toBe(404);
  }));

test("what was removed keeps its place, what was deleted does for its replies, and neither anything of its words", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app, { name: "Rude Person" });
    const root = await makePost(app, communityId, { title: "A rude title", html: "<p>rude words</p>", authorId });
    const reply = await makePost(app, communityId, { parentId: root, parentName: "x", html: "<p>A calm answer</p>" });
    await makePost(app, communityId, { parentId: reply, parentName: "x", html: "<p>leaf</p>", state: "removed" });
    await makePost(app, communityId, { parentId: reply, parentName: "x", html: "", state: "deleted" });
    await takeAway(app, root, "removed");

    for (const path of [
      `/c/cats/t/${root}`,
      `/c/cats/t/${root}/feed.atom`,
      "/c/cats",
      "/c/cats/threads",
      "/c/cats/feed.atom",
    ]) {
      const { status, text } = await read(app, path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toMatch(/rude|leaf/i);
    }
    const { text } = await read(app, `/c/cats/t/${root}`);
    expect(text).toContain("The moderators removed this post.");
    expect(text.match(/<article/g)).toHaveLength(3);
    expect((await read(app, "/c/cats/archive/2026/03")).text).not.toMatch(/rude/i);
  }));

test("where moderators removed a post their reason is read, as text", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const root = await makePost(app, communityId);
    const postId = await makePost(app, communityId, { parentId: root, parentName: "x", html: "<p>rude words</p>" });
    await makePost(app, communityId, { parentId: postId, parentName: "x" });
    await decide(app, { postId, moderatorId: null, action: "remove", reason: "rule 2 <b>be kind</b>" });

    const { text } = await read(app, `/c/cats/t/${root}`);

    expect(text).toContain('<p class="gone" dir="auto">rule 2 &lt;b&gt;be kind&lt;/b&gt;</p>');
    expect(text).not.toContain("rude words");
  }));

test("a locked thread says so, and offers no way to answer", () =>
  withApp(async (app) => {
    const root = await makePost(app, await makeCommunity(app));
    const before = (await read(app, `/c/cats/t/${root}`)).text;
    expect(before).not.toContain("This thread is closed.");
    expect(before).toContain('href="#reply"');

    await decide(app, { threadId: threadOf(root), moderatorId: null, action: "lock", reason: "" });

    const { text } = await read(app, `/c/cats/t/${root}`);
    expect(text).toContain("This thread is closed.");
    expect(text).not.toContain('href="#reply"');
  }));

test("a thread of which nothing is left is gone, and one that was never public is not there", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const gone = await makePost(app, communityId);
    await takeAway(app, gone, "deleted");
    const held = await makePost(app, communityId, { state: "held" });

    const statuses = async (id: PostId) =>
      await Promise.all(
        [`/c/cats/t/${id}`, `/c/cats/t/${id}/feed.atom`, `/p/${id}`].map(
          async (path) => (await read(app, path)).status,
        ),
      );
    expect(await statuses(gone)).toEqual([410, 410, 410]);
    expect(await statuses(held)).toEqual([404, 404, 404]);
    expect(await statuses("00000000-0000-0000-0000-000000000000" as PostId)).toEqual([404, 404, 404]);
    expect(await statuses("../x" as PostId)).toEqual([404, 404, 404]);
  }));

test("a post is found by its id, and by the name that it bears in mail", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const root = await makePost(app, communityId);
    const reply = await makePost(app, communityId, { parentId: root, parentName: "x" });
    const name = { communityId, name: "a/b@mail.example", kind: "message-id", postId: reply } as const;
    await app.db.insert(postNames).values(name);

    const place = `/c/cats/t/${root}#${reply}`;
    expect(await read(app, `/p/${reply}`)).toMatchObject({ status: 302, location: place });
    expect(await read(app, "/m/a/b@mail.example")).toMatchObject({ status: 302, location: place });
    expect(await read(app, "/m/%3Ca/b@mail.example%3E")).toMatchObject({ status: 302, location: place });
    expect((await read(app, "/m/nobody@mail.example")).status).toBe(404);
  }));

test("a thread that became part of another leads there, and so does one under another community's name", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const root = await makePost(app, communityId);
    const orphan = await makePost(app, communityId);
    await app.db
      .update(threads)
      .set({ mergedInto: threadOf(root), lastPostAt: null })
      .where(eq(threads.id, threadOf(orphan)));

    const place = { status: 301, location: `/c/cats/t/${root}` };
    expect(await read(app, `/c/cats/t/${orphan}`)).toMatchObject(place);
    expect(await read(app, `/c/dogs/t/${root}`)).toMatchObject(place);
  }));

test("whoever asked search engines to stay away is left out of them", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const shy = await makeAuthor(app, { handle: "shy", indexable: false });
    const hidden = await makePost(app, communityId, { authorId: shy });
    const open = await makePost(app, communityId);
    await makePost(app, communityId, { parentId: open, parentName: "x", authorId: shy });

    const robots = async (path: string) =>
      (await read(app, path)).text.includes('<meta name="robots" content="noindex"');
    expect(await robots(`/c/cats/t/${hidden}`)).toBe(true);
    expect(await robots("/@shy@remote.example")).toBe(true);
    expect(await robots("/c/cats/people")).toBe(true);
    expect(await robots(`/c/cats/t/${open}`)).toBe(false);
    expect(await robots(`/c/cats/t/${open}?by=date`)).toBe(true);
    expect((await read(app, `/c/cats/t/${open}`)).text.match(/<article [^>]*data-nosnippet/g)).toHaveLength(1);
    const { text: map } = await read(app, "/c/cats/sitemap.xml");
    expect([map.includes(open), map.includes(hidden)]).toEqual([true, false]);
    expect((await read(app, "/c/cats/feed.atom")).response.headers.get("x-robots-tag")).toBe("noindex");
  }));

test("a page is known to be unchanged until something is said, whatever language and light it is in", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app);
    const web = createWeb(app);
    const said = await submitPost(app, makeSubmission({ communityId, authorId, sourceId: "https://remote.example/1" }));
    const path = "postId" in said ? `/c/cats/t/${said.postId}` : "";
    const tagOf = async (headers: Record<string, string> = {}) =>
      (await web.request(path, { headers })).headers.get("etag")!;

    const tag = await tagOf();
    expect((await web.request(path, { headers: { "if-none-match": tag } })).status).toBe(304);
    const others = await Promise.all([
      tagOf({ "accept-language": "ar" }),
      tagOf({ cookie: "theme=dark" }),
      tagOf({ "save-data": "on" }),
    ]);
    expect(new Set([tag, ...others]).size).toBe(4);
    await submitPost(
      app,
      makeSubmission({ communityId, authorId, inReplyTo: "https://remote.example/1", html: "<p>news</p>" }),
    );
    const changed = await web.request(path, { headers: { "if-none-match": tag } });
    expect([changed.status, (await changed.text()).includes("news")]).toEqual([200, true]);
  }));

test("what its author put behind a warning stays behind it", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const id = await makePost(app, communityId, { html: "<p>the butler</p>", warning: "Who <did> it" });

    const { text } = await read(app, `/c/cats/t/${id}`);
    expect(text).toMatch(
      /<details class="warning"><summary>.*Who &lt;did&gt; it<\/bdi><\/summary><div[^>]*><p>the butler/,
    );
    expect(text).not.toMatch(/<meta [^>]*butler/);
    const { text: feed } = await read(app, "/c/cats/feed.atom");
    expect(feed).toContain(
      "&lt;details&gt;&lt;summary&gt;Who &amp;lt;did&amp;gt; it&lt;/summary&gt;&lt;p&gt;the butler",
    );
  }));

test("a quote leads to where the quoted post is here, else to its home, and is said once", () =>
  withApp(async (app) => {
    const [communityId, elsewhere] = [await makeCommunity(app), await makeCommunity(app, { handle: "dogs" })];
    const ana = await makeAuthor(app, { name: "Ana <3" });
    const sourceId = "https://remote.example/notes/quoted";
    await makePost(app, elsewhere, { sourceId, authorId: ana });
    const quoted = await makePost(app, communityId, { sourceId, authorId: ana });
    const away = "https://b.example/notes/2";
    const html = `<p class="quote-inline">RE: <a href="${sourceId}">x</a></p><p>So true</p>`;
    const names = [sourceId, away, "javascript:x()"];
    const attachments = names.map((url) => ({ kind: "quote", url }) as const);
    const ben = await makeAuthor(app);
    const said = await submitPost(app, makeSubmission({ communityId, authorId: ben, html, attachments }));
    const path = `/c/cats/t/${"postId" in said && said.postId}`;

    const { text } = await read(app, path);
    expect(text).toContain('<div class="text e-content quoting"');
    expect(text).toContain(
      `quotes <a class="u-quotation-of quiet" href="/p/${quoted}">a post of <bdi>Ana &lt;3</bdi></a>`,
    );
    expect(text).toMatch(/quotes <a [^>]*href="https:\/\/b.example\/notes\/2"[^>]*>a post on <bdi>b.example<\/bdi>/);
    expect(text).not.toContain("javascript");
    await takeAway(app, quoted, "removed");
    const [answer] = await app.db.select().from(posts).where(eq(posts.communityId, elsewhere));
    await takeAway(app, answer!.id, "removed");
    expect((await read(app, path)).text).not.toContain(`/p/${quoted}`);
  }));

test("a quote that is allowed shows how the quoted post begins, as text, or its warning instead", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const ana = await makeAuthor(app, { name: "Ana <3", indexable: false });
    const quote = async (sourceId: string, more: object) => {
      const html = "<p>Slugs &lt;hate&gt; <b>copper</b></p><script>x()</script>";
      const id = await makePost(app, communityId, { sourceId, authorId: ana, html, language: "fr", ...more });
      const attachments = [{ kind: "quote", url: sourceId } as const];
      const said = await submitPost(
        app,
        makeSubmission({ communityId, authorId: ana, html: "<p>So</p>", attachments }),
      );
      return { id, text: (await read(app, `/c/cats/t/${"postId" in said && said.postId}`)).text };
    };

    const open = await quote("https://remote.example/notes/1", {});
    expect(open.text).toContain(
      `<div class="u-quotation-of h-cite quotes" data-nosnippet=""><p class="re">quotes <a class="u-url quiet" href="/p/${open.id}">a post of ` +
        `<bdi class="p-author">Ana &lt;3</bdi></a></p><blockquote lang="fr" dir="auto"><p class="p-content">Slugs &lt;hate&gt; copper`,
    );
    const warned = await quote("https://remote.example/notes/2", { warning: "slugs" });
    expect(warned.text).toContain('<p class="p-content">slugs</p>');
    expect(warned.text).not.toContain("copper");
  }));

test("a thread that is too long for one page is read on by date, every post once", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app);
    const root = await makePost(app, communityId, { authorId });
    await app.db.execute(sql`insert into post (id, community_id, author_id, thread_id, parent_id, parent_name, source_id, channel, html,
      state, written_at, created_at, published_at)
      select gen_random_uuid(), ${communityId}, ${authorId}, ${root}, ${root}, 'x', 'https://remote.example/n' || n, 'activitypub', '<p>n</p>',
      'published', p.written_at + n * interval '1 second', p.created_at, p.created_at
      from generate_series(1, 1500) n, post p where p.id = ${root}`);

    const idsOf = (text: string) => [...text.matchAll(/<article [^>]*id="([^"]+)"/g)].map(([, id]) => id);
    const first = await read(app, `/c/cats/t/${root}`);
    const next = /href="([^"]+by=date&amp;after=[^"]+)"/.exec(first.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const second = await read(app, next);
    expect(new Set([...idsOf(first.text), ...idsOf(second.text)]).size).toBe(1_501);
    expect(idsOf(second.text)).toHaveLength(501);
    expect(second.text).not.toContain('rel="next"');
  }));
