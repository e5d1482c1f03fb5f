import type { Hono } from "hono";
import { findLocalPerson } from "../src/account/local-person.ts";
import type { App } from "../src/app.ts";
import { type PostId, readId } from "../src/core/ids.ts";
import { listOwnPosts } from "../src/post/list-own-posts.ts";
import { toReplies } from "./conversation-routes.ts";
import { irisOf } from "./iris.ts";
import { activityResponse, elsewhere, readAccept } from "./negotiate.ts";
import { toNote, toTombstone } from "./to-note.ts";

/** Posts whose home is here, each at its id. One that was never public is not there. */
export function registerOwnPosts(routes: Hono, app: App): void {
  const iris = irisOf(app.config.origin);
  const { host } = new URL(app.config.origin);
  routes.get("/posts/:id", async (c, next) => {
    const id = readId<PostId>(c.req.param("id"));
    const post = id && (await listOwnPosts(app, [id])).get(id);
    if (!post || post.publishedAt === undefined || post.community.visibility === "private") return await next();
    if (readAccept(c.req.header("accept")) === "page") return elsewhere(c, iris.postPage(post.id));
    // Words may stay here without a name; they are nobody's any more.
    const isSigned = (await findLocalPerson(app.db, post.actorId))?.state === "active";
    if (post.state === "published" && isSigned)
      return activityResponse(c, { ...toNote(post, iris, host), replies: await toReplies(app, iris, post.id) });
    return activityResponse(c, toTombstone(post, iris), 410);
  });
}
