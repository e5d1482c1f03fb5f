import type { Context, Hono } from "hono";
import { findLocalPerson } from "../src/account/local-person.ts";
import type { App } from "../src/app.ts";
import { findPerson } from "../src/author/find-actor.ts";
import { findPublicCommunity } from "../src/community/get-community.ts";
import { type PostId, readId, type ThreadId } from "../src/core/ids.ts";
import { findActivity } from "../src/outbound/find-activities.ts";
import { findGone, findPostIri, findThreadAddress } from "../src/post/find-address.ts";
import { isObject, type Json } from "./as2.ts";
import { questionId } from "./deliveries.ts";
import { type KeyFinder, verifyRequest } from "./http-signature.ts";
import { irisOf, placeOf } from "./iris.ts";
import { activityResponse, elsewhere, readAccept, vary } from "./negotiate.ts";

/** The activities that we sent, each at its id; a private one for its recipient only. */
export function registerActivities(routes: Hono, app: App, keys: KeyFinder): void {
  const iris = irisOf(app.config.origin);
  const serve = async (c: Context, id: string, part: "activity" | "object") => {
    const sent = (await findActivity(app.db, id)) ?? (await findActivity(app.db, questionId(id)));
    if (!sent || sent.audience === "forwarded") return undefined;
    if (sent.audience === "direct" && !(await isAskedBy(app, keys, c.req.raw, sent.recipientIri))) return undefined;
    const postId = readId<PostId>(/[0-9a-f-]{36}/.exec(id)?.[0]);
    if (readAccept(c.req.header("accept")) === "page" && postId) return elsewhere(c, iris.postPage(postId));
    const response = activityResponse(c, part === "activity" ? sent.body : objectOf(sent.body));
    if (sent.audience === "direct") response.headers.set("cache-control", "private, no-store");
    return response;
  };
  routes.get("/activities/*", async (c, next) => {
    const id = c.req.path.slice("/activities/".length);
    return (await serve(c, id, "activity")) ?? (await next());
  });
  routes.get(
    "/notices/:id",
    async (c, next) => (await serve(c, `notice/${c.req.param("id")}`, "object")) ?? (await next()),
  );
}

/** The ActivityPub form of each page: whoever asks for it is led to it. A post lives at its author's server. */
export function registerPageAlternates(routes: Hono, app: App): void {
  const iris = irisOf(app.config.origin);
  const alternate = (path: string, find: (c: Context) => Promise<string | undefined>) =>
    routes.get(path, async (c, next) => {
      if (readAccept(c.req.header("accept")) !== "activity") return await next();
      const iri = await find(c);
      return iri === undefined ? c.text("there is nothing here", 404, { vary }) : elsewhere(c, iri);
    });
  alternate("/", async () => iris.instance);
  alternate("/c/:handle", async (c) => {
    const community = await findPublicCommunity(app.db, c.req.param("handle") ?? "");
    return community && iris.actor(community.id as string as Parameters<typeof iris.actor>[0]);
  });
  alternate("/c/:handle/t/:id", async (c) => {
    const id = readId<ThreadId>(c.req.param("id"));
    return id && (await findThreadAddress(app.db, id)) ? iris.thread(id) : undefined;
  });
  routes.get("/p/:id", async (c, next) => {
    const id = readId<PostId>(c.req.param("id"));
    const goneAt = id && readAccept(c.req.header("accept")) === "activity" ? await findGone(app.db, id) : undefined;
    return id && goneAt ? activityResponse(c, toGone(iris.postPage(id), goneAt), 410) : await next();
  });
  alternate("/p/:id", async (c) => {
    const id = readId<PostId>(c.req.param("id"));
    return id && (await findPostIri(app.db, app.config.origin, id));
  });
  alternate("/:person{@.+}", async (c) => {
    const [name = "", host] = (c.req.param("person") ?? "").slice(1).split("@");
    if (host !== undefined && host.toLowerCase() !== new URL(app.config.origin).host)
      return await findPerson(app.db, `${name}@${host}`);
    const person = await findLocalPerson(app.db, name);
    return person && iris.actor(person.actorId);
  });
}

/** That there was a post, which its author took back or a moderator removed. */
function toGone(id: string, goneAt: Date): Json {
  return { "@context": "https://www.w3.org/ns/activitystreams", id, type: "Tombstone", deleted: goneAt.toISOString() };
}

/** Whether a request for a private activity is signed by the one whom it was sent to. */
async function isAskedBy(
  app: App,
  keys: KeyFinder,
  request: Request,
  recipientIri: string | undefined,
): Promise<boolean> {
  if (!request.headers.has("signature")) return false;
  const url = new URL(request.url);
  const signed = await verifyRequest(
    {
      method: request.method,
      target: url.pathname + url.search,
      ...placeOf(app.config.origin),
      headers: Object.fromEntries(request.headers),
      body: new Uint8Array(),
    },
    keys,
    app.now(),
  );
  return signed.ok && recipientIri !== undefined && new URL(signed.actorIri).host === new URL(recipientIri).host;
}

function objectOf(body: string): string {
  const activity: unknown = JSON.parse(body);
  const object = isObject(activity as never) ? (activity as { object?: unknown }).object : undefined;
  return JSON.stringify({ "@context": "https://www.w3.org/ns/activitystreams", ...(object as object) });
}
