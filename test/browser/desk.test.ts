import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect, test } from "vitest";
import { ensureMailAuthor } from "../../src/account/mail-author.ts";
import { changeRules } from "../../src/community/rules.ts";
import { newId } from "../../src/core/ids.ts";
import { posts } from "../../src/db/schema/post.ts";
import { reportPost } from "../../src/moderation/report-post.ts";
import { submitPost } from "../../src/post/submit-posts.ts";
import { writePost } from "../../src/post/write-post.ts";
import { signInAs } from "../browser-like.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../make.ts";
import { makePerson } from "../make-person.ts";
import { makeSubmission } from "../make-submission.ts";
import type { TestApp } from "../with-app.ts";
import { findBarriers } from "./axe.ts";
import { hasBrowser, manyPages, openBrowser, withSite } from "./open-browser.ts";

/** A community on a bad day: two moderators, rules, and three first posts that came by three doors. */
async function badDay(app: TestApp) {
  const cats = await makeCommunity(app, { holdPolicy: "strangers", name: "The Menders" });
  for (const words of ["Be kind, also to who is wrong.", "Talk about mending."])
    await changeRules(app, cats, { act: "add", words }, "test");
  const people = {
    kofi: await makePerson(app, { handle: "kofi", name: "Kofi" }),
    ida: await makePerson(app, { handle: "ida", name: "Ida Sørensen" }),
    mo: await makePerson(app, { handle: "mo", name: "Mo" }),
  };
  for (const { authorId } of [people.kofi, people.ida]) await makeMember(app, cats, { authorId, role: "moderator" });
  await makePost(app, cats, { title: "Darning wool that has felted" });
  const written = await writePost(app, {
    authorId: people.mo.authorId,
    communityId: cats,
    title: "My holiday",
    text: "Sun and sea.",
    key: newId(app.now()),
  });
  expect(written.action).toBe("hold");
  const shop = await makeAuthor(app, { name: "best_price_tools", host: "cheap.example" });
  await submitPost(app, makeSubmission({ communityId: cats, authorId: shop, html: "<p>Glue kit, 70% off!</p>" }));
  const mailed = { address: "rosalind@mail.example", name: "Rosalind Achebe", read: false };
  const { authorId: rosalind } = await ensureMailAuthor(app, mailed);
  const messageId = "<one@mail.example>";
  await submitPost(
    app,
    makeSubmission({
      ...{ communityId: cats, authorId: rosalind, channel: "mail", sourceId: messageId },
      names: [{ name: messageId, kind: "message-id" }],
      html: "<p>Let the mend be a mend.</p>",
      title: "Stop trying to make it invisible",
      original: { mediaType: "message/rfc822", messageId, bytes: Buffer.from("Subject: mend\r\n\r\nhello") },
    }),
  );
  return { cats, ...people, shop, rosalind };
}

async function enter(
  browser: Browser,
  app: TestApp,
  url: string,
  person: { readonly accountId: Parameters<typeof signInAs>[1] },
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const [name = "", value = ""] = (await signInAs(app, person.accountId)).split("=");
  await context.addCookies([{ name, value, url }]);
  return await context.newPage();
}

test.runIf(hasBrowser())(
  "the desk and its pages are accessible and fit at 320, 360 and 1280 pixels, in light and dark, and from right to left",
  async () => {
    const browser = await openBrowser();
    await withSite(async (app, url) => {
      const { cats, kofi, shop } = await badDay(app);
      const postId = await makePost(app, cats, { authorId: shop, html: "<p>Glue!</p>", title: "Bellows" });
      const report = { byServer: false, channel: "web", words: "Advertising", rule: 2 } as const;
      const from = { reporterId: kofi.authorId, sourceId: `${url}/reports/1` };
      await reportPost(app, { ...report, ...from, about: { postId } });
      const held = (await app.db.select().from(posts).orderBy(posts.id)).find(({ state }) => state === "held");
      const paths = [
        "/c/cats/desk",
        `/c/cats/desk/${held!.id}`,
        `/c/cats/desk/people/${shop}`,
        `/c/cats/desk/posts/${postId}`,
        "/c/cats/desk/decisions",
        "/c/cats/settings/rules",
        `/c/cats/t/${postId}`,
        `/p/${postId}/report`,
        "/c/cats/log",
      ];
      const looks = [
        { width: 320, colorScheme: "light", lang: "en", seen: paths },
        { width: 360, colorScheme: "dark", lang: "ar", seen: paths },
        { width: 1280, colorScheme: "light", lang: "ar", seen: paths.slice(0, 2) },
        { width: 1280, colorScheme: "dark", lang: "en", seen: paths.slice(2, 4) },
      ] as const;
      for (const { width, colorScheme, lang, seen } of looks) {
        const page = await enter(browser, app, url, kofi, { viewport: { width, height: 800 }, colorScheme });
        for (const path of seen) {
          await page.goto(`${url}${path}?lang=${lang}`);
          await page.evaluate(() => {
            for (const fold of document.querySelectorAll("details")) fold.open = true;
          });
          const barriers = await findBarriers(page);
          expect([path, width, lang, barriers]).toEqual([path, width, lang, []]);
          expect([path, width, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([
            path,
            width,
            0,
          ]);
          const shots = process.env["SHOTS"];
          if (shots) {
            const name = `shot${path.replaceAll(/[^a-z]+/g, "-")}-${width}-${lang}-${colorScheme}.png`;
            await page.screenshot({ path: `${shots}/${name}`, fullPage: true });
          }
        }
      }
    });
    await browser.close();
  },
  manyPages,
);
