import { expect, test } from "vitest";
import { isTimeZone, nextDigestAt } from "./next-digest.ts";

const berlin = { how: "daily", hour: 18, weekday: 1, timeZone: "Europe/Berlin" } as const;
const next = (given: Partial<Parameters<typeof nextDigestAt>[0]>, after: string) =>
  nextDigestAt({ ...berlin, ...given }, new Date(after)).toISOString();

test.each([
  ["later on the same day", {}, "2026-03-01T12:00:00Z", "2026-03-01T17:00:00.000Z"],
  ["on the next day when it was just now", {}, "2026-03-01T17:00:00Z", "2026-03-02T17:00:00.000Z"],
  ["at the same hour after the clocks go forward", {}, "2026-03-28T18:00:00Z", "2026-03-29T16:00:00.000Z"],
  ["at the same hour after the clocks go back", {}, "2026-10-24T17:00:00Z", "2026-10-25T17:00:00.000Z"],
  ["an hour later on the day that has no such hour", { hour: 2 }, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00.000Z"],
  [
    "the first time on the day that has the hour twice",
    { hour: 2 },
    "2026-10-24T12:00:00Z",
    "2026-10-25T00:00:00.000Z",
  ],
  ["but once on that day", { hour: 2 }, "2026-10-25T00:00:00Z", "2026-10-26T01:00:00.000Z"],
  ["on its weekday", { how: "weekly" }, "2026-03-01T12:00:00Z", "2026-03-02T17:00:00.000Z"],
  ["on a Sunday", { how: "weekly", weekday: 7 }, "2026-03-02T12:00:00Z", "2026-03-08T17:00:00.000Z"],
  ["where the date is another", { timeZone: "Pacific/Auckland" }, "2026-03-01T12:00:00Z", "2026-03-02T05:00:00.000Z"],
  [
    "where clocks are a quarter of an hour apart",
    { timeZone: "Asia/Kathmandu" },
    "2026-03-01T12:00:00Z",
    "2026-03-01T12:15:00.000Z",
  ],
] as const)("a digest is next due %s", (_, given, after, expected) => {
  expect(next(given, after)).toBe(expected);
});

test("every day of the year has one digest", () => {
  for (const timeZone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"]) {
    for (const hour of [0, 1, 2, 3, 23]) {
      let at = new Date("2026-01-01T12:00:00Z");
      const days = new Set<string>();
      for (let count = 0; count < 365; count++) {
        at = nextDigestAt({ ...berlin, timeZone, hour }, at);
        days.add(at.toLocaleDateString("en", { timeZone }));
      }
      expect(days.size).toBe(365);
    }
  }
});

test("a time zone is one that there is", () => {
  expect(["Europe/Berlin", "UTC", "", "Mars/Olympus", "x".repeat(1_000)].map(isTimeZone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
