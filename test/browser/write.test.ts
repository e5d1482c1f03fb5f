import { expect, test } from "vitest";
import { signInAs } from "../browser-like.ts";
import { makeCommunity, makePost } from "../make.ts";
import { makePerson } from "../make-person.ts";
import { findBarriers } from "./axe.ts";
import { hasBrowser, leaveBy, manyPages, openBrowser, withSite } from "./open-browser.ts";

test.runIf(hasBrowser())(
  "somebody writes an answer on a phone, without scripts, after a look at it; the form is accessible",
  async () => {
    const browser = await openBrowser();
    await withSite(async (app, url) => {
      const communityId = await makeCommunity(app);
      const postId = await makePost(app, communityId, { title: "Slugs", language: "en" });
      const [name = "", value = ""] = (await signInAs(app, (await makePerson(app)).accountId)).split("=");
      const phone = { viewport: { width: 360, height: 740 } };
      const plain = await browser.newContext({ ...phone, javaScriptEnabled: false });
      await plain.addCookies([{ name, value, url }]);
      const page = await plain.newPage();
      await page.goto(`${url}/c/cats/t/${postId}`);
      await leaveBy(page.getByRole("link", { name: /^Reply to/ }));
      await page.getByLabel("Your reply").fill("Try *beer*");
      await leaveBy(page.getByRole("button", { name: "Preview" }));
      expect(await page.locator(".preview em").textContent()).toBe("beer");
      await leaveBy(page.getByRole("button", { name: "Publish" }));
      expect(await page.locator(".say em").textContent()).toBe("beer");

      const scripted = await browser.newContext(phone);
      await scripted.addCookies([{ name, value, url }]);
      const form = await scripted.newPage();
      await form.goto(`${url}/c/cats/new`);
      expect(await findBarriers(form)).toEqual([]);
      expect(await form.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    });
  },
  manyPages,
);
