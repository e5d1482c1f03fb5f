import { expect, test } from "vitest";
import { isBelow, namesAbove, readHost } from "./host.ts";

test.each([
  ["Cats.Example", "cats.example"],
  [" cats.example. ", "cats.example"],
  ["*.cats.example", "cats.example"],
  ["bücher.example", "xn--bcher-kva.example"],
  ["cats.example:8443", "cats.example:8443"],
  ["ev*l.example", undefined],
  ["https://cats.example", undefined],
  ["cats.example/path", undefined],
  ["ann@cats.example", undefined],
  ["cats..example", undefined],
  ["", undefined],
  [`${"a".repeat(64)}.example`, undefined],
])("the name of a server has one spelling: %s", (written, host) => {
  expect(readHost(written)).toBe(host);
});

test("a rule for a name counts for those below it, on every port", () => {
  const names = new Set(["evil.example"]);

  expect(isBelow(names, "evil.example")).toBe(true);
  expect(isBelow(names, "very.evil.example:8443")).toBe(true);
  expect(isBelow(names, "notevil.example")).toBe(false);
  expect(isBelow(names, "example")).toBe(false);
  expect(isBelow(new Set(["evil.example:8443"]), "evil.example")).toBe(false);
  expect(namesAbove("a.b.example:1")).toEqual(["a.b.example:1", "a.b.example", "b.example", "example"]);
});
