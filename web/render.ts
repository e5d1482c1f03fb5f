import type { HtmlEscapedString } from "hono/utils/html";

/** A page before it is text. */
export type Page = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A whole page as text. */
export async function toDocument(page: Page): Promise<string> {
  return `<!DOCTYPE html>${await (await page).toString()}`;
}
