import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";
import { signInAs } from "../browser-like.ts";
import { findBarriers, findForbidden, layOver, overflowOf, preparePages } from "./axe.ts";
import { hasBrowser, manyPages, openBrowser, withSite } from "./open-browser.ts";
import { type PageOfTheHouse, pagesOfTheHouse } from "./pages-of-the-house.ts";
import { makeTown, type Resident, type Town } from "./town.ts";
import { unseenRoutes } from "./unseen-routes.ts";

interface Look {
  readonly language: Language;
  readonly width: 320 | 1280;
  readonly light: "light" | "dark";
  /** Whether barriers are asked for too, and not only whether it fits. */
  readonly asks?: true;
}
type Language = "en" | "ar";

/**
 * Whether a page fits is asked at each width in each direction; barriers in one look of each width, light and direction: what keeps people from
 * a page never depended on two of them.
 * No rule of the style begins between 320 and 360 pixels: what fits the one fits the other.
 */
const looks: readonly Look[] = [
  { language: "en", width: 320, light: "light", asks: true },
  { language: "ar", width: 320, light: "dark" },
  { language: "en", width: 1280, light: "light" },
  { language: "ar", width: 1280, light: "dark", asks: true },
];

const config = { smtpUrl: "smtp://127.0.0.1:9", lmtpListen: { host: "127.0.0.1", port: 0 }, insecurePeers: true };
/** A pattern of the names of the pages that are meant, for whoever mends one; unset: all. */
const only = new RegExp(process.env["PAGES"] ?? "");

test.runIf(hasBrowser())(
  "every page answers whoever comes to it, in their language, is accessible and fits, on a phone and on a desk, in light and dark, from left to right and from right to left",
  async () => {
    await withSite(async (app, url) => {
      const town = await makeTown(app);
      const pages = pagesOfTheHouse(town).filter(({ name }) => only.test(name));
      const faults: string[] = [];
      for (const who of new Set(pages.map((page) => page.who))) {
        const visitor = await enter(await openBrowser(), { town, url, who, faults });
        const theirs = pages.filter((page) => page.who === who);
        const seen = { en: await comeTo(visitor, theirs, "en"), ar: await comeTo(visitor, theirs, "ar") };
        await preparePages(visitor.page, `${url}/privacy`);
        for (const look of looks) faults.push(...(await lookAt(visitor.page, seen[look.language], look)));
        await visitor.context.close();
      }
      expect(faults).toEqual([]);
      if (only.source === "(?:)") expect(unseenRoutes(town, pages)).toEqual([]);
    }, config);
  },
  manyPages,
);

interface Visitor {
  readonly url: string;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly faults: string[];
}

/** Opens a browser as one of the residents, or as nobody; what it complains of is a fault. */
async function enter(
  browser: Browser,
  { town, url, who, faults }: { town: Town; url: string; who: Resident | undefined; faults: string[] },
): Promise<Visitor> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  if (who) {
    const cookie = await signInAs(town.app, town.residents[who].accountId, "Firefox/153.0 Linux");
    const [name = "", value = ""] = cookie.split("=");
    await context.addCookies([{ name, value, url }]);
  }
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text()))
      faults.push(`${page.url()}: ${message.text()}`);
  });
  return { url, context, page, faults };
}

/** A page as it came, and how it is known. */
interface Seen {
  readonly name: string;
  readonly shows: string;
  readonly html: string;
}

/** Comes to each page. To ask for it takes a tenth of the time that it takes to open it. */
async function comeTo(
  { url, context, faults }: Visitor,
  pages: readonly PageOfTheHouse[],
  language: Language,
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (const { name, path, shows, status = 200 } of pages) {
    const response = await context.request.get(url + path, { headers: { "accept-language": language } });
    if (response.status() !== status) faults.push(`${name} ${language} answers ${response.status()}`);
    const html = await response.text();
    if (!html.includes(`<html lang="${language}"`)) faults.push(`${name} ${language} is in another language`);
    seen.push({ name, shows, html });
  }
  return seen;
}

/** @returns what is wrong with pages in one look */
async function lookAt(page: Page, pages: readonly Seen[], look: Look): Promise<readonly string[]> {
  const { language, width, light, asks } = look;
  const faults: string[] = [];
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme: light, reducedMotion: "reduce" });
  for (const { name, shows, html } of pages) {
    const tell = (words: string) => faults.push(`${name} ${language} ${width} ${light}: ${words}`);
    await layOver(page, html);
    if ((await page.locator(shows).count()) === 0) tell(`has no ${shows}`);
    for (const line of await findForbidden(page)) tell(`has what its policy forbids: ${line}`);
    for (const sheet of width === 320 ? wideText : [""]) {
      const overflow = await overflowOf(page, sheet);
      if (overflow !== 0) tell(`scrolls sideways by ${overflow} ${sheet}`);
    }
    if (asks) for (const barrier of await findBarriers(page)) tell(barrier);
  }
  return faults;
}

/** Readers may space their text (WCAG 1.4.12), and double its size. */
const wideText = [
  "",
  "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-block-end:2em!important}",
  "html{font-size:200%!important}",
];
