import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import { listSelves } from "../src/author/list-selves.ts";
import { getTopic } from "../src/community/topics.ts";
import { limits } from "../src/core/limits.ts";
import { type FeedSource, listFeed } from "../src/post/list-feed.ts";
import { type Desk, readCommunity } from "./desk.ts";
import { type Feed, toAtom } from "./feed.ts";
import { personPath, topicPath } from "./names.tsx";
import { getPerson } from "./person-routes.tsx";
import { requires } from "./policy.ts";
import { threadPath } from "./thread-page.tsx";
import { getThread } from "./thread-routes.tsx";

/** What a feed is of, but for its entries. */
type FeedHead = Omit<Feed, "origin" | "images" | "path" | "entries">;

/** The feeds of communities, topics, threads and people. */
export function registerFeeds(web: Hono, desk: Desk): void {
  web.get("/c/:handle/feed.atom", requires("public"), async (c) => {
    const community = await readCommunity(desk, c);
    if (community instanceof Response) return community;
    const { id, name: title, language, createdAt: since, handle } = community;
    const head = { title, language, since, page: `/c/${handle}` };
    return await sendFeed(desk, c, head, { communityId: id }, String(community.version));
  });
  web.get("/c/:handle/topics/:topic/feed.atom", requires("public"), async (c) => {
    const community = await readCommunity(desk, c);
    if (community instanceof Response) return community;
    const topic = await getTopic(desk.app.db, community.id, c.req.param("topic"));
    const { language, createdAt: since } = community;
    const head = { title: `${topic.name} · ${community.name}`, language, since, page: topicPath(community, topic) };
    return await sendFeed(desk, c, head, { topicId: topic.id }, String(community.version));
  });
  web.get("/c/:handle/t/:id/feed.atom", requires("public"), async (c) => {
    const thread = await getThread(desk, c);
    if (thread.mergedInto) return c.redirect(`${threadPath({ ...thread, id: thread.mergedInto })}/feed.atom`, 301);
    if (!thread.readable)
      return thread.wasReadable ? await desk.errors.gone(c, "thread") : await desk.errors.notFound(c);
    const { id, title, language, openedAt: since } = thread;
    const head = { title: title || thread.community.name, language, since, page: threadPath(thread) };
    return await sendFeed(desk, c, head, { threadId: id }, thread.version);
  });
  web.get("/:person{@[^/]+}/feed.atom", requires("public"), async (c) => {
    const person = await getPerson(desk, c);
    if (person.gone) return await desk.errors.gone(c, "post");
    const head = { title: person.name, language: undefined, since: new Date(0), page: personPath(person.address) };
    return await sendFeed(desk, c, head, { authorIds: (await listSelves(desk.app.db, [person.id]))(person.id) });
  });
}

/** @param version what it shows, if that is known without reading the entries */
async function sendFeed(
  desk: Desk,
  c: Context,
  head: FeedHead,
  source: FeedSource,
  version?: string,
): Promise<Response> {
  const path = `${head.page}/feed.atom`;
  const read = () => listFeed(desk.app.db, source, limits.feedEntries);
  const entries = version === undefined ? await read() : undefined;
  const hash = entries && createHash("sha256").update(JSON.stringify(entries)).digest("base64url");
  return await desk.pages.send(
    c,
    {
      of: [path, version ?? hash ?? ""],
      mediaType: "application/atom+xml; charset=utf-8",
      vary: "Accept",
      // Feeds have everybody's words, also of those who asked search engines to stay away.
      headers: { "x-robots-tag": "noindex" },
    },
    async () => toAtom({ ...head, ...desk.site, path, entries: entries ?? (await read()) }),
  );
}
