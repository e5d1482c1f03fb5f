import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const launcher = fileURLToPath(new URL("../src/launch.mjs", import.meta.url));
const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** The launcher builds what has changed, which takes longer than most commands: here it does so once. */
let built: Promise<unknown> | undefined;

/** Starts the real program in a process of its own, with no environment but the given. */
export async function startFolkmoot(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  built ??= promisify(execFile)(process.execPath, [launcher, "--help"]);
  await built;
  const all = ["--enable-source-maps", program, ...words];
  return spawn(process.execPath, all, { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs the real program to its end. */
export async function runFolkmoot(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = await startFolkmoot(words, env);
  const [out, err, [status]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, "close")]);
  return { status, out, err };
}
