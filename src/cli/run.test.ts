import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { DomainError } from "../core/errors.ts";
import { argument, command, type Session } from "./command.ts";
import { runCommand } from "./run.ts";

const commands = [
  command({
    name: "cat feed",
    summary: "feeds a cat",
    parameters: { cat: argument("which") },
    async run({ print }, { cat }) {
      if (cat === "bob") throw new DomainError("not-allowed", "bob is on a diet");
      if (cat.startsWith("snake")) throw new DomainError("not-found", `there is no cat ${cat}`);
      if (cat === "dog") throw new Error("that is a dog");
      print(`${cat} is fed`);
    },
  }),
  command({ name: "cat list", summary: "lists the cats", parameters: {}, run: async ({ print }) => print("ada") }),
  command({ name: "sleep", summary: "sleeps", parameters: {}, run: async () => {} }),
];

async function run(...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const status = await runCommand(commands, words, terminal, () => sessionOf(terminal.out));
  return { status, out: out.join("\n"), err: err.join("\n") };
}

function sessionOf(print: (line: string) => void): Session {
  const absent = () => {
    throw new Error("these commands need no house");
  };
  return {
    print,
    warn: absent,
    now: absent,
    withHouse: absent,

    get config(): never {
      return absent();
    },
  };
}

test("a command that is done exits with 0 and prints what was asked for", async () => {
  expect(await run("cat", "feed", "ada")).toEqual({ status: 0, out: "ada is fed", err: "" });
});

test("a refusal exits with 1 and one line on standard error", async () => {
  expect(await run("cat", "feed", "bob")).toEqual({ status: 1, out: "", err: "bob is on a diet" });
});

test("what somebody typed is repeated on one line that commands no terminal, turns no words around and can be read", async () => {
  const err = async (word: string) => (await run("cat", "feed", word)).err;

  expect(await err("snake\u001b[2J\nof\u202emany\u202c")).toBe("there is no cat snake [2J of many ");
  expect(await err(`snake${"s".repeat(100_000)} with a tail`)).toMatch(
    /^there is no cat snakes{200,240}…s{200,250} with a tail$/,
  );
  expect(await run("cat", "feed", "bob", "a\nb")).toMatchObject({
    status: 2,
    err: '"a b" is one word too many\nusage: folkmoot cat feed <cat>',
  });
});

test.each(["--version", "-V"])("%s prints the version of package.json and exits with 0", async (word) => {
  const { version } = JSON.parse(await readFile("package.json", "utf8"));

  expect(await run(word)).toEqual({ status: 0, out: version, err: "" });
});

test("what is neither done nor refused is thrown", async () => {
  await expect(run("cat", "feed", "dog")).rejects.toThrow("that is a dog");
});

test.each([
  [["cat", "feed"], "<cat> is missing\nusage: folkmoot cat feed <cat>"],
  [["sleep", "--long"], "Unknown option '--long'\nusage: folkmoot sleep"],
  [["cat", "wash"], 'there is no command "cat wash": see folkmoot --help'],
  [["fly"], 'there is no command "fly": see folkmoot --help'],
  [["fly", "--help"], 'there is no command "fly": see folkmoot --help'],
  [["help", "fly"], 'there is no command "fly": see folkmoot --help'],
  [["--fast"], 'there is no option "--fast": see folkmoot --help'],
  [["f\u001b[31m\nly"], 'there is no command "f [31m ly": see folkmoot --help'],
  [["import", "mbox", "old.mbox"], '"import mbox" is not available yet'],
  [["export", "cats"], '"export" is not available yet'],
])("%j is wrong usage and exits with 2", async (words, err) => {
  expect(await run(...words)).toEqual({ status: 2, out: "", err });
});

test("no command at all exits with 2 and shows what there is", async () => {
  const { status, out, err } = await run();

  expect(status).toBe(2);
  expect(out).toBe("");
  expect(err).toContain("cat feed");
});

test.each([
  [["--help"], "sleeps"],
  [["help"], "sleeps"],
  [["cat", "--help"], "lists the cats"],
  [["help", "cat"], "lists the cats"],
  [["help", "cat", "feed"], "folkmoot cat feed <cat>\n\nFeeds a cat."],
  [["--help", "sleep"], "folkmoot sleep\n\nSleeps."],
  [["cat", "feed", "--help"], "folkmoot cat feed <cat>\n\nFeeds a cat."],
  [["sleep", "-h"], "folkmoot sleep"],
])("%j prints help and exits with 0", async (words, text) => {
  const { status, out, err } = await run(...words);

  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toContain(text);
});
