import { eq } from "drizzle-orm";
import { Hono } from "hono";
import { expect, test } from "vitest";
import type { App } from "../src/app.ts";
import type { PostId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { posts, threads } from "../src/db/schema/post.ts";
import { makeAuthor, makeCommunity, makePost } from "../test/make.ts";
import { withApp } from "../test/with-app.ts";
import { registerConversations } from "./conversation-routes.ts";

type Document = Record<string, unknown>;

const origin = "https://moot.example";

async function ask(app: App, iri: string, accept = "application/activity+json"): Promise<Response> {
  const routes = new Hono();
  registerConversations(routes, app);
  return await routes.request(iri, { headers: { accept } });
}

async function read(app: App, iri: string): Promise<Document> {
  const response = await ask(app, iri);
  expect(response.status).toBe(200);
  const document = (await response.json()) as Document;
  expect(document["id"]).toBe(iri);
  return document;
}

/** Everything on the pages of a collection, as somebody reads it who follows them. */
async function walk(app: App, iri: string): Promise<{ items: unknown[]; pages: number }> {
  const items: unknown[] = [];
  let pages = 0;
  for (let next = (await read(app, iri))["first"]; typeof next === "string"; pages++) {
    const page = await read(app, next);
    expect(page).toMatchObject({ type: "OrderedCollectionPage", partOf: iri });
    items.push(...(page["orderedItems"] as unknown[]));
    next = page["next"];
  }
  return { items, pages };
}

const reply = (parentId: PostId, more: object = {}) => ({ parentId, parentName: "x", ...more });

test("a thread is a collection of all posts in it, and each post has one of those that answer it", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const root = await makePost(app, communityId, { sourceId: "https://remote.example/1" });
    const answer = await makePost(app, communityId, reply(root, { sourceId: "https://remote.example/2" }));
    await makePost(app, communityId, reply(answer, { sourceId: "https://remote.example/3" }));

    expect(await read(app, `${origin}/threads/${root}`)).toMatchObject({
      type: "OrderedCollection",
      attributedTo: `${origin}/actors/${communityId}`,
      totalItems: 3,
      orderedItems: [1, 2, 3].map((number) => `https://remote.example/${number}`),
    });
    expect(await read(app, `${origin}/posts/${root}/replies`)).toMatchObject({
      attributedTo: `${origin}/actors/${communityId}`,
      totalItems: 1,
      first: `${origin}/posts/${root}/replies/page`,
      orderedItems: ["https://remote.example/2"],
    });
    expect((await walk(app, `${origin}/posts/${answer}/replies`)).items).toEqual(["https://remote.example/3"]);
  }));

test("a long thread is read in pages of bounded size, each post once, also those of one moment", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app);
    const root = await makePost(app, communityId, { authorId });
    for (let number = 1; number <= 2 * limits.conversationPage; number++)
      await makePost(app, communityId, reply(root, { authorId }));

    const collection = await read(app, `${origin}/threads/${root}`);
    expect(collection).toMatchObject({ totalItems: 2 * limits.conversationPage + 1 });
    expect(collection).not.toHaveProperty("orderedItems");
    const { items, pages } = await walk(app, `${origin}/threads/${root}`);
    expect([pages, items.length, new Set(items).size]).toEqual([3, 201, 201]);
    expect((await ask(app, `${origin}/threads/${root}/page?after=yesterday`)).status).toBe(400);
  }));

test.each(["held", "waiting", "rejected", "removed", "deleted"] as const)(
  "a %s post is in no collection, is not counted, and its own replies are nowhere",
  (state) =>
    withApp(async (app) => {
      const communityId = await makeCommunity(app);
      const root = await makePost(app, communityId, { sourceId: "https://remote.example/root" });
      const hidden = await makePost(
        app,
        communityId,
        reply(root, { state, sourceId: "https://remote.example/secret" }),
      );

      for (const iri of [`${origin}/threads/${root}`, `${origin}/posts/${root}/replies`]) {
        for (const path of [iri, `${iri}/page`]) expect(JSON.stringify(await read(app, path))).not.toContain("secret");
      }
      expect((await read(app, `${origin}/posts/${root}/replies`))["totalItems"]).toBe(0);
      expect((await ask(app, `${origin}/posts/${hidden}/replies`)).status).toBe(404);
      expect((await ask(app, `${origin}/posts/${hidden}/replies/page`)).status).toBe(404);
    }),
);

test("a thread that was never public answers like one that never was", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const held = await makePost(app, communityId, { state: "held" });

    for (const id of [held, "00000000-0000-7000-8000-000000000000", "%00", "x"]) {
      for (const path of [`/threads/${id}`, `/threads/${id}/page`, `/posts/${id}/replies`]) {
        expect((await ask(app, origin + path)).status).toBe(404);
      }
    }
  }));

test("what came by mail is named in no collection: its name tells an address", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const root = await makePost(app, communityId);
    await makePost(app, communityId, reply(root, { channel: "mail", sourceId: "<ana.1@mail.example>" }));

    expect(JSON.stringify(await read(app, `${origin}/threads/${root}`))).not.toContain("mail.example");
  }));

test("a thread that became part of another leads there, and a browser is led to the page", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const [root, former] = [await makePost(app, communityId), await makePost(app, communityId)];
    await moveBelow(app, former, root);

    const moved = await ask(app, `${origin}/threads/${former}`);
    expect([moved.status, moved.headers.get("location")]).toEqual([301, `${origin}/threads/${root}`]);
    expect((await walk(app, `${origin}/threads/${root}`)).items).toHaveLength(2);
    const page = await ask(app, `${origin}/posts/${former}/replies`, "text/html");
    expect([page.status, page.headers.get("location")]).toEqual([302, `${origin}/p/${former}`]);
  }));

async function moveBelow(app: App, former: PostId, root: PostId): Promise<void> {
  const threadId = (id: PostId) => id as string as (typeof threads.$inferSelect)["id"];
  await app.db
    .update(posts)
    .set({ threadId: threadId(root), parentId: root, parentName: "x" })
    .where(eq(posts.id, former));
  await app.db
    .update(threads)
    .set({ mergedInto: threadId(root), lastPostAt: null })
    .where(eq(threads.id, threadId(former)));
}
