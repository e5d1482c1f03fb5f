import { expect, test } from "vitest";
import { limits } from "../core/limits.ts";
import type { DeliveryRow, HostClaim } from "./claim-deliveries.ts";
import { backOff, type DeliveryAnswer, judge } from "./delivery-verdicts.ts";

const now = new Date("2026-03-01T12:00:00Z");
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const half = () => 0.5;

const delivered: DeliveryAnswer = { kind: "delivered", status: 202 };
const refused: DeliveryAnswer = { kind: "refused", status: 403 };
const failed: DeliveryAnswer = { kind: "failed", error: "connect ECONNREFUSED" };

function row(given: Partial<DeliveryRow> = {}): DeliveryRow {
  return {
    activityId: "a",
    inbox: "https://cats.example/inbox",
    orderKey: "a",
    attempts: 0,
    refusals: 0,
    giveUpAt: new Date(now.getTime() + limits.deliveryLifetime),
    retried: false,
    ...given,
  };
}

function claimOf(rows: readonly DeliveryRow[], given: Partial<HostClaim> = {}): HostClaim {
  return {
    host: "cats.example",
    lease: "019f0000-0000-7000-8000-000000000001",
    owed: 1,
    failures: 0,
    failingSince: undefined,
    quick: true,
    signature: "cavage",
    lastSuccessAt: now,
    more: false,
    rows,
    ...given,
  };
}

/** Judges a claim whose rows were answered so, in order; those without an answer were not tried. */
function judged(answers: readonly DeliveryAnswer[], given: Partial<HostClaim> = {}, rows?: readonly DeliveryRow[]) {
  const tried = rows ?? answers.map(() => row());
  const attempts = answers.map((answer, index) => ({ row: tried[index]!, answer }));
  return judge({ claim: claimOf(tried, given), attempts, slowest: 50 }, now, half);
}

const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);

test("when all went well there is nothing to write down and nothing left", () => {
  expect(judged([delivered, delivered]).host).toMatchObject({
    news: false,
    failures: 0,
    dueAt: undefined,
    quick: true,
  });
});

test("a host that only fails is held back, and its deliveries stay in line", () => {
  const { host, rows } = judged([failed, failed]);

  expect(host).toMatchObject({
    failures: 1,
    failingSince: now,
    heldUntil: later(2 * minute),
    quick: false,
    news: true,
  });
  expect(host.dueAt).toEqual(host.heldUntil);
  expect(rows.map(({ fate }) => fate)).toEqual(["again", "again"]);
});

test("when one of several fails, it alone waits", () => {
  const { host, rows } = judged([delivered, failed]);

  expect(host).toMatchObject({ failures: 0, heldUntil: undefined });
  expect(rows.map(({ fate, retryAt }) => [fate, retryAt])).toEqual([
    ["delivered", undefined],
    ["later", later(2 * minute)],
  ]);
});

test.each([
  ["404", { kind: "gone", status: 404 }],
  ["410", { kind: "gone", status: 410 }],
  ["a block", { kind: "blocked" }],
] satisfies [string, DeliveryAnswer][])("%s ends a delivery, and the host is none the worse", (_, answer) => {
  const { host, rows } = judged([answer]);

  expect(rows[0]!.fate).toBe("dead");
  expect(host).toMatchObject({ failures: 0, heldUntil: undefined });
});

test("a refused delivery is tried a few times, far apart, then dies", () => {
  const waits = [0, 1, 2, 3, 4].map((refusals) => {
    const { fate, retryAt } = judged([refused], {}, [row({ refusals })]).rows[0]!;
    return retryAt ? (retryAt.getTime() - now.getTime()) / hour : fate;
  });

  expect(waits).toEqual([1, 6, 24, 48, "dead"]);
});

test("a server that asks to wait is left alone for as long as it says, up to a day", () => {
  const held = (retryAfter?: number, given: Partial<HostClaim> = {}) =>
    judged([{ kind: "busy", status: 429, ...(retryAfter === undefined ? {} : { retryAfter }) }], given).host.heldUntil;

  expect(held(5_000)).toEqual(later(5_000));
  expect(held(100 * day)).toEqual(later(day));
  expect(held()).toEqual(later(2 * minute));
});

test("one that always asks for a moment is not asked more often than a dead one", () => {
  const busy: DeliveryAnswer = { kind: "busy", status: 429, retryAfter: 1_000 };

  const { host } = judged([busy], { failures: 30, failingSince: new Date(now.getTime() - 2 * day) });

  expect(host.heldUntil).toEqual(later(hour));
});

test("one that takes some and then asks to wait is well", () => {
  const { host, rows } = judged([delivered, { kind: "busy", status: 429, retryAfter: 7_000 }]);

  expect(host).toMatchObject({ failures: 0, heldUntil: later(7_000), dueAt: later(7_000) });
  expect(rows[1]!.fate).toBe("again");
});

test("a delivery is given up when it is too old and was tried often enough, not before", () => {
  const old = { giveUpAt: now };
  const fateOf = (given: Partial<DeliveryRow>, failures: number) =>
    judged([failed], { failures, failingSince: failures ? new Date(0) : undefined }, [row(given)]).rows[0]!.fate;

  expect(fateOf({ ...old, attempts: limits.deliveryAttempts - 1 }, 0)).toBe("dead");
  expect(fateOf({ ...old, attempts: 3 }, limits.deliveryAttempts - 1)).toBe("dead");
  expect(fateOf({ ...old, attempts: 3 }, 3)).toBe("again");
  expect(fateOf({ attempts: 100 }, 100)).toBe("again");
});

test("a slow answer makes a host careful, a fast one quick again", () => {
  const claim = claimOf([row()]);
  const attempts = [{ row: claim.rows[0]!, answer: delivered }];

  expect(judge({ claim, attempts, slowest: 3_000 }, now).host).toMatchObject({ quick: false, news: true });
  expect(judge({ claim: { ...claim, quick: false }, attempts, slowest: 30 }, now).host).toMatchObject({
    quick: true,
    news: true,
  });
});

test("what was not tried makes the host due at once", () => {
  const rows = [row(), row({ activityId: "b" })];

  expect(judge({ claim: claimOf(rows), attempts: [{ row: rows[0]!, answer: delivered }] }, now).host.dueAt).toEqual(
    now,
  );
});

test.each([
  [1, 0, [1.5, 2.5]],
  [2, 0, [4, 6]],
  [3, 0, [30, 30]],
  [40, 23 * hour, [30, 30]],
  [50, 25 * hour, [60, 60]],
])("after %i failures in %i ms the next attempt is minutes away", (failures, failing, [least, most]) => {
  const since = new Date(now.getTime() - failing);

  expect(backOff(failures, since, now, () => 0) / minute).toBe(least);
  expect(backOff(failures, since, now, () => 1) / minute).toBe(most);
});
