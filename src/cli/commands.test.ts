import { expect, test } from "vitest";
import { commands } from "./commands.ts";
import { runCommand } from "./run.ts";

async function run(words: readonly string[]) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const status = await runCommand(commands, words, { out: write, err: write }, () => {
    throw new Error("nothing is to be run");
  });
  return { status, text: lines.join("\n") };
}

test.each(commands.map(({ name }) => name))("folkmoot %s has help", async (name) => {
  const { status, text } = await run([...name.split(" "), "--help"]);

  expect(status).toBe(0);
  expect(text).toContain(`folkmoot ${name}`);
});

test("every listing and every command that makes something can write JSON", () => {
  const silent = commands.filter(({ parameters }) => !("json" in parameters)).map(({ name }) => name);

  expect(silent).toEqual(["serve", "migrate", "server export", "dev"]);
});

test.each([
  ["import mbox old.mbox --community cats", '"import mbox" is not available yet'],
  ["export cats --format mbox --out cats.mbox", '"export" is not available yet'],
  ["community feed cats", 'there is no command "community feed": see folkmoot --help'],
])("folkmoot %s is wrong usage", async (words, text) => {
  expect(await run(words.split(" "))).toEqual({ status: 2, text });
});
