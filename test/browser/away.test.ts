import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { installGuard } from "../../src/net/guard.ts";
import { makeCommunity, makePost } from "../make.ts";
import { findBarriers } from "./axe.ts";
import { hasBrowser, leaveBy, manyPages, openBrowser, withSite } from "./open-browser.ts";

/** Somebody's own server: it knows WebFinger, and shows what it was given. */
async function withHome(use: (host: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    if (url.pathname !== "/.well-known/webfinger")
      return response.end(`<title>home</title>${url.searchParams.get("uri")}`);
    const template = `${url.origin}/welcome?uri={uri}`;
    return response.end(JSON.stringify({ links: [{ rel: "http://ostatus.org/schema/1.0/subscribe", template }] }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const guard = installGuard({ insecurePeers: true });
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
    await guard.close();
  }
}

const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };

test.runIf(hasBrowser()).each([
  ["without scripts, on a phone", { javaScriptEnabled: false, viewport: phone }],
  ["with scripts, on a desk", { javaScriptEnabled: true, viewport: desk }],
])(
  "a reader is led to their own server, to follow and to answer, %s",
  async (_, look) => {
    const browser = await openBrowser();
    await withHome(async (home) => {
      await withSite(
        async (app, url) => {
          const communityId = await makeCommunity(app);
          const postId = await makePost(app, communityId);
          const page = await (await browser.newContext(look)).newPage();
          await page.goto(`${url}/c/cats`);
          await page.getByLabel("Your address on the fediverse").fill(`ana@${home}`);
          await page.getByRole("button", { name: "Follow from my server" }).click();
          await page.waitForURL(`http://${home}/**`);
          expect(new URL(page.url()).searchParams.get("uri")).toBe(`${url}/actors/${communityId}`);

          await page.goto(`${url}/c/cats/t/${postId}`);
          await leaveBy(page.getByRole("link", { name: /^Reply to/ }));
          expect(new URL(page.url()).pathname).toBe(`/p/${postId}/reply`);
          await page.getByLabel("Your address on the fediverse").fill(home);
          await page.getByLabel("Remember it").check();
          await page.getByRole("button", { name: "Answer from my server" }).click();
          await page.waitForURL(`http://${home}/**`);
          expect(new URL(page.url()).pathname).toBe("/welcome");

          await page.goto(`${url}/c/cats/follow`);
          expect(await page.getByLabel("Your address on the fediverse").inputValue()).toBe(home);
        },
        { insecurePeers: true },
      );
    });
  },
  manyPages,
);

test.runIf(hasBrowser())(
  "what is wrong with an address is told accessibly, in both directions, on a phone and on a desk",
  async () => {
    const browser = await openBrowser();
    await withSite(async (app, url) => {
      await makeCommunity(app);
      const looks = [
        { locale: "en", viewport: phone },
        { locale: "ar", viewport: phone },
        { locale: "ar", viewport: desk },
      ];
      for (const look of looks) {
        const page = await (await browser.newContext(look)).newPage();
        await page.goto(`${url}/c/cats/follow`);
        await page.locator("#home").fill("nowhere at all");
        await leaveBy(page.locator("main form button[type=submit]"));

        expect(await findBarriers(page)).toEqual([]);
        expect(await page.locator("#home").inputValue()).toBe("nowhere at all");
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
        expect(await page.evaluate(() => document.activeElement?.id)).toBe("home");
      }
    });
  },
  manyPages,
);
