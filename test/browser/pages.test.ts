import { eq } from "drizzle-orm";
import type { Browser, Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { posts } from "../../src/db/schema/post.ts";
import { makeMenders } from "../make-menders.ts";
import { findBarriers } from "./axe.ts";
import { readFocus } from "./by-keyboard.ts";
import { hasBrowser, manyPages, openBrowser, withSite } from "./open-browser.ts";

const browserTest = test.runIf(hasBrowser());
let browser: Promise<Browser> | undefined;

afterAll(async () => await (await browser)?.close());

type Look = NonNullable<Parameters<Browser["newContext"]>[0]>;

/** Visits the pages of a lively community. */
async function visit(as: Look, look: (page: Page, url: string, paths: Paths) => Promise<void>): Promise<void> {
  browser ??= openBrowser();
  const context = await (await browser).newContext({ reducedMotion: "reduce", ...as });
  try {
    await withSite(async (app, url) => {
      const { threadId } = await makeMenders(app);
      const [remote] = await app.db
        .select({ id: posts.id })
        .from(posts)
        .where(eq(posts.channel, "activitypub"))
        .orderBy(posts.id);
      await look(await context.newPage(), url, pathsOf(threadId, remote!.id));
    });
  } finally {
    await context.close();
  }
}

type Paths = ReturnType<typeof pathsOf>;

function pathsOf(threadId: string, remoteId: string) {
  return {
    communities: "/",
    front: "/c/menders",
    thread: `/c/menders/t/${threadId}`,
    byDate: `/c/menders/t/${threadId}?by=date`,
    threads: "/c/menders/threads",
    topics: "/c/menders/topics",
    topic: "/c/menders/topics/textiles",
    people: "/c/menders/people",
    archive: "/c/menders/archive",
    month: "/c/menders/archive/2026/11",
    about: "/c/menders/about",
    follow: "/c/menders/follow",
    reply: `/p/${remoteId}/reply`,
    person: "/@p1@mastodon.example",
    accessibility: "/accessibility",
    error: "/nothing",
  };
}

/** Scrolled sideways by how many pixels, at most. */
async function overflow(page: Page): Promise<number> {
  return await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };
const typical = ["front", "thread", "reply"] as const;

/** In which light, and which pages; by default all. */
const looks: [string, Look, (readonly (keyof Paths)[])?][] = [
  ["on a phone, in the light", { viewport: phone, colorScheme: "light" }],
  ["on a phone, in the dark, in Arabic", { viewport: phone, colorScheme: "dark", locale: "ar" }, typical],
  ["on a desk, in the light, in Arabic", { viewport: desk, colorScheme: "light", locale: "ar" }, typical],
  ["on a desk, in the dark", { viewport: desk, colorScheme: "dark" }],
  ["on a desk, with more contrast", { viewport: desk, contrast: "more" }, typical],
];

browserTest.each(looks)(
  "pages are accessible %s",
  async (_, look, names) => {
    await visit(look, async (page, url, paths) => {
      const told: string[] = [];
      page.on("console", (message) => message.type() === "error" && told.push(`${page.url()}: ${message.text()}`));
      for (const name of names ?? (Object.keys(paths) as (keyof Paths)[])) {
        await page.goto(url + paths[name]);
        await page.evaluate(prepareForAxe);
        const barriers = await findBarriers(page);
        expect([name, barriers]).toEqual([name, []]);
        expect([name, await overflow(page)]).toEqual([name, 0]);
      }
      expect(told.filter((line) => !line.includes("404"))).toEqual([]);
    });
  },
  180_000,
);

/** Opens all folds; axe cannot tell contrast above a gradient, so the hairlines go. */
function prepareForAxe(): void {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".say,.who{background-image:none!important}");
  document.adoptedStyleSheets = [sheet];
}

browserTest(
  "nothing scrolls sideways at 320 pixels, with wide text or with text of double size",
  async () => {
    const sheets = [
      "",
      "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-block-end:2em!important}",
      "html{font-size:200%!important}",
    ];
    await visit({ viewport: { width: 320, height: 640 } }, async (page, url, paths) => {
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(url + path);
        for (const css of sheets) {
          await page.evaluate((css) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
            document.adoptedStyleSheets = [sheet];
          }, css);
          expect([name, css, await overflow(page)]).toEqual([name, css, 0]);
        }
      }
    });
  },
  manyPages,
);

browserTest(
  "everything works without scripts",
  async () => {
    await visit({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } }, async (page, url, paths) => {
      await page.goto(url + paths.front);
      expect(await page.getByRole("button", { name: "Copy" }).isVisible()).toBe(false);
      await page.getByRole("link", { name: "What holds on a cracked bellows?" }).click();
      const reply = page.getByText("Read print through it!");
      expect(await reply.isVisible()).toBe(true);
      await page.getByText("2 replies").first().click();
      expect(await reply.isVisible()).toBe(false);
      await page.getByRole("link", { name: "By date" }).click();
      expect(await page.getByRole("article").count()).toBe(19);
      await page.getByLabel("Dark").check();
      await page.getByRole("button", { name: "Apply" }).click();
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(paths.byDate);
      expect(await page.locator("html").getAttribute("class")).toContain("theme-dark");
      await page.getByRole("link", { name: "العربية" }).click();
      expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
    });
  },
  60_000,
);

browserTest(
  "an address is copied with one click where scripts run",
  async () => {
    await visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page, url, paths) => {
      await page.goto(url + paths.front);
      await page.getByRole("button", { name: "Copy" }).click();

      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`@menders@${new URL(url).host}`);
      expect(await page.getByRole("button", { name: "Copied" }).isVisible()).toBe(true);
    });
  },
  60_000,
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
