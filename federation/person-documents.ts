import type { Context, Hono } from "hono";
import { countPersonFollowers } from "../src/account/followers.ts";
import { findLocalPerson, type LocalPerson } from "../src/account/local-person.ts";
import type { App } from "../src/app.ts";
import { type LocalActorId, readId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { listOwnPosts, listPublishedHere } from "../src/post/list-own-posts.ts";
import type { ActorWriter } from "./actor-documents.ts";
import type { Json } from "./as2.ts";
import { type Iris, irisOf } from "./iris.ts";
import { activityResponse, elsewhere, readAccept } from "./negotiate.ts";
import { noteContext, toCreate } from "./to-note.ts";

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
  ofPerson("/actors/:id/outbox", async (c, { actorId, authorId }) =>
    activityResponse(c, await outbox(app, iris, { actorId, authorId })),
  );
  ofPerson("/actors/:id/followers", async (c, { actorId, authorId }) =>
    activityResponse(c, {
      "@context": context,
      id: iris.followers(actorId),
      type: "Collection",
      // How many, never who.
      totalItems: await countPersonFollowers(app.db, authorId),
      items: [],
    }),
  );
}

/** What they wrote here last and can still be read, as it reads now. */
async function outbox(
  app: App,
  iris: Iris,
  { actorId, authorId }: Pick<LocalPerson, "actorId" | "authorId">,
): Promise<Json> {
  const { total, ids } = await listPublishedHere(app.db, authorId, limits.outboxItems);
  const posts = await listOwnPosts(app, ids);
  const { host } = new URL(app.config.origin);
  const items = ids.flatMap((id) => {
    const post = posts.get(id);
    if (!post) return [];
    const { "@context": _, ...create } = toCreate(post, iris, host).json;
    return [create];
  });
  const id = iris.outbox(actorId);
  return { "@context": noteContext, id, type: "OrderedCollection", totalItems: total, orderedItems: items };
}

function tombstone(id: string): Json {
  return { "@context": context, id, type: "Tombstone" };
}
