import { Hono } from "hono";
import type { IdentityFinder } from "../src/account/identity.ts";
import type { App } from "../src/app.ts";
import { limits } from "../src/core/limits.ts";
import { createImagePaths } from "../src/media/image-paths.ts";
import type { ImageProxy } from "../src/media/image-proxy.ts";
import { registerAdmin } from "./admin-routes.tsx";
import { loadAssets } from "./assets.ts";
import { registerAway } from "./away-routes.tsx";
import { registerBrought } from "./brought-routes.tsx";
import { registerCommunity } from "./community-routes.tsx";
import { registerCommunitySettings } from "./community-settings-routes.tsx";
import { registerConsents } from "./consent-routes.tsx";
import { registerData } from "./data-routes.tsx";
import type { Desk } from "./desk.ts";
import { registerDeskPeople } from "./desk-person-routes.tsx";
import { registerDesk } from "./desk-routes.tsx";
import { registerDevMail } from "./dev-mail-routes.tsx";
import { registerDrafts } from "./draft-routes.tsx";
import { createErrorPages } from "./errors.tsx";
import { registerFediverse } from "./fediverse-routes.tsx";
import { registerFeeds } from "./feed-routes.ts";
import { createImages, registerImages } from "./image-routes.ts";
import { registerInvitations } from "./invitation-routes.tsx";
import { registerMembership } from "./join-routes.tsx";
import { registerLog } from "./log-routes.tsx";
import { registerMailAnswers } from "./mail-answer-routes.tsx";
import { registerMailSettings } from "./mail-routes.tsx";
import { registerModeration } from "./moderate-routes.tsx";
import { refuseActivities } from "./negotiate.ts";
import { registerNotices } from "./notice-routes.tsx";
import { createPages } from "./page-cache.ts";
import { registerPasskeys } from "./passkey-routes.tsx";
import { registerPeople } from "./person-routes.tsx";
import { knowPlaces } from "./places.ts";
import { requires } from "./policy.ts";
import { registerQuoting } from "./quoting-routes.tsx";
import { registerReacting } from "./react-routes.ts";
import type { Site } from "./reader.ts";
import { registerReports } from "./report-routes.tsx";
import { refuseCrossSite, refuseNul, secureHeaders } from "./security.ts";
import { keepLanguage, registerSettings } from "./settings.ts";
import { registerAccountSettings } from "./settings-routes.tsx";
import { createShare } from "./share.ts";
import { registerSignIn } from "./sign-in-routes.tsx";
import { registerSignUp } from "./sign-up-routes.tsx";
import { registerSite } from "./site-routes.tsx";
import { registerSitemaps } from "./sitemap-routes.ts";
import { registerStatic } from "./static-routes.ts";
import { registerThreads } from "./thread-routes.tsx";
import { knowViewer } from "./viewer.ts";
import { registerWriting } from "./write-routes.tsx";

export interface WebOptions {
  /** How many bytes of rendered pages are kept in memory. */
  readonly cacheSize?: number;
  /** Unset: one of its own. */
  readonly images?: ImageProxy;
  /** Who finds out who somebody is on another server; unset: nobody signs in from there. */
  readonly identities?: IdentityFinder;
}

/**
 * The web door: the pages that people read. It answers whatever comes to it, so it is mounted last.
 */
export function createWeb(app: App, options: WebOptions = {}): Hono {
  const { origin, secretKey } = app.config;
  if (secretKey === undefined) throw new Error("the web door needs a secret key");
  const takesMail = app.config.lmtpListen !== undefined || app.config.smtpListen !== undefined;
  const site: Site = {
    origin,
    host: new URL(origin).host,
    mailDomain: takesMail ? app.config.mailDomain : undefined,
    sourceUrl: app.config.sourceUrl,
    assets: loadAssets(),
    images: createImagePaths(secretKey),
  };
  const pages = createPages(options.cacheSize ?? limits.pageCache, app.now);
  const errors = createErrorPages(site);
  const desk: Desk = { app, site, pages, errors, communities: createShare(), threads: createShare() };

  const web = new Hono();
  web.use(secureHeaders, refuseCrossSite(origin), refuseNul, refuseActivities, keepLanguage(site));
  web.use(knowViewer(app), knowPlaces(desk));
  registerStatic(web, site.assets);
  registerSitemaps(web, desk);
  registerFeeds(web, desk);
  registerSettings(web, desk);
  registerAccountSettings(web, desk);
  registerAdmin(web, desk);
  registerQuoting(web, desk);
  registerSignIn(web, desk);
  registerSignUp(web, desk);
  registerFediverse(web, desk, options.identities ?? { findIdentity: async () => undefined });
  registerPasskeys(web, desk);
  registerDevMail(web, desk);
  registerMailAnswers(web, desk);
  registerMailSettings(web, desk);
  registerSite(web, desk);
  registerCommunity(web, desk);
  registerCommunitySettings(web, desk);
  registerReports(web, desk);
  registerModeration(web, desk);
  registerLog(web, desk);
  registerDesk(web, desk);
  registerDeskPeople(web, desk);
  registerMembership(web, desk);
  registerInvitations(web, desk);
  registerConsents(web, desk);
  registerThreads(web, desk);
  registerWriting(web, desk);
  registerDrafts(web, desk);
  registerData(web, desk);
  registerNotices(web, desk);
  registerReacting(web, desk);
  registerImages(web, desk, options.images ?? createImages(app));
  registerAway(web, desk);
  registerBrought(web, desk);
  registerPeople(web, desk);
  web.get("*", requires("public"), (c) => errors.notFound(c));
  web.all("*", requires("public"), (c) => errors.readOnly(c));
  web.onError(async (error, c) => await errors.answer(error, c));
  return web;
}
