import { expect, test } from "vitest";
import { signInAs } from "../browser-like.ts";
import { makeCommunity, makePost } from "../make.ts";
import { makePerson } from "../make-person.ts";
import { hasBrowser, leaveBy, manyPages, openBrowser, withSite } from "./open-browser.ts";

test.runIf(hasBrowser())(
  "somebody writes an answer on a phone, without scripts, after a look at it",
  async () => {
    const browser = await openBrowser();
    await withSite(async (app, url) => {
      const communityId = await makeCommunity(app);
      const postId = await makePost(app, communityId, { title: "Slugs", language: "en" });
      const [name = "", value = ""] = (await signInAs(app, (await makePerson(app)).accountId)).split("=");
      const context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
      await context.addCookies([{ name, value, url }]);
      const page = await context.newPage();
      await page.goto(`${url}/c/cats/t/${postId}`);
      await leaveBy(page.getByRole("link", { name: /^Reply to/ }));
      await page.getByLabel("Your reply").fill("Try *beer*");
      await leaveBy(page.getByRole("button", { name: "Preview" }));
      expect(await page.locator(".preview em").textContent()).toBe("beer");
      await leaveBy(page.getByRole("button", { name: "Publish" }));
      expect(await page.locator(".say em").textContent()).toBe("beer");
    });
  },
  manyPages,
);
