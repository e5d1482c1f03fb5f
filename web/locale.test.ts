import { expect, test } from "vitest";
import { matchLocale } from "./locale.ts";

test.each([
  [undefined, "en"],
  ["", "en"],
  ["ar", "ar"],
  ["ar-EG,en;q=0.8", "ar"],
  ["de-DE,ar;q=0.5,en;q=0.4", "ar"],
  ["en-US,ar;q=0.9", "en"],
  ["ar;q=0.1,en;q=0.9", "en"],
  ["ar;q=0,fr", "en"],
  ["*", "en"],
  ["ar-Latn", "en"],
  ["!!!,ar", "ar"],
] as const)("who asks for %s reads %s", (header, locale) => {
  expect(matchLocale(header)).toBe(locale);
});
