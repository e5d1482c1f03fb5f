import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { followedGroups } from "../src/db/schema/community.ts";
import { postNames, posts } from "../src/db/schema/post.ts";
import { makeAuthor, makeCommunity, makePost } from "../test/make.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

async function bring(app: TestApp, uri: string | undefined) {
  const search = uri === undefined ? "" : `?uri=${encodeURIComponent(uri)}`;
  const response = await createWeb(app).request(`/authorize_interaction${search}`);
  return { status: response.status, location: response.headers.get("location"), text: await response.text() };
}

test("what is ours is led to where it can be followed, read or answered", () =>
  withApp(async (app) => {
    const id = await makeCommunity(app);
    const post = await makePost(app, id);
    for (const [uri, path] of [
      [`https://moot.example/actors/${id}`, "/c/cats/follow"],
      ["https://moot.example/c/cats", "/c/cats/follow"],
      ["acct:cats@moot.example", "/c/cats/follow"],
      ["@Cats@moot.example", "/c/cats/follow"],
      [`https://moot.example/threads/${post}`, `/c/cats/t/${post}`],
      [`https://moot.example/c/cats/t/${post}`, `/c/cats/t/${post}`],
      [`https://moot.example/p/${post}`, `/p/${post}/reply`],
    ] as const) {
      const { status, location } = await bring(app, uri);
      expect([uri, status, location]).toEqual([uri, 302, path]);
    }
  }));

test("a post from elsewhere is shown where it stands here, by each of its names", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { name: "Cats" });
    const sourceId = "https://remote.example/notes/1";
    const post = await makePost(app, communityId, { sourceId, title: "Slugs & <snails>" });
    const url = "https://remote.example/@ana/1";
    await app.db.insert(postNames).values({ communityId, name: url, kind: "url", postId: post });

    for (const uri of [sourceId, url]) {
      const { status, text } = await bring(app, uri);
      expect(status).toBe(200);
      expect(text).toContain(`<a href="/p/${post}"><bdi lang="">Slugs &amp; &lt;snails&gt;</bdi></a>`);
      expect(text).not.toContain(`href="${uri}"`);
    }
    await app.db.update(posts).set({ state: "removed", goneAt: app.now() }).where(eq(posts.id, post));
    expect((await bring(app, sourceId)).text).toContain("Nothing on this server belongs to");
    expect((await bring(app, sourceId)).text).not.toContain("Slugs");
  }));

test("a group elsewhere leads to the communities that hear it, once it let them", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { name: "Cats" });
    const iri = "https://remote.example/c/dogs";
    const authorId = await makeAuthor(app, { iri, type: "Group", url: "https://remote.example/page/dogs" });
    const followIri = "https://moot.example/activities/follow/1";
    await app.db.insert(followedGroups).values({ communityId, authorId, followIri, createdAt: app.now() });
    expect((await bring(app, iri)).text).toContain("Nothing on this server belongs to");

    await app.db.update(followedGroups).set({ acceptedAt: app.now() });

    for (const uri of [iri, "https://remote.example/page/dogs"])
      expect((await bring(app, uri)).text).toContain('<a href="/c/cats" lang="en"><bdi>Cats</bdi></a>');
  }));

test.each([
  [undefined, 200],
  ["", 200],
  ["https://evil.example/", 200],
  ["https://moot.example.evil.example/c/cats", 200],
  ["https://moot.example@evil.example/c/cats", 400],
  ["//evil.example/c/cats", 400],
  ["/\\evil.example", 400],
  ["javascript:alert(1)", 400],
  ["data:text/html,<script>x()</script>", 400],
  ["https://remote.example/\0", 404],
  [`https://remote.example/${"x".repeat(3_000)}`, 400],
  ["cats@moot.example.evil.example", 400],
  ["acct:nobody@moot.example", 400],
  ["https://moot.example/actors/00000000-0000-7000-8000-000000000000", 200],
  ["https://moot.example/p/x", 200],
])("%j leads nowhere, and is no link", (uri, expected) =>
  withApp(async (app) => {
    await makeCommunity(app);
    const { status, location, text } = await bring(app, uri);

    expect([status, location]).toEqual([expected, null]);
    expect(text).not.toMatch(/href="[^"]*evil|<script>x|http-equiv="refresh"/);
    expect(text).toContain('<meta name="robots" content="noindex"/>');
  }),
);
