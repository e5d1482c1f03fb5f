import { createWeb } from "../../web/app.tsx";
import type { PageOfTheHouse } from "./pages-of-the-house.ts";
import type { Town } from "./town.ts";

/** What answers a question without being a page, and the mailbox, which is there only where no mail is sent. */
const noPages =
  /^\/(static|media|robots|sitemap|\.well-known|dev\/mail)|\.(atom|xml|csv|json)$|\/(drafts\/images|settings\/data\/files)\/:id$|\/images\/:position\/:size$|^\*$|^\/\*$/;

/** @returns the routes of pages to which none of these pages belongs */
export function unseenRoutes(town: Town, pages: readonly PageOfTheHouse[]): readonly string[] {
  const questions = createWeb(town.app).routes.filter(({ method }) => method === "GET");
  const routes = [...new Set(questions.map(({ path }) => path))];
  const patterns = routes.map((route) => [route, patternOf(route)] as const);
  const seen = pages.map(({ path }) => patterns.find(([, pattern]) => pattern.test(path.replace(/\?.*/, "")))?.[0]);
  return routes.filter((route) => !noPages.test(route) && !seen.includes(route));
}

/** What a route of Hono takes: `:name` is anything up to the next slash, unless it says what it is. */
function patternOf(route: string): RegExp {
  const pattern = route
    .replace(/:\w+\{((?:[^{}]|\{[^}]*\})+)\}/g, "$1")
    .replace(/:\w+/g, "[^/]+")
    .replace(/\*/g, ".*");
  return new RegExp(`^${pattern}$`);
}
