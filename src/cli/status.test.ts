import { expect, test } from "vitest";
import { ageOf, describeStatus } from "./status.ts";

const now = new Date("2026-03-01T12:00:00Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const quiet = {
  inbound: { waiting: 0, oldestAt: undefined, dead: 0 },
  jobs: [],
  deliveries: { waiting: 0, dead: 0, hostsHeldBack: 0, hosts: [] },
  failures: [],
};

test("a quiet server is told in three lines", () => {
  expect(describeStatus(quiet, now)).toEqual([
    "activities to read: 0; set aside: 0",
    "jobs: none",
    "deliveries: 0 wait; set aside: 0; hosts held back: 0",
  ]);
});

test("what waits and what failed is told with its age, host and last words", () => {
  const told = describeStatus(
    {
      inbound: { waiting: 3, oldestAt: ago(90), dead: 1 },
      jobs: [{ kind: "deliver", due: 2, oldestAt: ago(5), later: 1, dead: 0 }],
      deliveries: {
        waiting: 7,
        dead: 1,
        hostsHeldBack: 1,
        hosts: [
          {
            host: "dead.example",
            waiting: 7,
            oldestAt: ago(3 * 86_400),
            dead: 1,
            failures: 12,
            heldUntil: ago(-1800),
            lastError: "no \u001b[31manswer",
          },
        ],
      },
      failures: [{ what: "inbound", name: "https://a.example/1", error: "broke\nin two", createdAt: ago(60) }],
    },
    now,
  );

  expect(told.join("\n")).toBe(`activities to read: 3, the oldest for 1 min; set aside: 1
jobs to deliver: 2 due, the oldest for 5 s; 1 for later; set aside: 0
deliveries: 7 wait; set aside: 1; hosts held back: 1

host          waiting  oldest  dead  failures  held back   last error
dead.example        7  3 d        1        12  for 30 min  no  [31manswer

set aside, newest first:
  inbound https://a.example/1: broke in two
try again with: folkmoot inbound redrive, deliveries redrive, jobs redrive`);
});

test.each([
  [0, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [7_199, "1 h"],
  [90_000, "1 d"],
  [-5, "0 s"],
])("%i seconds are %s", (seconds, words) => {
  expect(ageOf(ago(seconds), now)).toBe(words);
});
