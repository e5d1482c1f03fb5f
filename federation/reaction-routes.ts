import type { Context, Hono } from "hono";
import type { App } from "../src/app.ts";
import { type PostId, readId } from "../src/core/ids.ts";
import { countReactions } from "../src/post/count-reactions.ts";
import { findPostPlace } from "../src/post/find-post.ts";
import { irisOf } from "./iris.ts";
import { activityResponse, elsewhere, readAccept } from "./negotiate.ts";

/** How many like a post and how many shared it, as we know it. Never who. */
export function registerReactions(routes: Hono, app: App): void {
  const iris = irisOf(app.config.origin);
  const serve = (name: "likes" | "shares", memberOf: "likes" | "boosts") =>
    routes.get(`/posts/:id/${name}`, async (c: Context, next) => {
      const id = readId<PostId>(c.req.param("id"));
      const place = id && (await findPostPlace(app.db, id));
      if (!id || !place || place.gone || place.isPrivate) return await next();
      if (readAccept(c.req.header("accept")) === "page") return elsewhere(c, iris.postPage(id));
      const totalItems = (await countReactions(app.db, id))[memberOf];
      const context = "https://www.w3.org/ns/activitystreams";
      return activityResponse(c, {
        "@context": context,
        id: iris[name](id),
        type: "Collection",
        totalItems,
        items: [],
      });
    });
  serve("likes", "likes");
  serve("shares", "boosts");
}
