import type { Context, Hono } from "hono";
import { listHearing } from "../src/community/followed-groups.ts";
import { findPublicCommunity } from "../src/community/get-community.ts";
import { type PostId, readId, type ThreadId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { listPlacesOf } from "../src/post/find-here.ts";
import { findPostPlace } from "../src/post/find-post.ts";
import { findThread } from "../src/post/find-thread.ts";
import { type Brought, BroughtPage } from "./brought-page.tsx";
import type { Desk } from "./desk.ts";
import { requires } from "./policy.ts";
import { readerVary, readReader } from "./reader.ts";
import { toDocument } from "./render.ts";
import { threadPath } from "./thread-page.tsx";

/**
 * Where other servers send people who want to do something with an address here (FEP-3b86, and what Mastodon does). What is ours is led to on
 * our own paths; about everything else a page says where it is here. Nobody is ever sent to what they brought.
 */
export function registerBrought(web: Hono, desk: Desk): void {
  web.get("/authorize_interaction", requires("public"), async (c) => {
    const address = (c.req.query("uri") ?? "").trim();
    const path = await findOurs(desk, address);
    if (path !== undefined) return redirect(c, path);
    const brought = await findBrought(desk, address);
    const page = <BroughtPage reader={readReader(c, desk.site)} address={address} brought={brought} />;
    const status = brought.kind === "unreadable" ? 400 : 200;
    return c.html(await toDocument(page), status, { "cache-control": "private, no-store", vary: readerVary });
  });
}

function redirect(c: Context, path: string): Response {
  c.header("vary", readerVary);
  return c.redirect(path, 302);
}

/** The path of the page of something of ours. It is made of what was found, not of what was given. */
async function findOurs({ app, site }: Desk, address: string): Promise<string | undefined> {
  const [, handle] = new RegExp(`^(?:acct:)?@?([^@/]+)@${site.host.replaceAll(".", "\\.")}$`, "i").exec(address) ?? [];
  const path = handle === undefined ? pathOf(site.origin, address) : `/c/${handle}`;
  const [, kind, name = "", , thread] = /^\/(c|actors|threads|p|posts)\/([^/]+)(\/t\/([^/]+))?/.exec(path ?? "") ?? [];
  if (kind === "c" || kind === "actors") {
    const found = thread === undefined ? undefined : await findThreadPath(app, thread);
    const community = found === undefined ? await findPublicCommunity(app.db, name) : undefined;
    return found ?? (community && `/c/${community.handle}/follow`);
  }
  if (kind === "threads") return await findThreadPath(app, name);
  const id = kind === undefined ? undefined : readId<PostId>(name);
  const place = id && (await findPostPlace(app.db, id));
  return place && !place.gone && !place.isPrivate ? `/p/${place.id}/reply` : undefined;
}

function pathOf(origin: string, address: string): string | undefined {
  const url = URL.parse(address);
  return url?.origin === origin ? url.pathname : undefined;
}

async function findThreadPath(app: Desk["app"], given: string): Promise<string | undefined> {
  const id = readId<ThreadId>(given);
  const thread = id && (await findThread(app.db, id));
  return thread?.readable && thread.community.visibility === "public" ? threadPath(thread) : undefined;
}

async function findBrought({ app }: Desk, address: string): Promise<Brought> {
  if (address === "") return { kind: "empty" };
  const url = URL.parse(address);
  const isPlain = (url?.protocol === "https:" || url?.protocol === "http:") && !url.username && !url.password;
  if (!isPlain || Buffer.byteLength(address) > limits.iri) return { kind: "unreadable" };
  const [places, communities] = await Promise.all([listPlacesOf(app.db, address), listHearing(app.db, address)]);
  return { kind: "known", places, communities };
}
