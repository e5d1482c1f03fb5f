import type { Command, Session } from "./cli/command.ts";
import { commands } from "./cli/commands.ts";
import { runCommand } from "./cli/run.ts";
import { readConfig } from "./core/config.ts";
import { describeError } from "./core/describe-error.ts";
import { configureLog } from "./core/log.ts";
import { isUnavailable } from "./db/client.ts";
import { openHouse } from "./house.ts";

const print = (line: string) => void process.stdout.write(`${line}\n`);
const warn = (line: string) => void process.stderr.write(`${line}\n`);
const now = () => new Date();

/** The only reader of the environment. */
function openSession({ serves }: Command): Session {
  const config = readConfig(process.env);
  const format = config.logFormat ?? (process.stderr.isTTY ? "text" : "json");
  configureLog({ level: serves ? config.logLevel : "error", format, write: (line) => void process.stderr.write(line) });
  return {
    config,
    now,
    print,
    warn,
    async withHouse(work) {
      const house = await openHouse(config, "command", now);
      try {
        return await work(house);
      } finally {
        await house.close();
      }
    },
  };
}

/** Nobody waits for what failed here. A database that is away comes back; anything else may have left us in two minds. */
function survive(error: unknown): void {
  warn(describeError(error));
  if (!isUnavailable(error)) process.exit(1);
}

process.on("unhandledRejection", survive);
process.on("uncaughtException", survive);
// Whoever reads the output may have read enough, as head has; and of a log that nobody takes any more nobody can be told.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

try {
  process.exitCode = await runCommand(commands, process.argv.slice(2), { out: print, err: warn }, openSession);
} catch (error) {
  warn(
    isUnavailable(error)
      ? `the database cannot be reached: ${describeError(error).split("\n")[0]}`
      : describeError(error),
  );
  process.exitCode = 1;
}
