import { eq } from "drizzle-orm";
import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import { posts } from "../../src/db/schema/post.ts";
import { makeMenders } from "../make-menders.ts";
import { findBarriers, overflowOf } from "./axe.ts";
import { readFocus } from "./by-keyboard.ts";
import { hasBrowser, leaveBy, manyPages, openBrowser, withSite } from "./open-browser.ts";
import { picture } from "./picture.ts";

const browserTest = test.runIf(hasBrowser());

type Look = NonNullable<Parameters<Browser["newContext"]>[0]>;

/** Visits the pages of a lively community. */
async function visit(as: Look, look: (page: Page, url: string, paths: Paths) => Promise<void>): Promise<void> {
  const browser = await openBrowser();
  await withSite(async (app, url) => {
    const { threadId } = await makeMenders(app);
    const [remote] = await app.db
      .select({ id: posts.id })
      .from(posts)
      .where(eq(posts.channel, "activitypub"))
      .orderBy(posts.id);
    const context = await browser.newContext({ reducedMotion: "reduce", ...as });
    await look(await context.newPage(), url, pathsOf(threadId, remote!.id));
  });
}

type Paths = ReturnType<typeof pathsOf>;

function pathsOf(threadId: string, remoteId: string) {
  return {
    front: "/c/menders",
    thread: `/c/menders/t/${threadId}`,
    byDate: `/c/menders/t/${threadId}?by=date`,
    reply: `/p/${remoteId}/reply`,
  };
}

browserTest(
  "pages are accessible to whoever wants more contrast",
  async () => {
    await visit({ viewport: { width: 1280, height: 900 }, contrast: "more" }, async (page, url, paths) => {
      for (const path of [paths.front, paths.thread, paths.reply]) {
        await page.goto(url + path);
        expect([path, await findBarriers(page)]).toEqual([path, []]);
      }
    });
  },
  manyPages,
);

browserTest(
  "the words of a thread stay where they are, whether its images are late or never come",
  async () => {
    await visit({ viewport: { width: 1280, height: 900 } }, async (page, url, { thread }) => {
      const places = async () =>
        await page
          .locator("article, figure")
          .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
      let come: (() => void) | undefined;
      const late = new Promise<void>((resolve) => {
        come = resolve;
      });
      await page.route("**/media/**", async (route) => {
        await late;
        await route.fulfill({ body: await asDescribed(page, route.request().url()) });
      });
      await page.goto(url + thread, { waitUntil: "domcontentloaded" });
      const before = await places();
      come?.();
      await comeAll(page);
      expect(await places()).toEqual(before);

      await page.route("**/media/**", async (route) => await route.abort());
      await page.reload();
      await comeAll(page);
      expect(await overflowOf(page)).toBe(0);
      expect(await places()).toEqual(before);
    });
  },
  manyPages,
);

/** The image that a page asks for, of the size that it says there. */
async function asDescribed(page: Page, url: string): Promise<Buffer> {
  const name = url.split("/").slice(-2).join("/");
  const image = page.locator(`img[src$="${name}"]`);
  const [width, height] = [await image.getAttribute("width"), await image.getAttribute("height")];
  return await picture("olive", Number(width ?? 300), Number(height ?? 500));
}

/** Waits for all images of a page, also those further down, or until it is sure that one cannot be had. */
async function comeAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const image of document.images) image.loading = "eager";
    await Promise.allSettled([...document.images].map((image) => image.decode()));
  });
}

browserTest(
  "everything works without scripts",
  async () => {
    await visit({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } }, async (page, url, paths) => {
      await page.goto(url + paths.front);
      expect(await page.getByRole("button", { name: "Copy" }).isVisible()).toBe(false);
      await leaveBy(page.getByRole("link", { name: "What holds on a cracked bellows?" }));
      const reply = page.getByText("Read print through it!");
      expect(await reply.isVisible()).toBe(true);
      // What is folded is read on paper, but for what its author warned of.
      await page.getByText("2 replies").first().click();
      await page.emulateMedia({ media: "print" });
      expect(await reply.isVisible()).toBe(true);
      expect(await page.getByAltText("A cut thumb").isVisible()).toBe(false);
      await page.emulateMedia({ media: "screen" });
      await page.getByText("2 replies").first().click();
      await page.getByText("2 replies").first().click();
      expect(await reply.isVisible()).toBe(false);
      await leaveBy(page.getByRole("link", { name: "By date" }));
      expect(await page.getByRole("article").count()).toBe(20);
      await page.getByLabel("Dark").check();
      await leaveBy(page.getByRole("button", { name: "Apply" }));
      expect(await page.locator("html").getAttribute("class")).toContain("theme-dark");
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(paths.byDate);
      await leaveBy(page.getByRole("link", { name: "العربية" }));
      expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
    });
  },
  manyPages,
);

browserTest(
  "an address is copied with one click where scripts run",
  async () => {
    await visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page, url, paths) => {
      // The button says its first word again after a while, which would be over on a busy machine.
      await page.addInitScript("globalThis.setTimeout = () => 0;");
      await page.goto(url + paths.front);
      await page.getByRole("button", { name: "Copy" }).click();
      await page.getByRole("button", { name: "Copied" }).waitFor();

      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`@menders@${new URL(url).host}`);
    });
  },
  manyPages,
);

browserTest(
  "whoever goes by keyboard sees at each step where they are",
  async () => {
    await visit({ viewport: { width: 1280, height: 800 } }, async (page, url, { front, thread }) => {
      for (const path of [front, thread]) {
        await page.goto(url + path);
        const stops = await page.locator("a[href]:visible, button:visible, input:visible, summary:visible").count();
        let steps = 0;
        for (; steps < stops + 20; steps++) {
          await page.keyboard.press("Tab");
          const stop = await readFocus(page);
          if (stop === undefined) break;
          expect(stop).toMatchObject({ ring: "solid 3px", seen: true, uncovered: true });
        }
        expect(steps).toBeGreaterThan(20);
      }
    });
  },
  manyPages,
);
