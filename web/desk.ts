import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { App } from "../src/app.ts";
import type { Community } from "../src/community/get-community.ts";
import { DomainError } from "../src/core/errors.ts";
import type { ThreadHead } from "../src/post/find-thread.ts";
import type { ErrorPages } from "./errors.tsx";
import type { Pages } from "./page-cache.ts";
import { findPlaceOf } from "./places.ts";
import { type Reader, readerVary, readReader, type Site } from "./reader.ts";
import { type Page, toDocument } from "./render.ts";
import type { Share } from "./share.ts";

/** What routes work with. */
export interface Desk {
  readonly app: App;
  readonly site: Site;
  readonly pages: Pages;
  readonly errors: ErrorPages;
  readonly communities: Share<Community | undefined>;
  readonly threads: Share<ThreadHead | undefined>;
}

/**
 * Answers with a page.
 *
 * @param version what the page shows, apart from its reader; known before anything is rendered
 */
export async function sendPage(
  desk: Desk,
  c: Context,
  version: string | number,
  render: (reader: Reader) => Promise<Page>,
): Promise<Response> {
  const reader = readReader(c, desk.site);
  if (reader.viewer) return await sendPrivately(c, await render(reader));
  const of = [reader.path, reader.locale, reader.theme, reader.typeface, reader.fonts, version];
  return await desk.pages.send(c, { of, vary: readerVary }, async () => toDocument(await render(reader)));
}

/** Answers with a page that is one reader's alone: nobody keeps it, we neither. */
export async function sendPrivately(c: Context, page: Page, status: ContentfulStatusCode = 200): Promise<Response> {
  return c.html(await toDocument(page), status, { "cache-control": "private, no-store", vary: readerVary });
}

/**
 * The community that a path is of, or where its path really is: handles are written small, and ids are not for paths.
 *
 * @throws {DomainError} `not-found` when there is none
 */
export async function readCommunity(desk: Desk, c: Context): Promise<Community | Response> {
  const handle = c.req.param("handle") ?? "";
  const community = await findPlaceOf(desk, c, handle);
  if (!community) throw new DomainError("not-found", `there is no community ${handle}`);
  if (community.handle === handle) return community;
  const url = new URL(c.req.url);
  const rest = url.pathname.split("/").slice(3).join("/");
  return c.redirect(`/c/${community.handle}${rest && `/${rest}`}${url.search}`, 301);
}
