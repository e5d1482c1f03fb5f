import type { BrowserContextOptions } from "playwright-core";
import { expect, test } from "vitest";
import { askToQuote } from "../../src/post/quote-permits.ts";
import { submitPost } from "../../src/post/submit-posts.ts";
import { writePost } from "../../src/post/write-post.ts";
import { signInAs } from "../browser-like.ts";
import { makeAuthor, makeCommunity } from "../make.ts";
import { makePerson } from "../make-person.ts";
import { makeSubmission } from "../make-submission.ts";
import type { TestApp } from "../with-app.ts";
import { findBarriers } from "./axe.ts";
import { hasBrowser, manyPages, openBrowser, withSite } from "./open-browser.ts";

const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };
const looks: readonly BrowserContextOptions[] = [
  { viewport: phone, colorScheme: "light" },
  { viewport: phone, colorScheme: "dark", locale: "ar" },
  { viewport: desk, colorScheme: "light", locale: "ar" },
  { viewport: desk, colorScheme: "dark" },
];

/** Mo wrote what Bob quotes, together with something that is away. @returns who Mo is, and the pages that show it */
async function settle(app: TestApp, url: string) {
  const communityId = await makeCommunity(app, { name: "The menders" });
  const mo = await makePerson(app, { name: "Mo the Mender" });
  const text = `Mulch early, and never with fresh chips: ${"they take what the beds need. ".repeat(14)}`;
  const written = await writePost(app, { authorId: mo.authorId, communityId, key: "k", title: "Mulch", text });
  if (!("postId" in written)) throw new Error(written.action);
  const host = "longish.server.example";
  const bob = await makeAuthor(app, { handle: "bob", host, name: "Bob Longfellow-Smythe" });
  const [quotingName, away] = [`https://${host}/notes/1`, "https://elsewhere.example/notes/2"];
  const quotes = [`${url}/posts/${written.postId}`, away].map((to) => ({ kind: "quote", url: to }) as const);
  const html = "<p>This is what I keep telling everybody.</p>";
  const given = { communityId, authorId: bob, sourceId: quotingName, attachments: quotes, html };
  const said = await submitPost(app, makeSubmission(given));
  await askToQuote(app, { postId: written.postId, quotingName, authorId: bob, requestName: `${quotingName}/ask` });
  return { mo, paths: [`/c/cats/t/${"postId" in said && said.postId}`, "/settings/quotes"] };
}

test.runIf(hasBrowser())(
  "quotes, and who quotes somebody, are accessible and fit, in light and dark, and from right to left",
  async () => {
    const browser = await openBrowser();
    await withSite(async (app, url) => {
      const { mo, paths } = await settle(app, url);
      const [name = "", value = ""] = (await signInAs(app, mo.accountId)).split("=");
      for (const look of looks) {
        const context = await browser.newContext({ reducedMotion: "reduce", ...look });
        await context.addCookies([{ name, value, url }]);
        const page = await context.newPage();
        for (const path of paths) {
          await page.goto(url + path);
          const seen = [path, look, await findBarriers(page), await page.evaluate(overflow)];
          expect(seen).toEqual([path, look, [], 0]);
        }
      }
    });
  },
  manyPages,
);

/** By how many pixels the page scrolls sideways. */
const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
