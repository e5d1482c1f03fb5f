import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createBatcher } from "./batcher.ts";

/** A write that ends when the test says so. */
function openWrites() {
  const writes: { items: readonly string[]; commit: () => void; fail: (error: Error) => void }[] = [];
  const write = (items: readonly string[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      writes.push({ items, commit: () => resolve(items.map((item) => item.toUpperCase())), fail: reject });
    });
  return { writes, write };
}

test("the next batch gathers while a write runs, and each answer comes after its own commit", async () => {
  const { writes, write } = openWrites();
  const put = createBatcher(write, { maxBatch: 10 });
  const settled: string[] = [];
  const watch = async (item: string) => settled.push(await put(item));

  const all = [watch("a")];
  await turn();
  all.push(watch("b"), watch("c"));
  await turn();
  expect(writes.map(({ items }) => items)).toEqual([["a"]]);

  writes[0]!.commit();
  await all[0];
  await turn();
  expect(settled).toEqual(["A"]);
  expect(writes[1]!.items).toEqual(["b", "c"]);

  writes[1]!.commit();
  await Promise.all(all);
  expect(settled).toEqual(["A", "B", "C"]);
});

test("a batch has a greatest size", async () => {
  const sizes: number[] = [];
  const put = createBatcher(
    async (items: readonly number[]) => {
      sizes.push(items.length);
      return items;
    },
    { maxBatch: 4 },
  );

  await Promise.all(Array.from({ length: 10 }, (_, index) => put(index)));

  expect(sizes).toEqual([4, 4, 2]);
});

test("a failed write fails its own items only, and the next is tried", async () => {
  const { writes, write } = openWrites();
  const put = createBatcher(write, { maxBatch: 10 });

  const first = put("a");
  await turn();
  const second = put("b");
  writes[0]!.fail(new Error("the disk is full"));
  await expect(first).rejects.toThrow("the disk is full");
  await turn();
  writes[1]!.commit();

  expect(await second).toBe("B");
});

test("an item that the database refuses fails alone", async () => {
  const put = createBatcher(
    async (items: readonly string[]) => {
      if (items.includes("bad")) throw Object.assign(new Error("invalid byte sequence"), { code: "22021" });
      return items;
    },
    { maxBatch: 10 },
  );

  const outcomes = await Promise.allSettled(["a", "bad", "b"].map(put));

  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
