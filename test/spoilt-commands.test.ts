import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Command } from "../src/cli/command.ts";
import { commands } from "../src/cli/commands.ts";
import { reportPost } from "../src/moderation/report-post.ts";
import { commandLine } from "./command-line.ts";
import { makeAuthor, makeCommunity, makeInstance, makeMember, makePost } from "./make.ts";
import { makePerson } from "./make-person.ts";
import { watchRows } from "./watch-rows.ts";
import { type CommittedApp, withCommittedApp } from "./with-app.ts";

/** What somebody may type, or a script put, where something else belongs. */
const strange: readonly string[] = [
  "",
  " ",
  "x".repeat(100_000),
  "a\u0007\u001b[31mred\nnew\r\tline",
  "\u202eevil\u202c",
  "99999999999999999999999",
  "2026-02-30",
  "@@",
  "http://",
];

/** Something of everything that a command may be about, and how each is named on the command line. */
async function makeWorld({ app }: CommittedApp, directory: string): Promise<Readonly<Record<string, string>>> {
  await makeInstance(app);
  const cats = await makeCommunity(app);
  const mo = await makePerson(app, { handle: "mo" });
  await makeMember(app, cats, { authorId: mo.authorId, role: "owner" });
  const post = await makePost(app, cats, {
    authorId: await makeMember(app, cats, { authorId: await makeAuthor(app, { handle: "ana" }) }),
  });
  const reported = { about: { postId: post }, byServer: false, channel: "web", words: "Bad" } as const;
  await reportPost(app, { ...reported, reporterId: mo.authorId, sourceId: "report" });
  const file = join(directory, "words");
  await writeFile(file, "someone@example.org\n");
  return {
    ...{ community: "cats", handle: "cats", name: "New", email: "x@example.org", by: "mo", title: "Words" },
    ...{ group: "@g@127.0.0.1:9", to: "@g@127.0.0.1:9", post, thread: post, case: post, appeal: post, check: post },
    ...{ reason: "So", topic: "tea", rule: "1", words: "Be kind", direction: "up", person: "@ana@remote.example" },
    ...{ role: "member", host: "bad.example", url: "https://127.0.0.1:9/list.csv", file, out: join(directory, "out") },
  };
}

/** A command with one of its words spoilt, or with one that nobody asked for. */
function* spoil(
  command: Command,
  known: Readonly<Record<string, string>>,
  directory: string,
): Generator<readonly string[]> {
  const parameters = Object.entries(command.parameters).filter(([, { kind }]) => kind !== "flag");
  const say = (changes: Readonly<Record<string, string>>) => [
    ...command.name.split(" "),
    ...parameters.flatMap(([name, { kind, required }]) => {
      const value = changes[name] ?? (required ? known[name] : undefined);
      if (value === undefined) return [];
      return kind === "argument" ? [value] : [`--${name}=${value}`];
    }),
    ...["json", "yes"].flatMap((name) => (name in command.parameters ? [`--${name}`] : [])),
  ];
  yield [...say({}), "--unknown"];
  yield [...say({}), "\u001b[31m", "surplus", "words"];
  for (const [name, { kind }] of parameters) {
    if (kind !== "argument") yield [...say({}), `--${name}`];
    const isPath = name === "file" || name === "out";
    for (const value of strange) yield say({ [name]: isPath ? join(directory, value) : value });
  }
}

test(
  "no word, however strange, is a failure of a command: it is done, or refused on one line and changes nothing",
  {
    timeout: 900_000,
  },
  () =>
    withCommittedApp(async (committed) => {
      const { app } = committed;
      const directory = await mkdtemp(join(tmpdir(), "spoilt-"));
      const known = await makeWorld(committed, directory);
      const rows = await watchRows(app.db);
      const faults: string[] = [];
      for (const command of commands)
        for (const words of spoil(command, known, directory)) {
          const found = await tryOut(committed, async (within) => {
            const ended = await commandLine(within)(...words);
            return faultsOf(ended, words, ended.status === 0 ? [] : await rows.changed(within.app.db));
          });
          if (found.length > 0) faults.push(`${words.map((word) => word.slice(0, 40)).join(" ")}: ${found.join(", ")}`);
        }

      expect(faults).toEqual([]);
      await rm(directory, { recursive: true });
    }),
);

/** Does something, and undoes it. */
async function tryOut(
  committed: CommittedApp,
  what: (within: CommittedApp) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const undone = new Error("undone");
  let found: readonly string[] = [];
  try {
    await committed.app.db.transaction(async (tx) => {
      found = await what({ ...committed, app: { ...committed.app, db: tx } });
      throw undone;
    });
  } catch (error) {
    if (error !== undone) return [`failed: ${error instanceof Error ? error.message : "?"}`];
  }
  return found;
}

function faultsOf(
  { status, out, err }: { status: number; out: string; err: string },
  words: readonly string[],
  changed: readonly string[],
): readonly string[] {
  if (status === 0) return words.includes("--json") && (err !== "" || !isJson(out)) ? ["no JSON alone"] : [];
  const lines = err.trimEnd().split("\n");
  return [
    ...(out === "" ? [] : ["output though refused"]),
    ...(lines.length === status && (status === 1 || lines[1]?.startsWith("usage: ")) ? [] : [`${lines.length} lines`]),
    ...(/[^\P{Cc}\n]|[\u202a-\u202e]/u.test(err) ? ["commands for the terminal"] : []),
    ...(err.length < 1_500 ? [] : ["too long to be read"]),
    ...changed.map((table) => `${table} is another`),
  ];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
