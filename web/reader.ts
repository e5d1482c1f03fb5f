import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { LookedAfter, Viewer } from "../src/account/viewer.ts";
import type { ImagePaths } from "../src/media/image-paths.ts";
import type { Assets } from "./assets.ts";
import { createDates, type Dates } from "./dates.ts";
import { type Locale, languages, locales, matchLocale, readLocale } from "./locale.ts";
import { createMessages, type Messages } from "./messages.ts";
import { findViewer } from "./viewer.ts";

/** The server that a page is of. */
export interface Site {
  readonly origin: string;
  readonly host: string;
  /** The domain of the mail addresses of communities, where mail comes in. */
  readonly mailDomain: string | undefined;
  /** Where the source of what runs here is had. */
  readonly sourceUrl: string | undefined;
  readonly assets: Assets;
  readonly images: ImagePaths;
}

export const themes = ["device", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
/** A book face for words and a plain one for the rest, or the plain one throughout. */
export const typefaces = ["serif", "plain"] as const;
export type Typeface = (typeof typefaces)[number];

/** For whom a page is made: their language, their light, and where they are. */
export interface Reader {
  readonly site: Site;
  readonly locale: Locale;
  readonly dir: "ltr" | "rtl";
  readonly messages: Messages;
  readonly dates: Dates;
  readonly theme: Theme;
  readonly typeface: Typeface;
  /** False when they asked for little data. */
  readonly fonts: boolean;
  /** The path of the page with the parameters that matter, but for the language. */
  readonly path: string;
  /** Who they are, if they are signed in. Then the page is theirs alone. */
  readonly viewer: Viewer | undefined;
}

/** What somebody is in a community beside a member. */
export function roleOf(viewer: Viewer | undefined, handle: string): LookedAfter["role"] | undefined {
  return viewer?.lookedAfter.find((one) => one.handle === handle)?.role;
}

/** Cookies in which a reader's wishes are kept; nothing else is. */
export const wishes = { theme: "theme", typeface: "typeface", language: "lang", home: "home" } as const;

const speech: Readonly<Record<Locale, { messages: Messages; dates: Dates }>> = {
  en: { messages: createMessages("en"), dates: createDates("en") },
  ar: { messages: createMessages("ar"), dates: createDates("ar") },
};

/** The dates of those who chose a time zone: each is made once, and there are a few hundred zones. */
const zoned = new Map<string, Dates>();

function datesIn(locale: Locale, timeZone: string): Dates {
  const key = `${locale} ${timeZone}`;
  const dates = zoned.get(key) ?? createDates(locale, timeZone);
  zoned.set(key, dates);
  return dates;
}

/** What headers a page depends on. */
export const readerVary = "Accept, Accept-Language, Cookie, Save-Data";

const parameters = ["by", "before", "after"] as const;

/** Reads from a request for whom the page is to be made. */
export function readReader(c: Context, site: Site): Reader {
  const viewer = findViewer(c);
  const locale =
    readLocale(c.req.query("lang")) ??
    readLocale(viewer?.language ?? undefined) ??
    readLocale(getCookie(c, wishes.language)) ??
    matchLocale(c.req.header("accept-language"));
  const theme = viewer?.theme ?? getCookie(c, wishes.theme);
  const typeface = viewer ? viewer.typeface : getCookie(c, wishes.typeface);
  return {
    site,
    locale,
    dir: languages[locale].dir,
    ...speech[locale],
    ...(viewer?.timeZone && { dates: datesIn(locale, viewer.timeZone) }),
    theme: themes.find((one) => one === theme) ?? "device",
    typeface: typeface === "plain" ? "plain" : "serif",
    fonts: c.req.header("save-data")?.toLowerCase() !== "on",
    path: readPath(c),
    viewer,
  };
}

/** The languages that the reader could have instead, with where to ask for them. */
export function otherLanguages({ locale, path }: Reader) {
  return locales
    .filter((other) => other !== locale)
    .map((other) => ({
      locale: other,
      name: languages[other].name,
      path: `${path}${path.includes("?") ? "&" : "?"}lang=${other}`,
    }));
}

/** Where to come back to; what was sent to a form is no place to be. */
function readPath(c: Context): string {
  if (c.req.method !== "GET" && c.req.method !== "HEAD") return "/";
  const url = new URL(c.req.url);
  const kept = new URLSearchParams();
  for (const name of parameters) {
    const value = url.searchParams.get(name);
    if (value !== null) kept.set(name, value.slice(0, 100));
  }
  const search = kept.toString();
  return search === "" ? url.pathname : `${url.pathname}?${search}`;
}
