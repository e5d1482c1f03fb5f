import type { Context, Hono, MiddlewareHandler } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { updateReading } from "../src/account/settings.ts";
import type { App } from "../src/app.ts";
import { DomainError } from "../src/core/errors.ts";
import { readForm } from "./form.ts";
import { readLocale } from "./locale.ts";
import { requires } from "./policy.ts";
import { type Site, themes, typefaces, wishes } from "./reader.ts";
import { findViewer } from "./viewer.ts";

/** How long a browser keeps a reading setting, in seconds. */
const year = 365 * 24 * 60 * 60;

/** Keeps the language that any page is asked for in with `?lang`. */
export function keepLanguage(site: Site): MiddlewareHandler {
  return async (c, next) => {
    const chosen = readLocale(c.req.query("lang"));
    if (chosen) keep(c, site, wishes.language, chosen);
    await next();
  };
}

/** Keeps how a reader wants pages to look, in cookies, and with their account if they have one. */
export function registerSettings(web: Hono, { app, site }: { app: App; site: Site }): void {
  web.post("/settings", requires("public"), async (c) => {
    const form = await readForm(c);
    const theme = themes.find((one) => one === form.get("theme"));
    if (theme === undefined) throw new DomainError("invalid", "there is no such light");
    const typeface = typefaces.find((one) => one === form.getAll("typeface").at(-1));
    keep(c, site, wishes.theme, theme);
    if (typeface) keep(c, site, wishes.typeface, typeface);
    const viewer = findViewer(c);
    if (viewer) await updateReading(app, viewer.accountId, { theme, ...(typeface && { typeface }) });
    return c.redirect(localPath(form.get("back") ?? "/", site.origin), 303);
  });
}

/** Remembers a wish of the reader. */
export function keep(c: Context, site: Site, name: string, value: string): void {
  setCookie(c, name, value, {
    path: "/",
    maxAge: year,
    sameSite: "Lax",
    httpOnly: true,
    secure: site.origin.startsWith("https:"),
  });
}

/** Forgets it again. */
export function forget(c: Context, name: string): void {
  deleteCookie(c, name, { path: "/" });
}

/** The path of an address of ours; that of the first page for all others, however alike they look. */
export function localPath(address: string, origin: string): string {
  const url = URL.parse(address, origin);
  const path = url?.origin === new URL(origin).origin ? url.pathname + url.search : "/";
  return path.startsWith("//") ? "/" : path;
}
