import sharp from "sharp";
import { expect, test } from "vitest";
import { signInAs } from "../browser-like.ts";
import { makeCommunity } from "../make.ts";
import { makePerson } from "../make-person.ts";
import { hasBrowser, leaveBy, manyPages, openBrowser, withSite } from "./open-browser.ts";

async function picture(background: string): Promise<Buffer> {
  return await sharp({ create: { width: 1_200, height: 700, channels: 3, background } })
    .png()
    .toBuffer();
}

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
      await leaveBy(page.getByRole("button", { name: "Publish" }));
      expect(await page.getByRole("alert").textContent()).toContain("Say of each image what it shows");
      expect(
        await page.locator(".images li img").evaluate((one: HTMLImageElement) => one.naturalWidth),
      ).toBeGreaterThan(0);
      await page.getByLabel("What image 1 shows").fill("A teal wall");
      await leaveBy(page.getByRole("button", { name: "Preview" }));
      expect(await page.getByRole("img", { name: "A teal wall" }).count()).toBe(1);
      await leaveBy(page.getByRole("button", { name: "Publish" }));
      const shown = page.getByRole("img", { name: "A teal wall" });
      expect(await shown.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(0);
    });
  },
  manyPages,
);
