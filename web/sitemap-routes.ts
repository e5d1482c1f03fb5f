import type { Hono } from "hono";
import { html } from "hono/html";
import { getCommunitiesVersion } from "../src/community/list-community-cards.ts";
import { listEveryTopic } from "../src/community/topics.ts";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { listSitemaps, listSitemapThreads } from "../src/post/list-sitemap.ts";
import { type Desk, readCommunity } from "./desk.ts";
import { requires } from "./policy.ts";

const namespace = "http://www.sitemaps.org/schemas/sitemap/0.9";
const mediaType = "application/xml; charset=utf-8";

/** What search engines may read: robots.txt, and site maps (sitemaps.org, protocol 0.9). */
export function registerSitemaps(web: Hono, desk: Desk): void {
  const { app, pages, site } = desk;
  const { origin } = site;
  web.get("/robots.txt", requires("public"), (c) =>
    c.text(
      [
        "User-agent: *",
        "Disallow: /settings",
        "Content-Signal: search=yes, ai-input=no, ai-train=no",
        `Sitemap: ${origin}/sitemap.xml`,
        "",
      ].join("\n"),
    ),
  );
  web.get("/sitemap.xml", requires("public"), async (c) =>
    pages.send(
      c,
      { of: ["/sitemap.xml", await getCommunitiesVersion(app.db)], mediaType, vary: "Accept" },
      async () => {
        const maps = await listSitemaps(app.db);
        const items = maps.flatMap(({ handle, threads }) =>
          Array.from(
            { length: Math.max(1, Math.ceil(threads / limits.sitemapUrls)) },
            (_, index) => html`<sitemap><loc>${origin}/c/${handle}/sitemap.xml?page=${index + 1}</loc></sitemap>`,
          ),
        );
        return document("sitemapindex", items);
      },
    ),
  );
  web.get("/c/:handle/sitemap.xml", requires("public"), async (c) => {
    const community = await readCommunity(desk, c);
    if (community instanceof Response) return community;
    const page = readPage(c.req.query("page") ?? "1");
    const of = ["sitemap", community.id, page, community.version];
    return await pages.send(c, { of, mediaType, vary: "Accept" }, async () => {
      const threads = await listSitemapThreads(app.db, community.id, { page, limit: limits.sitemapUrls });
      const topics = page === 1 ? await listEveryTopic(app.db, community.id) : [];
      const base = `${origin}/c/${community.handle}`;
      const first = page === 1 ? pathsOf(topics).map((path) => html`<url><loc>${base}${path}</loc></url>`) : [];
      const items = threads.map(
        ({ id, lastPostAt }) =>
          html`<url><loc>${base}/t/${id}</loc><lastmod>${lastPostAt.toISOString()}</lastmod></url>`,
      );
      return document("urlset", [...first, ...items]);
    });
  });
}

/** The pages of a community beside its threads. */
function pathsOf(topics: readonly { readonly slug: string }[]): readonly string[] {
  return ["", "/about", "/archive", "/topics", ...topics.map(({ slug }) => `/topics/${slug}`)];
}

function document(element: "sitemapindex" | "urlset", items: readonly unknown[]): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<${element} xmlns="${namespace}">\n${items.join("\n")}\n</${element}>\n`;
}

/** @throws {DomainError} `not-found` */
function readPage(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new DomainError("not-found", "there is no such page");
  return Number(text);
}
