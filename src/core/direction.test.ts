import { expect, test } from "vitest";
import { directionOf } from "./direction.ts";

test.each([
  ["Hello", "ltr"],
  ["مرحبا", "rtl"],
  ["שלום, Ana", "rtl"],
  ["@ana مرحبا بكم جميعا", "rtl"],
  ["See نور about it", "ltr"],
  ["12:30 …", undefined],
])("%s runs %s", (text, direction) => {
  expect(directionOf(text)).toBe(direction);
});
