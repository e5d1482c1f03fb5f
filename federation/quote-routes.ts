import type { Hono } from "hono";
import type { App } from "../src/app.ts";
import { type QuoteId, readId } from "../src/core/ids.ts";
import { findQuotePermit } from "../src/post/quote-permits.ts";
import { irisOf } from "./iris.ts";
import { activityResponse, elsewhere, readAccept } from "./negotiate.ts";
import { toQuoteAuthorization } from "./to-quote.ts";

/** The permissions to quote that people here gave, each at its id. One that was taken back, or whose post is gone, answers 410. */
export function registerQuotes(routes: Hono, app: App): void {
  const iris = irisOf(app.config.origin);
  routes.get("/quotes/:id", async (c, next) => {
    const id = readId<QuoteId>(c.req.param("id"));
    const permit = id && (await findQuotePermit(app.db, id));
    if (!permit || permit.state === "refused") return await next();
    if (permit.state === "granted" && permit.isReadable)
      return readAccept(c.req.header("accept")) === "page"
        ? elsewhere(c, iris.postPage(permit.postId))
        : activityResponse(c, toQuoteAuthorization(permit, iris));
    const context = "https://www.w3.org/ns/activitystreams";
    return activityResponse(c, { "@context": context, id: iris.quote(permit.id), type: "Tombstone" }, 410);
  });
}
