import sharp from "sharp";
import { expect, test } from "vitest";
import { claimIdentity } from "../../src/account/create-account.ts";
import { updateReading } from "../../src/account/settings.ts";
import { createTopic } from "../../src/community/topics.ts";
import { type DraftId, newId, type PostId } from "../../src/core/ids.ts";
import { changeAvatar } from "../../src/post/change-avatar.ts";
import { keepDraft } from "../../src/post/drafts.ts";
import { askForExport } from "../../src/post/keep-export.ts";
import { submitPost } from "../../src/post/submit-posts.ts";
import { takeImage } from "../../src/post/uploads.ts";
import { rewritePost, writePost } from "../../src/post/write-post.ts";
import { signInAs } from "../browser-like.ts";
import { makeAuthor, makeCommunity } from "../make.ts";
import { makePerson } from "../make-person.ts";
import { makeSubmission } from "../make-submission.ts";
import type { TestApp } from "../with-app.ts";
import { findBarriers } from "./axe.ts";
import { hasBrowser, manyPages, openBrowser, withSite } from "./open-browser.ts";

const config = { smtpUrl: "smtp://127.0.0.1:9" };

async function picture(background: string): Promise<Buffer> {
  return await sharp({ create: { width: 1_200, height: 700, channels: 3, background } })
    .png()
    .toBuffer();
}

/** Mo has a picture, a draft, notices and a post with images that was changed. @returns the pages that are theirs */
async function settle(app: TestApp, url: string) {
  const communityId = await makeCommunity(app, { language: "en" });
  await createTopic(app, { communityId, slug: "compost", name: "Compost", hashtags: [] }, "test");
  const mo = await makePerson(app, { name: "Mo Gardener", address: "mo@example.org", addressVerified: true });
  const { authorId, accountId } = mo;
  await changeAvatar(app, accountId, await picture("teal"));
  const elsewhere = await makeAuthor(app, { handle: "mo", host: "mastodon.example" });
  await app.db.transaction((tx) => claimIdentity(tx, { accountId, authorId: elsewhere }, app.now()));
  const alts = ["Two rows of garlic under straw", "A spade"];
  const images = [];
  for (const alt of alts) images.push((await takeImage(app, { authorId, bytes: await picture("olive"), alt })).id);
  const form = {
    authorId,
    communityId,
    key: "k",
    title: "Planting garlic",
    text: "How *deep*?",
    images,
    language: "en",
  };
  const { postId } = (await writePost(app, form)) as { postId: PostId };
  await rewritePost(app, authorId, postId, { ...form, text: "How *deep*, in clay?" });
  const answer = {
    ...makeSubmission({ communityId, authorId: await makeAuthor(app) }),
    inReplyTo: `${url}/posts/${postId}`,
  };
  await submitPost(app, answer);
  await submitPost(app, makeSubmission({ communityId, authorId: elsewhere }));
  await askForExport(app, accountId);
  const draft = { title: "Worms", text: "Half a", warning: "", language: "en", topic: undefined, images: [] };
  await keepDraft(app, authorId, { ...draft, id: newId<DraftId>(app.now()) }, { communityId });
  const pages = ["/notices", "/drafts", "/settings", "/settings/data", `/p/${postId}/history`, `/p/${postId}/edit`];
  return { mo, postId, pages: [...pages, "/c/cats/new", `/c/cats/t/${postId}`, "/@mo"] };
}

test.runIf(hasBrowser())(
  "what is somebody's own is accessible and fits a phone, in every light and both directions",
  async () => {
    const browser = await openBrowser();
    await withSite(async (app, url) => {
      const { mo, pages } = await settle(app, url);
      const [name = "", value = ""] = (await signInAs(app, mo.accountId)).split("=");
      const looks = [
        { width: 320, colorScheme: "dark", language: "en" },
        { width: 1280, colorScheme: "light", language: "ar" },
      ] as const;
      for (const { width, colorScheme, language } of looks) {
        await updateReading(app, mo.accountId, { language });
        const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
        await context.addCookies([{ name, value, url }]);
        const page = await context.newPage();
        for (const path of pages) {
          await page.goto(`${url}${path}`);
          for (const fold of await page.locator("details").all())
            await fold.evaluate((one) => one.setAttribute("open", ""));
          const barriers = await findBarriers(page);
          expect([path, barriers]).toEqual([path, []]);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect([path, overflow]).toEqual([path, 0]);
        }
        await context.close();
      }
    }, config);
  },
  manyPages,
);

test.runIf(hasBrowser())(
  "somebody brings an image without scripts: it is refused without words, then shown with them",
  async () => {
    const browser = await openBrowser();
    await withSite(async (app, url) => {
      await makeCommunity(app);
      const { accountId } = await makePerson(app);
      const [name = "", value = ""] = (await signInAs(app, accountId)).split("=");
      const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
      await context.addCookies([{ name, value, url }]);
      const page = await context.newPage();
      await page.goto(`${url}/c/cats/new`);
      await page.getByLabel("What you want to say").fill("Look");
      const file = { name: "garlic.png", mimeType: "image/png", buffer: await picture("teal") };
      await page.getByLabel("Another image").setInputFiles(file);
      await page.getByRole("button", { name: "Publish" }).click();
      expect(await page.getByRole("alert").textContent()).toContain("Say of each image what it shows");
      expect(
        await page.locator(".images li img").evaluate((one: HTMLImageElement) => one.naturalWidth),
      ).toBeGreaterThan(0);
      await page.getByLabel("What image 1 shows").fill("A teal wall");
      await page.getByRole("button", { name: "Preview" }).click();
      expect(await page.getByRole("img", { name: "A teal wall" }).count()).toBe(1);
      await page.getByRole("button", { name: "Publish" }).click();
      const shown = page.getByRole("img", { name: "A teal wall" });
      expect(await shown.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
    });
  },
  manyPages,
);
