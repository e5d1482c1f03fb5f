import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { posts } from "../../src/db/schema/post.ts";
import { installGuard } from "../../src/net/guard.ts";
import { makeMenders } from "../make-menders.ts";
import { findBarriers } from "./axe.ts";
import { hasBrowser, openBrowser, withSite } from "./open-browser.ts";

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

test.runIf(hasBrowser()).each([
  ["without scripts, on a phone", { javaScriptEnabled: false, viewport: { width: 360, height: 740 } }],
  ["with scripts, on a desk", { javaScriptEnabled: true, viewport: { width: 1280, height: 900 } }],
])(
  "a reader is led to their own server, to follow and to answer, %s",
  async (_, look) => {
    const browser = await openBrowser();
    await withHome(async (home) => {
      await withSite(
        async (app, url) => {
          const { communityId, threadId } = await makeMenders(app);
          const ofThread = and(
            eq(posts.threadId, threadId),
            eq(posts.channel, "activitypub"),
            eq(posts.state, "published"),
          );
          const [remote] = await app.db.select().from(posts).where(ofThread).orderBy(posts.id);
          const page = await (await browser.newContext(look)).newPage();
          await page.goto(`${url}/c/menders`);
          await page.getByLabel("Your address on the fediverse").fill(`ana@${home}`);
          await page.getByRole("button", { name: "Follow from my server" }).click();
          await page.waitForURL(`http://${home}/**`);
          expect(new URL(page.url()).searchParams.get("uri")).toBe(`${url}/actors/${communityId}`);

          await page.goto(`${url}/c/menders/t/${threadId}`);
          await page
            .locator(`[id="${remote!.id}"]`)
            .getByRole("link", { name: /^Reply to/ })
            .click();
          expect(new URL(page.url()).pathname).toBe(`/p/${remote!.id}/reply`);
          await page.getByLabel("Your address on the fediverse").fill(home);
          await page.getByLabel("Remember it").check();
          await page.getByRole("button", { name: "Answer from my server" }).click();
          await page.waitForURL(`http://${home}/**`);
          expect(new URL(page.url()).pathname).toBe("/welcome");

          await page.goto(`${url}/c/menders/follow`);
          expect(await page.getByLabel("Your address on the fediverse").inputValue()).toBe(home);
        },
        { insecurePeers: true },
      );
    });
    await browser.close();
  },
  60_000,
);

test.runIf(hasBrowser()).each([
  ["en", { width: 360, height: 740 }],
  ["ar", { width: 360, height: 740 }],
  ["ar", { width: 1280, height: 900 }],
])(
  "what is wrong with an address is told accessibly, in %s",
  async (locale, viewport) => {
    const browser = await openBrowser();
    await withSite(async (app, url) => {
      await makeMenders(app);
      const page = await (await browser.newContext({ locale, viewport })).newPage();
      await page.goto(`${url}/c/menders/follow`);
      await page.locator("#home").fill("nowhere at all");
      await page.locator("main form button[type=submit]").click();
      await page.locator("#home-error").waitFor();

      const barriers = await findBarriers(page);
      expect(barriers).toEqual([]);
      expect(await page.locator("#home").inputValue()).toBe("nowhere at all");
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("home");
    });
    await browser.close();
  },
  60_000,
);
