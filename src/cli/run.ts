import { DomainError } from "../core/errors.ts";
import { version } from "../core/version.ts";
import { type Command, type Session, UsageError } from "./command.ts";
import { helpOf, overviewOf, usageOf } from "./help.ts";
import { sentenceOf } from "./table.ts";

/** 0 done · 1 refused · 2 wrong usage. */
export type ExitStatus = 0 | 1 | 2;

/** Where a command writes. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
}

/** Commands that are promised and not there yet. */
const later: readonly string[] = ["import mbox", "export"];

/**
 * Runs the command that the words name. `openSession` is called only when there is something to run, so that help needs no
 * configuration. Whatever is not a refusal is thrown.
 */
export async function runCommand(
  commands: readonly Command[],
  words: readonly string[],
  terminal: Terminal,
  openSession: (command: Command) => Session,
): Promise<ExitStatus> {
  if (words[0] === "--version" || words[0] === "-V") {
    terminal.out(version);
    return 0;
  }
  const found = findCommand(commands, words);
  if (!found) return explain(commands, words, terminal);
  const rest = words.slice(found.name.split(" ").length);
  if (rest.includes("--help") || rest.includes("-h")) {
    terminal.out(helpOf(found));
    return 0;
  }
  try {
    await found.run(openSession(found), rest);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(`${sentenceOf(error.message)}\nusage: ${usageOf(found)}`);
      return 2;
    }
    if (!(error instanceof DomainError)) throw error;
    terminal.err(sentenceOf(error.message));
    return 1;
  }
}

function findCommand(commands: readonly Command[], words: readonly string[]): Command | undefined {
  const [first, second] = words;
  return commands.find(({ name }) => name === `${first} ${second}`) ?? commands.find(({ name }) => name === first);
}

/** Nothing to run: either help was asked for, or the words were wrong. */
function explain(commands: readonly Command[], words: readonly string[], terminal: Terminal): ExitStatus {
  const helped = words[0] === "help" || words.includes("--help") || words.includes("-h");
  const [first, second] = words.slice(words[0] === "help" ? 1 : 0).filter((word) => !word.startsWith("-"));
  const named = findCommand(commands, [first ?? "", second ?? ""]);
  if (helped && named) {
    terminal.out(helpOf(named));
    return 0;
  }
  const family = commands.filter(({ name }) => name.startsWith(`${first} `));
  const option = words.find((word) => word.startsWith("-"));
  if (first === undefined ? helped || option === undefined : family.length > 0 && second === undefined) {
    const overview = overviewOf(family.length > 0 ? family : commands);
    if (helped) terminal.out(overview);
    else terminal.err(overview);
    return helped ? 0 : 2;
  }
  terminal.err(sentenceOf(nothingLike(family.length > 0 ? `${first} ${second}` : (first ?? option ?? ""))));
  return 2;
}

function nothingLike(wanted: string): string {
  const promised = later.find((name) => name.split(" ")[0] === wanted.split(" ")[0]);
  if (promised) return `"${promised}" is not available yet`;
  return `there is no ${wanted.startsWith("-") ? "option" : "command"} "${wanted}": see folkmoot --help`;
}
