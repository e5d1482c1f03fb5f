import { Hono } from "hono";
import type { App } from "../src/app.ts";
import { limits } from "../src/core/limits.ts";
import { loadAssets } from "./assets.ts";
import { registerCommunity } from "./community-routes.tsx";
import type { Desk } from "./desk.ts";
import { createErrorPages } from "./errors.tsx";
import { registerFeeds } from "./feed-routes.ts";
import { refuseActivities } from "./negotiate.ts";
import { createPages } from "./page-cache.ts";
import { registerPeople } from "./person-routes.tsx";
import { refuseCrossSite, refuseNul, secureHeaders } from "./security.ts";
import { registerSettings } from "./settings.ts";
import { createShare } from "./share.ts";
import { registerSite } from "./site-routes.tsx";
import { registerSitemaps } from "./sitemap-routes.ts";
import { registerStatic } from "./static-routes.ts";
import { registerThreads } from "./thread-routes.tsx";

/**
 * The web door: the pages that people read. It answers whatever comes to it, so it is mounted last.
 *
 * @param options.cacheSize how many bytes of rendered pages are kept in memory
 */
export function createWeb(app: App, options: { readonly cacheSize?: number } = {}): Hono {
  const { origin } = app.config;
  const site = { origin, host: new URL(origin).host, assets: loadAssets() };
  const pages = createPages(options.cacheSize ?? limits.pageCache, app.now);
  const errors = createErrorPages(site);
  const desk: Desk = { app, site, pages, errors, communities: createShare(), threads: createShare() };

  const web = new Hono();
  web.use(secureHeaders, refuseCrossSite(origin), refuseNul, refuseActivities);
  registerStatic(web, site.assets);
  registerSitemaps(web, desk);
  registerFeeds(web, desk);
  registerSettings(web, site);
  registerSite(web, desk);
  registerCommunity(web, desk);
  registerThreads(web, desk);
  registerPeople(web, desk);
  web.get("*", (c) => errors.notFound(c));
  web.all("*", (c) => errors.readOnly(c));
  web.onError(async (error, c) => await errors.answer(error, c));
  return web;
}
