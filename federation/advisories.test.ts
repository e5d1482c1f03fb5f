import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };

/** Holes of Fedify that are closed by not using what has them. The others have tests of their own, which bear their names. */
const root = join(import.meta.dirname, "..");
const sources = ["src", "federation", "web"].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.test)\.tsx?$/.test(name))
    .map((name) => readFileSync(join(root, room, name), "utf8")),
);

test.each([
  ["GHSA-39gj-rchc-q5m3", "routeActivity, which believed an unverified copy", /\.routeActivity\b/],
  ["GHSA-f59r-8gcj-68f2", "delivery by Fedify, which reached private addresses", /\.(sendActivity|forwardActivity)\b/],
  ["GHSA-97w4-f4rq-mgqm", "document loaders that follow alternates", /\bget(Authenticated)?DocumentLoader\b/],
  ["GHSA-9pmv-w936-hj3f", "look-ups without a deadline", /\blook(upObject|upWebFinger)\b/],
  ["GHSA-64hq-2hgr-q4pm", "NodeInfo look-ups without a deadline", /\bgetNodeInfo\b/],
])("%s: nothing here uses %s", (_id, _what, use) => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((text) => use.test(text))).toEqual([]);
});

test("GHSA-cj5r-cw77-6gwp, GHSA-x58x-xx7h-7rh4, GHSA-h3jv-px69-2gpj: of Fedify's packages only these are used, in versions without the forged actor (CVE-2026-96625)", () => {
  const used = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) =>
    name.startsWith("@fedify/"),
  );
  expect(used).toEqual(["@fedify/fedify", "@fedify/vocab", "@fedify/vocab-runtime"]);
  const [major, minor, patch] = manifest.dependencies["@fedify/fedify"].split(".").map(Number);
  expect(major! * 1_000_000 + minor! * 1_000 + patch!).toBeGreaterThanOrEqual(2_003_008);
});
