import { expect, test } from "vitest";
import { chooseMailOfThread } from "../../src/community/mail-choices.ts";
import { createMailLinks } from "../../src/community/mail-links.ts";
import { createTopic } from "../../src/community/topics.ts";
import type { ThreadId } from "../../src/core/ids.ts";
import { makeCommunity, makePost } from "../make.ts";
import { makeMailMember, readChoice } from "../make-mail-member.ts";
import { findBarriers } from "./axe.ts";
import { hasBrowser, leaveBy, manyPages, openBrowser, withSite } from "./open-browser.ts";

const looks = [
  { viewport: { width: 320, height: 740 }, colorScheme: "light", locale: "en" },
  { viewport: { width: 1280, height: 900 }, colorScheme: "dark", locale: "en" },
  { viewport: { width: 360, height: 740 }, colorScheme: "light", locale: "ar" },
] as const;

test.runIf(hasBrowser())(
  "somebody follows the link in a mail, mutes the thread, chooses a digest and stops it, without scripts; the page is accessible",
  async () => {
    const browser = await openBrowser();
    await withSite(async (app, url) => {
      const communityId = await makeCommunity(app, { handle: "gardeners", name: "The gardeners" });
      const ben = await makeMailMember(app, communityId, { handle: "ben" });
      const member = { communityId, authorId: ben.authorId };
      await createTopic(app, { communityId, slug: "seeds", name: "Seeds and seedlings", hashtags: [] }, "test");
      const thread = await makePost(app, communityId, { title: "Which worms?", language: "en" });
      const other = await makePost(app, communityId, { title: "Slugs again" });
      await chooseMailOfThread(app, member, other as string as ThreadId, "follow");
      const link = url + createMailLinks(app.config.secretKey!).pathOf(member);
      for (const look of looks) {
        const page = await (await browser.newContext({ ...look, reducedMotion: "reduce" })).newPage();
        await page.goto(`${link}?thread=${thread}`);
        expect(await findBarriers(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      }

      const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
      await page.goto(`${link}?thread=${thread}`);
      await leaveBy(page.getByRole("button", { name: "Hear no more of it" }));
      expect(await page.getByRole("link", { name: "Which worms?" }).count()).toBe(1);
      await page.getByLabel("Once a day").check();
      await page.getByLabel("At what hour").selectOption("07:00");
      await leaveBy(page.getByRole("button", { name: "Save", exact: true }).first());
      expect(await page.getByRole("status").textContent()).toBe("Saved.");
      expect(await readChoice(app, ben)).toMatchObject({ how: "daily", hour: 7 });
      await leaveBy(page.getByRole("button", { name: "No more mail from The gardeners" }));
      expect(await page.getByRole("status").textContent()).toContain("You get no more mail from The gardeners.");
    });
  },
  manyPages,
);
