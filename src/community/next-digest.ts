/** When somebody wants their digest. */
export interface DigestTime {
  readonly how: "daily" | "weekly";
  /** By the clock of `timeZone`, 0 to 23. */
  readonly hour: number;
  /** 1 is Monday; only of a weekly one. */
  readonly weekday: number;
  readonly timeZone: string;
}

const day = 24 * 60 * 60 * 1000;

/**
 * The next time after `after` at which it is that hour there. Where the clocks are put forward over it, it is as much later; where they are
 * put back and it comes twice, it is the first time.
 */
export function nextDigestAt({ how, hour, weekday, timeZone }: DigestTime, after: Date): Date {
  const clock = clockOf(timeZone);
  // Midnight by the calendar there, counted as if it were UTC.
  const today = Math.floor(clock(after.getTime()) / day) * day;
  for (let date = today; ; date += day) {
    if (how === "weekly" && (new Date(date).getUTCDay() || 7) !== weekday) continue;
    const at = instantOf(clock, date + hour * 60 * 60 * 1000);
    if (at > after.getTime()) return new Date(at);
  }
}

/** Whether there is such a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return name !== "" && clockOf(name)(0) !== undefined;
  } catch {
    return false;
  }
}

type Clock = (instant: number) => number;

/** What the clocks show somewhere, as if it were UTC. */
function clockOf(timeZone: string): Clock {
  const known = clocks.get(timeZone);
  if (known) return known;
  const options = { timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" } as const;
  const format = new Intl.DateTimeFormat("en", { ...options, hour: "numeric", minute: "numeric", second: "numeric" });
  const clock: Clock = (instant) => {
    const shown = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour, minute, second } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  clocks.set(timeZone, clock);
  return clock;
}

/** Each is made once: that takes fifty times as long as using it, and there are a few hundred zones. */
const clocks = new Map<string, Clock>();

function instantOf(clock: Clock, shown: number): number {
  const offsets = [shown - day, shown + day].map((near) => clock(near) - near);
  const instants = offsets.map((offset) => shown - offset);
  return instants.find((instant) => clock(instant) === shown) ?? instants[0]!;
}

/** When a day such as `2026-08-01` begins somewhere; `undefined` when it is none. */
export function startOfDay(text: string, timeZone: string, daysLater = 0): Date | undefined {
  const midnight = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(midnight)) return undefined;
  return new Date(instantOf(clockOf(timeZone), midnight + daysLater * day));
}

/** The day that it is somewhere, as in `2026-08-01`. */
export function dayAt(at: Date, timeZone: string): string {
  return new Date(clockOf(timeZone)(at.getTime())).toISOString().slice(0, 10);
}
