import type { Context } from "hono";
import { Hono } from "hono";
import { type Answer, acceptActivity, type Reception, readBody } from "./accept.ts";
import { registerActivities, registerPageAlternates } from "./activity-routes.ts";
import { registerConversations } from "./conversation-routes.ts";
import { type Documents, registerDocuments } from "./document-routes.ts";
import { placeOf } from "./iris.ts";
import { registerOwnPosts } from "./own-post-routes.ts";
import { registerPersonDocuments } from "./person-documents.ts";
import { registerQuotes } from "./quote-routes.ts";
import { registerReactions } from "./reaction-routes.ts";
import { refuseBlocked } from "./refuse-blocked.ts";

/** The federation door: what other servers ask of us. Whatever it does not answer falls through to the pages. */
export function createFederationRoutes(reception: Reception, documents: Documents): Hono {
  const routes = new Hono();
  const inbox = async (c: Context) => answer(c, await takeAtInbox(reception, c.req.raw));
  routes.use(refuseBlocked((host) => reception.isBlocked(host)));
  routes.post("/inbox", inbox);
  routes.post("/actors/:id/inbox", inbox);
  registerDocuments(routes, documents);
  registerPersonDocuments(routes, documents.app, documents.writer);
  registerOwnPosts(routes, reception.app);
  registerActivities(routes, reception.app, reception.keys);
  registerConversations(routes, reception.app);
  registerReactions(routes, reception.app);
  registerQuotes(routes, reception.app);
  registerPageAlternates(routes, reception.app);
  return routes;
}

/** One POST to an inbox, from the raw request to the answer. */
export async function takeAtInbox(reception: Reception, request: Request): Promise<Answer> {
  const body = await readBody(request);
  if (!body) return { status: 413, message: "the activity is too large" };
  const url = new URL(request.url);
  return await acceptActivity(reception, {
    method: request.method,
    target: url.pathname + url.search,
    ...placeOf(reception.app.config.origin),
    headers: Object.fromEntries(request.headers),
    body,
  });
}

function answer(c: Context, { status, message }: Answer): Response {
  return c.text(message, status);
}
