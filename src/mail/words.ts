import { IntlMessageFormat } from "intl-messageformat";
import { directionOf } from "../core/direction.ts";
import ar from "./messages/ar.json" with { type: "json" };
import en from "./messages/en.json" with { type: "json" };

export type Key = keyof typeof en;

/** What mail says, in the languages that we write. A test compares them. */
export const catalogues: Readonly<Record<string, Readonly<Record<Key, string>>>> = { en, ar };

/** A language that mail speaks. */
export interface Speech {
  readonly language: string;
  readonly dir: "ltr" | "rtl";
  say(key: Key, values?: Readonly<Record<string, string | number>>): string;
  /** Words of others, to stand within ours: where they run the other way they do not carry ours with them (UAX #9, FSI and PDI). */
  embed(words: string): string;
  /** A date in words. @param timeZone by whose clock; unset: UTC */
  date(date: Date, options: Intl.DateTimeFormatOptions, timeZone?: string | null): string;
}

const speeches = new Map<string, Speech>();

/** The first of these languages that we write, else English. */
export function speak(...wanted: readonly (string | null | undefined)[]): Speech {
  const language =
    wanted.find((one): one is string => typeof one === "string" && Object.hasOwn(catalogues, one)) ?? "en";
  const known = speeches.get(language);
  if (known) return known;
  const parsed = new Map<Key, IntlMessageFormat>();
  const dir = language === "ar" ? "rtl" : "ltr";
  const speech: Speech = {
    language,
    dir,
    say(key, values) {
      const message = parsed.get(key) ?? new IntlMessageFormat(catalogues[language]![key], language);
      parsed.set(key, message);
      return String(message.format(values));
    },
    embed: (words) => ((directionOf(words) ?? dir) === dir ? words : `\u2068${words}\u2069`),
    date: (date, options, timeZone) => formatterOf(language, { timeZone: timeZone ?? "UTC", ...options }).format(date),
  };
  speeches.set(language, speech);
  return speech;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making one takes fifty times as long as using it. */
function formatterOf(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = language === "ar" ? "ar-LB-u-nu-latn" : "en-GB";
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = formatters.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formatters.set(key, format);
  return format;
}
