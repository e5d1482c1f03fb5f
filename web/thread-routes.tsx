import type { Context, Hono } from "hono";
import { listTopics } from "../src/community/topics.ts";
import { type Cursor, readCursor, writeCursor } from "../src/core/cursor.ts";
import { DomainError } from "../src/core/errors.ts";
import { type AuthorId, type PostId, readId, type ThreadId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { findPlaceByMessageId, findPostPlace, type PostPlace } from "../src/post/find-post.ts";
import type { ThreadHead } from "../src/post/find-thread.ts";
import { listThreadPosts } from "../src/post/list-thread-posts.ts";
import { findHistory } from "../src/post/list-versions.ts";
import { listOwnReactions } from "../src/post/react-here.ts";
import { findPartOf, measureThread } from "../src/post/thread-extent.ts";
import { type Desk, sendPage } from "./desk.ts";
import { HistoryPage } from "./history-page.tsx";
import { answerGone, findThreadOf, mayKnow } from "./places.ts";
import { requires } from "./policy.ts";
import { type Reader, readerVary, roleOf } from "./reader.ts";
import { ThreadPage, threadPath } from "./thread-page.tsx";
import { findViewer } from "./viewer.ts";

/** Threads, and the ways to a post in its thread. */
export function registerThreads(web: Hono, desk: Desk): void {
  const { db } = desk.app;
  web.get("/c/:handle/t/:id", requires("public"), async (c) => {
    const thread = await getThread(desk, c);
    if (thread.mergedInto) return redirectTo(c, threadPath({ ...thread, id: thread.mergedInto }), 301);
    if (thread.community.handle !== c.req.param("handle")) return redirectTo(c, threadPath(thread), 301);
    if (!thread.readable) return await answerUnreadable(desk, c, thread);
    return await sendThread(desk, c, thread);
  });
  web.get("/p/:id", requires("public"), async (c) => {
    const id = readId<PostId>(c.req.param("id"));
    return await answerPlace(desk, c, id && (await findPostPlace(db, id)));
  });
  web.get("/p/:id/history", requires("public"), async (c) => {
    const id = readId<PostId>(c.req.param("id"));
    const post = id && (await findHistory(db, id));
    if (!post) return await answerPlace(desk, c, id && (await findPostPlace(db, id)));
    const version = post.versions.at(-1)?.writtenAt.getTime() ?? 0;
    return await sendPage(desk, c, version, async (reader) => <HistoryPage reader={reader} post={post} />);
  });
  web.get("/m/:name{.+}", requires("public"), async (c) => {
    const name = c.req.param("name").replace(/^<|>$/g, "");
    const place = (await findPlaceByMessageId(db, name)) ?? (await findPlaceByMessageId(db, `<${name}>`));
    return await answerPlace(desk, c, place);
  });
}

/** @throws {DomainError} `not-found` */
export async function getThread(desk: Desk, c: Context): Promise<ThreadHead> {
  const thread = await findThreadOf(desk, c);
  if (!thread) throw new DomainError("not-found", "there is no such thread");
  return thread;
}

async function sendThread(desk: Desk, c: Context, thread: ThreadHead): Promise<Response> {
  const order = orderOf(c.req.query("by") ?? findViewer(c)?.threadOrder);
  const after = order === "date" ? readCursor(c.req.query("after")) : undefined;
  return await sendPage(desk, c, thread.version, async (reader) => {
    const { posts, rest } = await readPosts(desk, thread.id, after, reader.viewer?.authorId);
    const extent = rest && (await measureThread(desk.app.db, thread.id));
    return (
      <ThreadPage
        reader={reader}
        thread={thread}
        posts={posts}
        order={order}
        rest={rest}
        extent={extent || undefined}
        continued={after !== undefined}
        moderation={await readModeration(desk, reader, thread)}
      />
    );
  });
}

async function readModeration({ app }: Desk, { viewer }: Reader, { community }: ThreadHead) {
  return roleOf(viewer, community.handle) && { topics: await listTopics(app.db, community.id) };
}

function orderOf(wish: string | null | undefined): "date" | "reply" {
  return wish === "date" ? "date" : "reply";
}

async function readPosts({ app }: Desk, threadId: ThreadId, after: Cursor | undefined, viewer: AuthorId | undefined) {
  const own = viewer && (await listOwnReactions(app, viewer, threadId));
  const rows = await listThreadPosts(app.db, threadId, { after, limit: limits.threadPosts + 1 });
  const posts = rows
    .slice(0, limits.threadPosts)
    .map((post) => (own && post.state === "published" ? { ...post, own: own.get(post.id) ?? [] } : post));
  const last = posts.at(-1);
  const rest = rows.length > posts.length && last ? writeCursor({ at: last.writtenAt, id: last.id }) : undefined;
  return { posts, rest };
}

/** What was never public is not there; what was, is gone. */
async function answerUnreadable(desk: Desk, c: Context, thread: ThreadHead): Promise<Response> {
  return thread.wasReadable ? await answerGone(desk, c, thread.community, "thread") : await desk.errors.notFound(c);
}

async function answerPlace(desk: Desk, c: Context, place: PostPlace | undefined): Promise<Response> {
  if (!place || !(await mayKnow(c, place))) return await desk.errors.notFound(c);
  if (place.gone) return await answerGone(desk, c, place);
  const part = await findPartOf(desk.app.db, place);
  const query = part ? `?by=date&after=${writeCursor(part)}` : "";
  return redirectTo(c, `${threadPath({ id: place.threadId, community: place })}${query}#${place.id}`, 302);
}

function redirectTo(c: Context, path: string, status: 301 | 302): Response {
  c.header("vary", readerVary);
  return c.redirect(path, status);
}
