import { expect, test } from "vitest";
import { checkRequirements, requireVersion } from "./requirements.ts";

test("what is installed here is new enough", () => {
  expect(checkRequirements).not.toThrow();
});

test.each([
  ["2.3.7", "2.3.8"],
  ["2.3.6", "2.3.8"],
  ["2.2.99", "2.3.8"],
  ["1.10.0", "2.3.8"],
  ["20.20.2", "22.12.0"],
  ["22.9.0", "22.12.0"],
])("%s is older than %s and refused", (version, minimum) => {
  expect(() => requireVersion("Fedify", version, minimum)).toThrow(
    `Fedify ${version} is too old: ${minimum} or later is needed`,
  );
});

test.each([
  ["2.3.8", "2.3.8"],
  ["2.3.16", "2.3.8"],
  ["2.10.0", "2.3.8"],
  ["3.0.0-beta.1", "2.3.8"],
  ["24.21.0", "22.12.0"],
])("%s is as new as %s", (version, minimum) => {
  expect(() => requireVersion("Fedify", version, minimum)).not.toThrow();
});
