import { expect, test } from "vitest";
import { insist } from "./insist.ts";

const away = Object.assign(new Error("gone"), { code: "ECONNREFUSED" });

/** Fails as it is told to, and then writes. */
function failing(...errors: readonly Error[]) {
  const left = [...errors];
  let tries = 0;
  return {
    tries: () => tries,
    write: async () => {
      tries += 1;
      const error = left.shift();
      if (error) throw error;
      return "written";
    },
  };
}

test("what happened is written down once the database is back, or two writes no longer wait for each other", async () => {
  const deadlock = new Error("failed", { cause: Object.assign(new Error("deadlock"), { code: "40P01" }) });
  const { write, tries } = failing(away, deadlock);

  expect(await insist(write, 10_000)).toBe("written");
  expect(tries()).toBe(3);
});

test("what would fail again comes out at once, and so does an outage without end", async () => {
  const wrong = failing(Object.assign(new Error("no such column"), { code: "42703" }));
  const patientless = failing(away, away);

  await expect(insist(wrong.write, 10_000)).rejects.toThrow("no such column");
  await expect(insist(patientless.write, 10)).rejects.toBe(away);
  expect([wrong.tries(), patientless.tries()]).toEqual([1, 1]);
});
