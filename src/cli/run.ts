import { DomainError } from "../core/errors.ts";
import { type Command, type Session, UsageError } from "./command.ts";
import { helpOf, overviewOf, usageOf } from "./help.ts";

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
      terminal.err(`${error.message}\nusage: ${usageOf(found)}`);
      return 2;
    }
    if (!(error instanceof DomainError)) throw error;
    terminal.err(error.message);
    return 1;
  }
}

function findCommand(commands: readonly Command[], words: readonly string[]): Command | undefined {
  const [first, second] = words;
  return commands.find(({ name }) => name === `${first} ${second}`) ?? commands.find(({ name }) => name === first);
}

/** Nothing to run: either help was asked for, or the words were wrong. */
function explain(commands: readonly Command[], words: readonly string[], terminal: Terminal): ExitStatus {
  const [first, second] = words.filter((word) => !word.startsWith("-"));
  const family = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (first === undefined || first === "help" || (family.length > 0 && second === undefined)) {
    const helped = first === "help" || words.includes("--help") || words.includes("-h");
    const overview = overviewOf(family.length > 0 ? family : commands);
    if (helped) terminal.out(overview);
    else terminal.err(overview);
    return helped ? 0 : 2;
  }
  const promised = later.find((name) => name.split(" ")[0] === first);
  const unknown = family.length > 0 ? `${first} ${second}` : first;
  terminal.err(
    promised ? `"${promised}" is not available yet` : `there is no command "${unknown}": see folkmoot --help`,
  );
  return 2;
}
