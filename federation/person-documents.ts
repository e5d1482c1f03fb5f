import type { Context, Hono } from "hono";
import { findLocalPerson, type LocalPerson } from "../src/account/local-person.ts";
import type { App } from "../src/app.ts";
import { type LocalActorId, readId } from "../src/core/ids.ts";
import type { ActorWriter } from "./actor-documents.ts";
import type { Json } from "./as2.ts";
import { irisOf } from "./iris.ts";
import { activityResponse, elsewhere, readAccept } from "./negotiate.ts";

const context = "https://www.w3.org/ns/activitystreams";

/** The actors of the people of this server, and their collections. Whoever deleted their account left a Tombstone. */
export function registerPersonDocuments(routes: Hono, app: App, writer: ActorWriter): void {
  const iris = irisOf(app.config.origin);
  const ofPerson = (path: string, respond: (c: Context, person: LocalPerson) => Promise<Response>) =>
    routes.get(path, async (c, next) => {
      const id = readId<LocalActorId>(c.req.param("id"));
      const person = id && (await findLocalPerson(app.db, id));
      if (!person) return await next();
      if (person.state !== "active") return activityResponse(c, tombstone(iris.actor(person.actorId)), 410);
      return readAccept(c.req.header("accept")) === "page"
        ? elsewhere(c, iris.personPage(person.handle))
        : await respond(c, person);
    });
  ofPerson("/actors/:id", async (c, person) => activityResponse(c, await writer.personDocument(person)));
  ofPerson("/actors/:id/outbox", async (c, { actorId }) =>
    activityResponse(c, emptyCollection(iris.outbox(actorId), "orderedItems")),
  );
  ofPerson("/actors/:id/followers", async (c, { actorId }) =>
    activityResponse(c, emptyCollection(iris.followers(actorId), "items")),
  );
}

function emptyCollection(id: string, items: "items" | "orderedItems"): Json {
  const type = items === "items" ? "Collection" : "OrderedCollection";
  return { "@context": context, id, type, totalItems: 0, [items]: [] };
}

function tombstone(id: string): Json {
  return { "@context": context, id, type: "Tombstone" };
}
