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
  await page.evaluate(source);
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
