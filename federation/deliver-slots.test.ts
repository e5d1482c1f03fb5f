import { expect, test } from "vitest";
import { createSlots } from "./deliver-slots.ts";

test("whoever finds no place waits for one, in turn", async () => {
  const slots = createSlots(1, 0);
  const first = await slots.take();
  const order: number[] = [];
  const others = [1, 2].map(async (number) => {
    const place = await slots.take();
    order.push(number);
    place.give();
  });

  first.give();
  await Promise.all(others);

  expect(order).toEqual([1, 2]);
});

test("who steps aside lets the next begin, but no more of them than there is room for", async () => {
  const slots = createSlots(1, 1);
  const late = await slots.take();
  late.stepAside();
  late.stepAside();
  const second = await slots.take();
  let began = false;
  const third = slots.take().then((place) => {
    began = true;
    return place;
  });

  second.stepAside();
  await Promise.resolve();
  expect(began).toBe(false);

  late.give();
  second.stepAside();
  (await third).give();
  second.give();
  const [one] = [await slots.take()];
  one.give();
});
