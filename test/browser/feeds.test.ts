import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makePost } from "../make.ts";
import { makeMenders } from "../make-menders.ts";
import { hasBrowser, manyPages, openBrowser, withSite } from "./open-browser.ts";

test.runIf(hasBrowser())(
  "feeds and site maps are XML that says what Atom asks for",
  async () => {
    await withSite(async (app, url) => {
      const { threadId } = await makeMenders(app);
      const communityId = await makeCommunity(app, { name: "]]> & <Cats> \u{1F408}" });
      const authorId = await makeAuthor(app, { handle: "a", name: "\u0008& \uFFFE <i>" });
      const html = "<p>\u000B &amp; ]]&gt; \uD83D</p>";
      await makePost(app, communityId, {
        authorId,
        title: "\u0001A & <b>",
        html,
        language: "de",
        warning: "\u0002<w>",
      });
      const browser = await openBrowser();
      const page = await browser.newPage({ bypassCSP: true });
      await page.goto(`${url}/privacy`);
      const paths = ["/c/menders/feed.atom", `/c/menders/t/${threadId}/feed.atom`, "/@p1@mastodon.example/feed.atom"];

      for (const path of [...paths, "/c/cats/feed.atom", "/@a@remote.example/feed.atom"]) {
        const feed = await page.evaluate(readFeed, path);
        expect([path, feed.error]).toEqual([path, null]);
        expect(feed.missing).toEqual([]);
        expect(feed.self).toBe(url + path);
        expect(feed.entries).toBeGreaterThan(0);
        expect(new Set(feed.ids).size).toBe(feed.entries + 1);
      }
      const thread = await page.evaluate(readFeed, `/c/menders/t/${threadId}/feed.atom`);
      expect([thread.entries, thread.answers, thread.languages]).toEqual([19, 18, ["ar", "es", "ja"]]);
      for (const path of ["/sitemap.xml", "/c/menders/sitemap.xml", "/c/cats/sitemap.xml"]) {
        expect([path, (await page.evaluate(readFeed, path)).error]).toEqual([path, null]);
      }
    });
  },
  manyPages,
);

/** Reads a feed with the XML parser of the browser. */
async function readFeed(path: string) {
  const text = await (await fetch(path)).text();
  const document = new DOMParser().parseFromString(text, "application/xml");
  const atom = "http://www.w3.org/2005/Atom";
  const entries = [...document.getElementsByTagNameNS(atom, "entry")];
  const nodes = [document.documentElement, ...entries];
  const has = (node: Element, name: string) =>
    [...node.children].some((child) => child.localName === name && child.namespaceURI === atom);
  const required = (node: Element) => [
    "id",
    "title",
    "updated",
    ...(node.localName === "entry" ? ["author", "content", "published"] : []),
  ];
  return {
    error: document.querySelector("parsererror")?.textContent ?? null,
    entries: entries.length,
    missing: nodes.flatMap((node) => required(node).filter((name) => !has(node, name))),
    ids: nodes.map((node) => [...node.children].find(({ localName }) => localName === "id")?.textContent),
    self: document.querySelector("link[rel=self]")?.getAttribute("href"),
    answers: document.getElementsByTagNameNS("http://purl.org/syndication/thread/1.0", "in-reply-to").length,
    languages: [...new Set(entries.flatMap((entry) => entry.getAttribute("xml:lang") ?? []))].sort(),
  };
}
