import { foldLetters } from "../core/fold-letters.ts";

/** A day as somebody says it. Which it is depends on when they say so. */
export type DaySaid =
  | { readonly year: number | undefined; readonly month: number; readonly day: number }
  /** 1 is Monday. */
  | { readonly weekday: number }
  | { readonly days: number };

/** Languages in which the names of months and weekdays are known, beside those that somebody speaks. */
const usual = ["en", "ar", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr", "uk"] as const;

const spans: readonly { readonly of: RegExp; readonly days: number }[] = [
  { of: /^(\d{1,3}) (?:days?|ايام|يوم|يوما)$/, days: 1 },
  { of: /^(\d{1,2}) (?:weeks?|اسابيع|اسبوع|اسبوعا)$/, days: 7 },
  { of: /^(?:a|one) week$|^اسبوع$/, days: 7 },
  { of: /^tomorrow$|^غدا?$/, days: 1 },
];

/**
 * Reads a day: `2026-09-01`, `1.9.`, `1.9.2026`, `1 September`, `September 1st, 2026`, `Monday`, `3 weeks`. Days between slashes are not
 * read: 1/9 is two days, here and there.
 *
 * @param languages in which it may be, beside the usual ones
 */
export function readDay(text: string, languages: readonly string[] = []): DaySaid | undefined {
  const said = foldLetters(text).replace(/[.,]+$/, "");
  for (const { of, days } of spans) {
    const found = of.exec(said);
    if (found) return { days: days * Number(found[1] ?? 1) };
  }
  const [, isoYear, isoMonth, isoDay] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(said) ?? [];
  if (isoYear) return dayOf(Number(isoYear), Number(isoMonth), Number(isoDay));
  const [, dotDay, dotMonth, dotYear] = /^(\d{1,2})\. ?(\d{1,2})(?:\. ?(\d{4})?)?$/.exec(said) ?? [];
  if (dotDay) return dayOf(dotYear ? Number(dotYear) : undefined, Number(dotMonth), Number(dotDay));
  return readNamed(said, namesIn([...languages, ...usual]));
}

/** With the name of a month or a weekday in it. */
function readNamed(said: string, names: Names): DaySaid | undefined {
  const weekday = names.weekdays.get(said);
  if (weekday) return { weekday };
  const numbers = [...said.matchAll(/\d+/g)].map(([digits]) => digits);
  const year = numbers.find((digits) => digits.length === 4);
  const day = numbers.find((digits) => digits.length <= 2);
  const word = said
    .replace(/\d+(?:st|nd|rd|th|er|º|ª)?/g, " ")
    .replace(/[.,،]/g, " ")
    .replace(/\b(?:the|of|de|del|di)\b/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const month = names.months.get(word);
  if (!month || !day || numbers.length > (year ? 2 : 1)) return undefined;
  return dayOf(year ? Number(year) : undefined, month, Number(day));
}

function dayOf(year: number | undefined, month: number, day: number): DaySaid | undefined {
  // A leap year, where none is said.
  const date = new Date(Date.UTC(year ?? 2024, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? { year, month, day } : undefined;
}

interface Names {
  readonly months: ReadonlyMap<string, number>;
  readonly weekdays: ReadonlyMap<string, number>;
}

function namesIn(languages: readonly string[]): Names {
  const months = new Map<string, number>();
  const weekdays = new Map<string, number>();
  for (const language of new Set(languages)) {
    const known = namesOf(language);
    // What means another month elsewhere means it there: the first languages are the speaker's.
    for (const [name, month] of known.months) if (!months.has(name)) months.set(name, month);
    for (const [name, weekday] of known.weekdays) if (!weekdays.has(name)) weekdays.set(name, weekday);
  }
  return { months, weekdays };
}

const namesByLanguage = new Map<string, Names>();

function namesOf(language: string): Names {
  const known = namesByLanguage.get(language);
  if (known) return known;
  const names = { months: new Map<string, number>(), weekdays: new Map<string, number>() };
  if (Intl.DateTimeFormat.supportedLocalesOf(language).length > 0) {
    for (const width of ["long", "short"] as const) {
      for (let month = 1; month <= 12; month += 1)
        for (const name of namesOfMonth(language, width, month)) names.months.set(name, month);
      const days = new Intl.DateTimeFormat(language, { weekday: width, timeZone: "UTC" });
      // The fifth of January 2026 was a Monday.
      for (let weekday = 1; weekday <= 7; weekday += 1)
        names.weekdays.set(foldName(days.format(Date.UTC(2026, 0, 4 + weekday))), weekday);
    }
  }
  namesByLanguage.set(language, names);
  return names;
}

/** Alone, and as it stands beside a day: some languages tell them apart. */
function namesOfMonth(language: string, width: "long" | "short", month: number): readonly string[] {
  const date = Date.UTC(2026, month - 1, 15);
  const options = { month: width, timeZone: "UTC", calendar: "gregory", numberingSystem: "latn" } as const;
  const beside = new Intl.DateTimeFormat(language, { ...options, day: "numeric" }).formatToParts(date);
  const alone = new Intl.DateTimeFormat(language, options).format(date);
  const name = beside.find(({ type }) => type === "month")?.value ?? alone;
  return [foldName(alone), foldName(name)];
}

function foldName(name: string): string {
  return foldLetters(name).replace(/[.]/g, "");
}

const day = 24 * 60 * 60 * 1000;

/**
 * Which day is meant, the next of that name: by `2026-08-01`, a day that is today.
 *
 * @returns such a day too; `undefined` when it has been
 */
export function resolveDay(said: DaySaid, today: string): string | undefined {
  const start = Date.parse(`${today}T00:00:00Z`);
  const iso = (at: number) => new Date(at).toISOString().slice(0, 10);
  if ("days" in said) return iso(start + said.days * day);
  if ("weekday" in said) {
    const ahead = (said.weekday - (new Date(start).getUTCDay() || 7) + 7) % 7;
    return iso(start + (ahead || 7) * day);
  }
  const { year, month } = said;
  if (year !== undefined) {
    const at = Date.UTC(year, month - 1, said.day);
    return at > start ? iso(at) : undefined;
  }
  const thisYear = new Date(start).getUTCFullYear();
  const candidates = [0, 1, 2, 3, 4].map((later) => Date.UTC(thisYear + later, month - 1, said.day));
  const next = candidates.find((at) => at > start && new Date(at).getUTCMonth() === month - 1);
  return next === undefined ? undefined : iso(next);
}
