import { type Locale, languages } from "./locale.ts";

/** How dates are written in one language: absolute, since a page may be read long after it was made. */
export interface Dates {
  /** 14 Nov 2026 */
  day(date: Date): string;
  /** 14 Nov, 09:12; with the year, when it is not `year`. */
  moment(date: Date, year: number): string;
  /** November 2026 */
  month(date: Date): string;
  /** Monday, for 1 */
  weekday(number: number): string;
  /** November */
  monthName(date: Date): string;
  /** 3 hours: in the largest unit of which there are some. */
  duration(milliseconds: number): string;
  /** 14 – 21 November 2026 */
  range(from: Date, to: Date): string;
}

/** Making a formatter takes fifty times as long as using it, so each is made once. */
export function createDates(locale: Locale, timeZone = "UTC"): Dates {
  const formatter = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(languages[locale].format, { timeZone, ...options });
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const day = formatter({ day: "numeric", month: "short", year: "numeric" });
  const moment = formatter({ day: "numeric", month: "short", ...clock });
  const momentAndYear = formatter({ day: "numeric", month: "short", year: "numeric", ...clock });
  const month = formatter({ month: "long", year: "numeric" });
  const weekday = new Intl.DateTimeFormat(languages[locale].format, { weekday: "long", timeZone: "UTC" });
  const monthName = formatter({ month: "long" });
  const long = formatter({ day: "numeric", month: "long", year: "numeric" });
  const unit = (name: "minute" | "hour" | "day") =>
    new Intl.NumberFormat(languages[locale].format, { style: "unit", unit: name, unitDisplay: "long" });
  const [inMinutes, inHours, inDays] = [unit("minute"), unit("hour"), unit("day")];
  return {
    day: (date) => day.format(date),
    moment: (date, year) => (date.getUTCFullYear() === year ? moment : momentAndYear).format(date),
    month: (date) => month.format(date),
    // The first of January 2024 was a Monday.
    weekday: (number) => weekday.format(Date.UTC(2024, 0, number)),
    monthName: (date) => monthName.format(date),
    duration: (milliseconds) => {
      const minutes = milliseconds / 60_000;
      if (minutes < 90) return inMinutes.format(Math.max(1, Math.round(minutes)));
      const hours = minutes / 60;
      return hours < 48 ? inHours.format(Math.round(hours)) : inDays.format(Math.round(hours / 24));
    },
    range: (from, to) => long.formatRange(from, to),
  };
}
