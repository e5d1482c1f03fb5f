import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type axe from "axe-core";
import type { Page } from "playwright-core";

/** The short form: to read it takes the browser as long as to use it. */
const source = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/**
 * What keeps people from using a page as it stands, by WCAG 2.2 (A and AA) and good practice: a line for each element.
 *
 * It asks for violations only, and in the page itself: to describe all that is well, in a page of its own, takes most of the time.
 */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(source);
  return await page.evaluate(async () => {
    const found = await (Reflect.get(globalThis, "axe") as typeof axe).run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      resultTypes: ["violations"],
      preload: false,
    });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, html }) => `${id}: ${target.join(" ")} ${html.slice(0, 200)}`),
    );
  });
}

/** What stands in a page, and would be refused by its content security policy where it was opened. */
export async function findForbidden(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter(
        (element) =>
          element.matches("[style], style, script:not([src])") ||
          element.getAttributeNames().some((name) => name.startsWith("on")),
      )
      .map((element) => element.outerHTML.slice(0, 200)),
  );
}

/**
 * By how many pixels a page scrolls sideways.
 *
 * @param css what its reader adds to its style
 */
export async function overflowOf(page: Page, css = ""): Promise<number> {
  return await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
    const overflow = document.documentElement.scrollWidth - innerWidth;
    document.adoptedStyleSheets.pop();
    return overflow;
  }, css);
}

/** Makes a page ready for others to be laid over it. Nothing can be told of contrast above a gradient, so the hairlines go. */
export async function preparePages(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(".say,.who{background-image:none!important}");
    document.adoptedStyleSheets = [sheet];
  });
}

/** Lays a page over the one that is open, all folds opened: it is seen as if it had been opened itself, in a tenth of the time. */
export async function layOver(page: Page, html: string): Promise<void> {
  await page.evaluate(async (html) => {
    const { documentElement: seen, title, body } = new DOMParser().parseFromString(html, "text/html");
    const root = document.documentElement;
    for (const { name } of [...root.attributes]) root.removeAttribute(name);
    for (const { name, value } of seen.attributes) root.setAttribute(name, value);
    document.title = title;
    document.body.replaceWith(document.adoptNode(body));
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    for (const image of document.images) image.loading = "eager";
    await Promise.allSettled([...document.images].map((image) => image.decode()));
    scrollTo(0, 0);
  }, html);
}
