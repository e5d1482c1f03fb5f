import type { Federation } from "@fedify/fedify";
import type { Context, Hono } from "hono";
import type { App } from "../src/app.ts";
import { listModeratorIris, listOutbox } from "../src/community/actor-view.ts";
import { type Community, findPublicCommunity } from "../src/community/get-community.ts";
import { countFollowers } from "../src/community/list-followers.ts";
import { type CommunityId, readId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { type ActorWriter, actorIdOf } from "./actor-documents.ts";
import type { Json } from "./as2.ts";
import { featuredItems } from "./featured.ts";
import { irisOf } from "./iris.ts";
import { activityResponse, elsewhere, readAccept } from "./negotiate.ts";
import { answerWebFinger } from "./webfinger.ts";

/** What other servers read. */
export interface Documents {
  readonly app: App;
  readonly writer: ActorWriter;
  readonly federation: Federation<App>;
}

const context = "https://www.w3.org/ns/activitystreams";

/** Actors, their collections, and how they are found. */
export function registerDocuments(routes: Hono, documents: Documents): void {
  const { app, writer } = documents;
  const iris = irisOf(app.config.origin);
  registerDiscovery(routes, documents);

  routes.get("/actor", async (c) =>
    readAccept(c.req.header("accept")) === "page"
      ? elsewhere(c, "/")
      : activityResponse(c, await writer.instanceDocument()),
  );
  routes.get("/actor/outbox", (c) => activityResponse(c, orderedCollection(`${iris.instance}/outbox`, [])));

  const ofCommunity = (path: string, respond: (c: Context, community: Community) => Promise<Response>) =>
    routes.get(path, async (c, next) => {
      const id = readId<CommunityId>(c.req.param("id"));
      const community = id && (await findPublicCommunity(app.db, id));
      if (!community) return await next();
      return readAccept(c.req.header("accept")) === "page"
        ? elsewhere(c, iris.communityPage(community.handle))
        : await respond(c, community);
    });
  ofCommunity("/actors/:id", async (c, community) => activityResponse(c, await writer.communityDocument(community)));
  ofCommunity("/actors/:id/outbox", async (c, community) => activityResponse(c, await outbox(app, community)));
  ofCommunity("/actors/:id/followers", async (c, community) => activityResponse(c, await followers(app, community)));
  ofCommunity("/actors/:id/featured", async (c, community) =>
    activityResponse(c, orderedCollection(iris.featured(actorIdOf(community)), await featuredItems(app, community.id))),
  );
  ofCommunity("/actors/:id/moderators", async (c, community) => activityResponse(c, await moderators(app, community)));
}

/** WebFinger and NodeInfo are Fedify's; host-meta leads to WebFinger for those who still ask (RFC 6415). */
function registerDiscovery(routes: Hono, { app, federation }: Documents): void {
  const byFedify = async (c: Context) => await federation.fetch(c.req.raw, { contextData: app });
  routes.get("/.well-known/webfinger", (c) => answerWebFinger(app, federation, c.req.raw));
  routes.get("/.well-known/nodeinfo", async (c) => {
    // Also the actor of the server itself (FEP-2677).
    const links = (await (await byFedify(c)).json()) as { links: Json[] };
    const href = irisOf(app.config.origin).instance;
    return c.json({ links: [...links.links, { rel: "https://www.w3.org/ns/activitystreams#Application", href }] });
  });
  routes.get("/nodeinfo/2.1", byFedify);
  routes.get("/.well-known/host-meta", (c) =>
    c.body(
      `<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" template="${app.config.origin}/.well-known/webfinger?resource={uri}"/></XRD>\n`,
      200,
      { "content-type": "application/xrd+xml; charset=utf-8" },
    ),
  );
}

/** Unpaged, with its items inside: Lemmy reads no pages, and Mastodon is content with the total. */
export function orderedCollection(id: string, items: readonly Json[], more: Readonly<Record<string, Json>> = {}): Json {
  return { "@context": context, id, type: "OrderedCollection", totalItems: items.length, ...more, orderedItems: items };
}

async function outbox(app: App, community: Community): Promise<string> {
  const { total, bodies } = await listOutbox(app.db, community.id, limits.outboxItems);
  const id = irisOf(app.config.origin).outbox(actorIdOf(community));
  const head = JSON.stringify({ "@context": context, id, type: "OrderedCollection", totalItems: total });
  return `${head.slice(0, -1)},"orderedItems":[${bodies.join(",")}]}`;
}

/** How many, never who: the names of members are theirs. */
async function followers(app: App, community: Community): Promise<Json> {
  const id = irisOf(app.config.origin).followers(actorIdOf(community));
  const totalItems = await countFollowers(app.db, community.id);
  return { "@context": context, id, type: "Collection", totalItems, items: [] };
}

/**
 * It names the inbox of the community, since the actor names it as `attributedTo`, as Lemmy wants, and snac sends what is for the community
 * to whatever stands there.
 */
async function moderators(app: App, community: Community): Promise<Json> {
  const iris = irisOf(app.config.origin);
  const id = actorIdOf(community);
  const items = await listModeratorIris(app.db, app.config.origin, community.id);
  return orderedCollection(iris.moderators(id), items, { attributedTo: iris.actor(id), inbox: iris.inbox(id) });
}
