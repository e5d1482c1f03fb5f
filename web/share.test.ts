import { expect, test } from "vitest";
import { createShare } from "./share.ts";

test("those who come while a question is being answered share the next answer, never one that is older than they are", async () => {
  const share = createShare<number>();
  let value = 1;
  let asked = 0;
  const ask = async () => {
    asked += 1;
    const seen = value;
    await Promise.resolve();
    return seen;
  };

  const early = share("a", ask);
  value = 2;
  const late = [share("a", ask), share("a", ask), share("a", ask)];
  const other = share("b", ask);

  expect(await early).toBe(1);
  expect(await Promise.all(late)).toEqual([2, 2, 2]);
  expect(await other).toBe(2);
  expect(asked).toBe(3);
  value = 3;
  expect(await share("a", ask)).toBe(3);
});

test("a question that failed is asked again", async () => {
  const share = createShare<number>();
  const failed = share("a", () => Promise.reject(new Error("away")));
  const next = share("a", async () => 1);

  await expect(failed).rejects.toThrow("away");
  expect(await next).toBe(1);
  await expect(share("a", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(await share("a", async () => 2)).toBe(2);
});
