import { expect, test } from "vitest";
import { localPath } from "./settings.ts";

const origin = "https://moot.example";

test.each([
  ["/c/cats?before=1", "/c/cats?before=1"],
  ["", "/"],
  ["https://moot.example/p/1#x", "/p/1"],
  ["https://evil.example/", "/"],
  ["//evil.example/", "/"],
  ["/\\evil.example/", "/"],
  ["\\\\evil.example/", "/"],
  ["/\t/evil.example/", "/"],
  ["https:evil.example", "/evil.example"],
  ["https://moot.example@evil.example/", "/"],
  ["https://moot.example//evil.example/", "/"],
  ["/.//evil.example/", "/"],
  ["javascript:alert(1)", "/"],
  ["data:text/html,x", "/"],
] as const)("the way back to %s leads to %s (attack B4, GHSA-xqw8-4j56-5hj6)", (address, path) => {
  expect(localPath(address, origin)).toBe(path);
});
