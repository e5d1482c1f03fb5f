import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(new URL("../src/launch.mjs", import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the real program in a process of its own, with no environment but the given. */
export function startFolkmoot(words: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [launcher, ...words], { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs the real program to its end. */
export async function runFolkmoot(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = startFolkmoot(words, env);
  const [out, err, [status]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, "close")]);
  return { status, out, err };
}
