import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import {
  claim,
  delivered,
  failed,
  inboxAt,
  listDeliveries,
  makeOwed,
  makeSigner,
  settle,
} from "../../test/make-deliveries.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { limits } from "../core/limits.ts";
import type { DeliveryAnswer } from "./delivery-verdicts.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Moves the clock to when the next host is due, and does what is due. @returns whether that was before `end` */
async function step(
  app: TestApp,
  end: number,
  answer: (activityId: string) => DeliveryAnswer | undefined,
): Promise<boolean> {
  const [next] = await app.db.execute<{ at: string | null }>(sql`select min(due_at) as at from delivery_line`);
  const at = next?.at ? new Date(next.at).getTime() : Number.POSITIVE_INFINITY;
  if (at > end) {
    app.advance(end - app.now().getTime());
    return false;
  }
  app.advance(Math.max(0, at - app.now().getTime()));
  await settle(app, await claim(app), answer);
  return true;
}

/** Lets time pass, working whenever something is due. @returns when there were attempts, in milliseconds since the start */
async function pass(app: TestApp, duration: number, answer: (activityId: string) => DeliveryAnswer): Promise<number[]> {
  const start = app.now().getTime();
  const attempts: number[] = [];
  let failedAt = -1;
  const note = (activityId: string) => {
    const at = app.now().getTime() - start;
    // After a failure a worker tries no more of the same claim.
    if (at === failedAt) return undefined;
    attempts.push(at);
    const given = answer(activityId);
    if (given.kind === "failed") failedAt = at;
    return given;
  };
  while (await step(app, start + duration, note));
  return attempts;
}

test("a dead host is asked at least 20 and at most 200 times in seven days, whatever is owed to it", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    for (let index = 0; index < 30; index++) await makeOwed(app, signerId, `a${index}`, [inboxAt("dead.example")]);

    const attempts = await pass(app, 7 * day, () => failed);

    expect(attempts.length).toBeGreaterThanOrEqual(20);
    expect(attempts.length).toBeLessThanOrEqual(200);
    expect(attempts.filter((at) => at <= 15 * minute)).toHaveLength(3);
    const gaps = attempts.slice(3).map((at, index) => at - attempts[index + 2]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30 * minute);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(hour);
    const afterDayOne = attempts.filter((at) => at > day + hour);
    expect(Math.min(...afterDayOne.slice(1).map((at, index) => at - afterDayOne[index]!))).toBeGreaterThanOrEqual(hour);
  }));

test.each([0.01, 1, 6.9])("a host that is back after %d days has everything within an hour, in order", (days) =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "first", [inboxAt("down.example")], "post");
    await pass(app, days * day, () => failed);
    for (const name of ["second", "third"]) await makeOwed(app, signerId, name, [inboxAt("down.example")], "post");

    const arrived: string[] = [];
    const attempts = await pass(app, 2 * hour, (id) => {
      arrived.push(id);
      return delivered;
    });

    expect(arrived).toEqual(["first", "second", "third"]);
    expect(Math.max(...attempts)).toBeLessThanOrEqual(hour);
    expect(await listDeliveries(app)).toEqual([]);
  }),
);

test("after eight days what is owed to a dead host dies, is seen, and costs nothing more", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    for (let index = 0; index < 5; index++) await makeOwed(app, signerId, `a${index}`, [inboxAt("dead.example")]);

    const attempts = await pass(app, limits.deliveryLifetime + 3 * hour, () => failed);

    expect(attempts.length).toBeGreaterThanOrEqual(limits.deliveryAttempts);
    const rows = await listDeliveries(app);
    expect(rows).toHaveLength(5);
    expect(rows.every(({ dead, last_error }) => dead && last_error === "connect ECONNREFUSED")).toBe(true);
    expect(await pass(app, 7 * day, () => failed)).toEqual([]);
  }));

test("what was owed while no worker ran for two weeks is tried before it is given up", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("down.example")]);
    app.advance(14 * day);

    await pass(app, hour, () => failed);
    expect(await listDeliveries(app)).toMatchObject([{ dead: false }]);

    await pass(app, 2 * day, () => delivered);
    expect(await listDeliveries(app)).toEqual([]);
  }));
