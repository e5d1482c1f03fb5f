import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commands } from "../src/cli/commands.ts";
import { usageOf } from "../src/cli/help.ts";
import { readConfig, variables } from "../src/core/config.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The rows of the table below a heading, each a list of cells. */
function tableBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ""] = readme.split(`\n## ${heading}\n`);
  const lines = section
    .split(/\n## /)[0]!
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  return lines.map((line) =>
    line
      .slice(2, -2)
      .split(/ \| | \|$/)
      .map((cell) => cell.trim()),
  );
}

const bare = (cell: string | undefined) => (cell ?? "").replaceAll("`", "").replaceAll("\\|", "|");

test("README lists every variable and what it means, and no others", () => {
  const listed = tableBelow("Configuration").map(([name, meaning]) => [bare(name), meaning]);

  expect(listed).toEqual(Object.entries(variables));
});

test("the defaults that README gives are those of the server", () => {
  const defaults = tableBelow("Configuration").map(([name, , value]) => [bare(name), bare(value)] as const);
  const spoken = Object.fromEntries(defaults.filter(([, value]) => value !== "" && !value.includes("$")));

  expect(Object.keys(spoken).length).toBeGreaterThan(5);
  expect(readConfig(spoken)).toEqual(readConfig({}));
});

test("README lists every command with its options and what it does, and no others", () => {
  const listed = tableBelow("Commands").map(([usage, summary]) => [bare(usage), summary]);

  expect(listed).toEqual(commands.map((one) => [usageOf(one).replace("folkmoot ", ""), one.summary]));
});
