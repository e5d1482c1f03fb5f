import type { Context, Hono } from "hono";
import type { App } from "../src/app.ts";
import { type Cursor, readCursor, writeCursor } from "../src/core/cursor.ts";
import { DomainError } from "../src/core/errors.ts";
import { type CommunityId, type PostId, readId, type ThreadId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { findThreadAddress } from "../src/post/find-address.ts";
import {
  type Conversation,
  countConversation,
  findCommunityOfPost,
  listConversation,
} from "../src/post/list-conversation.ts";
import { actorIdOf } from "./actor-documents.ts";
import type { Json, JsonObject } from "./as2.ts";
import { type Iris, irisOf } from "./iris.ts";
import { activityResponse, elsewhere, readAccept } from "./negotiate.ts";

/** A conversation, what it is called, whose it is, and its page. */
interface Found {
  readonly of: Conversation;
  readonly iri: string;
  readonly communityId: CommunityId;
  readonly page: string;
}

const context = "https://www.w3.org/ns/activitystreams";

/**
 * What is said in a thread (FEP-7888, FEP-f228) and what answers a post, as collections of posts that the community owns. Both have pages of
 * bounded size; a short one has its items inside too, for whoever reads no pages.
 */
export function registerConversations(routes: Hono, app: App): void {
  const iris = irisOf(app.config.origin);
  const serve = (path: string, find: (c: Context) => Promise<Found | string | undefined>) => {
    routes.get(path, async (c, next) => {
      const found = await find(c);
      if (found === undefined) return await next();
      if (typeof found === "string") return c.redirect(found, 301);
      if (readAccept(c.req.header("accept")) === "page") return elsewhere(c, found.page);
      return activityResponse(c, { "@context": context, ...(await toCollection(app, iris, found)) });
    });
    routes.get(`${path}/page`, async (c, next) => {
      const found = await find(c);
      if (found === undefined || typeof found === "string") return await next();
      const after = readPlace(c.req.query("after"));
      return after === "invalid"
        ? c.text("this is no place in the conversation", 400)
        : activityResponse(c, { "@context": context, ...(await toPage(app, found, after)) });
    });
  };
  serve("/threads/:id", (c) => findThread(app, iris, c.req.param("id")));
  serve("/posts/:id/replies", (c) => findReplies(app, iris, c.req.param("id")));
}

/** A thread that became part of another is found there. */
async function findThread(app: App, iris: Iris, param: string | undefined): Promise<Found | string | undefined> {
  const id = readId<ThreadId>(param);
  const address = id && (await findThreadAddress(app.db, id));
  if (!address) return undefined;
  const { threadId, communityId, handle } = address;
  if (threadId !== id) return iris.thread(threadId);
  return { of: { threadId }, iri: iris.thread(id), communityId, page: iris.threadPage(handle, id) };
}

async function findReplies(app: App, iris: Iris, param: string | undefined): Promise<Found | undefined> {
  const parentId = readId<PostId>(param);
  const communityId = parentId && (await findCommunityOfPost(app.db, parentId));
  if (!communityId) return undefined;
  return { of: { parentId }, iri: iris.replies(parentId), communityId, page: iris.postPage(parentId) };
}

async function toCollection(app: App, iris: Iris, found: Found): Promise<JsonObject> {
  const [outline, { names, next }] = await Promise.all([
    outlineOf(app, iris, found),
    listConversation(app.db, found.of, { limit: limits.conversationPage }),
  ]);
  return { ...outline, first: `${found.iri}/page`, ...(next === undefined && { orderedItems: names }) };
}

/** The collection of what answers a post, with its first page in it: GoToSocial reads no other, and Mastodon need not ask. */
export async function toReplies(app: App, iris: Iris, id: PostId): Promise<Json> {
  const found = await findReplies(app, iris, id);
  if (!found) return iris.replies(id);
  const [outline, first] = await Promise.all([outlineOf(app, iris, found), toPage(app, found, undefined)]);
  return { ...outline, first };
}

/** A collection without what is in it. */
async function outlineOf(app: App, iris: Iris, { of, iri, communityId }: Found): Promise<JsonObject> {
  return {
    id: iri,
    type: "OrderedCollection",
    attributedTo: iris.actor(actorIdOf({ id: communityId })),
    totalItems: await countConversation(app.db, of),
  };
}

async function toPage(app: App, { of, iri }: Found, after: Cursor | undefined): Promise<JsonObject> {
  const { names, next } = await listConversation(app.db, of, { after, limit: limits.conversationPage });
  const idOf = (place: string | undefined) => (place === undefined ? `${iri}/page` : `${iri}/page?after=${place}`);
  return {
    id: idOf(after && writeCursor(after)),
    type: "OrderedCollectionPage",
    partOf: iri,
    ...(next !== undefined && { next: idOf(next) }),
    orderedItems: names,
  };
}

function readPlace(text: string | undefined): Cursor | undefined | "invalid" {
  try {
    return readCursor(text);
  } catch (error) {
    if (error instanceof DomainError) return "invalid";
    throw error;
  }
}
