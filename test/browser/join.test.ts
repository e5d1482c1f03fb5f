import { expect, test } from "vitest";
import { makeInvitation } from "../../src/account/invitation-links.ts";
import { updateReading } from "../../src/account/settings.ts";
import { type InvitationId, newId } from "../../src/core/ids.ts";
import { signInAs } from "../browser-like.ts";
import { makeCommunity, makeMember } from "../make.ts";
import { makePerson } from "../make-person.ts";
import type { TestApp } from "../with-app.ts";
import { findBarriers } from "./axe.ts";
import { hasBrowser, manyPages, openBrowser, withSite } from "./open-browser.ts";

/** Mo owns the gardeners, and could join the beekeepers. @returns the pages that lead in and out, and those of who lets people in */
async function settle(app: TestApp) {
  const summary = "For whoever grows things, on a balcony or on a farm.\n\nCome and ask.";
  const gardeners = await makeCommunity(app, { handle: "gardeners", name: "The gardeners", summary });
  await makeCommunity(app, { handle: "beekeepers", name: "Beekeepers", joinPolicy: "approval" });
  const mo = await makePerson(app, { name: "Mo Gardener", address: "mo@example.org", addressVerified: true });
  const ann = await makePerson(app, { handle: "ann", name: "Ann of the Allotments" });
  await makeMember(app, gardeners, { authorId: mo.authorId, role: "owner" });
  await makeMember(app, gardeners, { authorId: ann.authorId });
  await makeMember(app, gardeners);
  const id = newId<InvitationId>(app.now());
  const wanted = { id, communityId: gardeners, by: mo.authorId, note: "The allotments", uses: 10, days: 30 };
  const invitation = new URL(await makeInvitation(app, wanted)).pathname;
  const settings = ["members", "invitations", "visibility", "joining"].map((one) => `/c/gardeners/settings/${one}`);
  const pages = ["/c/gardeners/join", "/c/beekeepers/join", "/c/beekeepers", ...settings, "/settings/consent"];
  return { mo, pages: [...pages, invitation], invitation };
}

test.runIf(hasBrowser())(
  "the ways into a community are accessible and fit a phone, in every light and both directions",
  async () => {
    const browser = await openBrowser();
    await withSite(
      async (app) => {
        const { mo, pages, invitation } = await settle(app);
        const url = app.config.origin;
        const [name = "", value = ""] = (await signInAs(app, mo.accountId)).split("=");
        const looks = [
          { width: 320, colorScheme: "dark", language: "en" },
          { width: 360, colorScheme: "light", language: "ar" },
          { width: 1280, colorScheme: "light", language: "en" },
        ] as const;
        for (const { width, colorScheme, language } of looks) {
          await updateReading(app, mo.accountId, { language });
          const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
          const page = await context.newPage();
          await page.goto(`${url}${invitation}`);
          expect(await findBarriers(page)).toEqual([]);
          await context.addCookies([{ name, value, url }]);
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
      },
      { smtpUrl: "smtp://127.0.0.1:9" },
    );
    await browser.close();
  },
  manyPages,
);
