import type { Browser } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { askToQuote } from "../../src/post/quote-permits.ts";
import { submitPost } from "../../src/post/submit-posts.ts";
import { writePost } from "../../src/post/write-post.ts";
import { signInAs } from "../browser-like.ts";
import { makeAuthor, makeCommunity } from "../make.ts";
import { makePerson } from "../make-person.ts";
import { makeSubmission } from "../make-submission.ts";
import { findBarriers } from "./axe.ts";
import { hasBrowser, openBrowser, withSite } from "./open-browser.ts";

const browserTest = test.runIf(hasBrowser());
let browser: Promise<Browser> | undefined;

afterAll(async () => await (await browser)?.close());

const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };
const looks: [string, NonNullable<Parameters<Browser["newContext"]>[0]>][] = [
  ["on a phone, in the light", { viewport: phone, colorScheme: "light" }],
  ["on a phone, in the dark, in Arabic", { viewport: phone, colorScheme: "dark", locale: "ar" }],
  ["on a desk, in the light, in Arabic", { viewport: desk, colorScheme: "light", locale: "ar" }],
  ["on a desk, in the dark", { viewport: desk, colorScheme: "dark" }],
];

browserTest.each(looks)("quotes, and who quotes somebody, are accessible and fit %s", async (_, look) => {
  browser ??= openBrowser();
  const context = await (await browser).newContext({ reducedMotion: "reduce", ...look });
  try {
    await withSite(async (app, url) => {
      const communityId = await makeCommunity(app, { name: "The menders" });
      const mo = await makePerson(app, { name: "Mo the Mender" });
      const text = `Mulch early, and never with fresh chips: ${"they take what the beds need. ".repeat(14)}`;
      const written = await writePost(app, { authorId: mo.authorId, communityId, key: "k", title: "Mulch", text });
      if (!("postId" in written)) throw new Error(written.action);
      const bob = await makeAuthor(app, {
        handle: "bob",
        host: "longish.server.example",
        name: "Bob Longfellow-Smythe",
      });
      const [quotingName, away] = ["https://longish.server.example/notes/1", "https://elsewhere.example/notes/2"];
      const quotes = [`${url}/posts/${written.postId}`, away].map((to) => ({ kind: "quote", url: to }) as const);
      const html = "<p>This is what I keep telling everybody.</p>";
      const given = { communityId, authorId: bob, sourceId: quotingName, attachments: quotes, html };
      const said = await submitPost(app, makeSubmission(given));
      await askToQuote(app, { postId: written.postId, quotingName, authorId: bob, requestName: `${quotingName}/ask` });
      const [cookie = "", value = ""] = (await signInAs(app, mo.accountId)).split("=");
      await context.addCookies([{ name: cookie, value, url }]);

      const page = await context.newPage();
      for (const path of [`/c/cats/t/${"postId" in said && said.postId}`, "/settings/quotes"]) {
        await page.goto(url + path);
        const barriers = await findBarriers(page);
        expect(barriers).toEqual([]);
        const overflow = await page.evaluate(
          "document.documentElement.scrollWidth - document.documentElement.clientWidth",
        );
        expect(overflow).toBe(0);
      }
    });
  } finally {
    await context.close();
  }
});
