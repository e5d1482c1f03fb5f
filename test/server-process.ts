import { execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = new URL("..", import.meta.url).pathname;
const launcher = join(root, "src/launch.mjs");

/** A server of ours as its own process, with an embedded database of its own: what a user would start. */
export interface ServerProcess {
  readonly origin: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a command of the command line beside it. @returns what it printed */
  command(...words: string[]): Promise<string>;
  /** Stops it as an operator would. */
  stop(): Promise<void>;
  /** Kills it as a power cut would, but for the database. */
  kill(): Promise<void>;
}

/** A directory that goes with the test. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "folkmoot-story-"));
  chmodSync(path, 0o711);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A port that is free now, and that no system gives to whoever connects somewhere: so it is free again after a server that was killed. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}

/** Starts a server and waits until it says that it listens. */
export async function startServerProcess(
  dataDir: string,
  port: number,
  more: Record<string, string> = {},
): Promise<ServerProcess> {
  const origin = `http://127.0.0.1:${port}`;
  const environment = {
    ORIGIN: origin,
    PORT: String(port),
    DATA_DIR: dataDir,
    INSECURE_PEERS: "1",
    LOG_LEVEL: "warning",
    ...more,
  };
  const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", ...environment };
  const child = spawn(process.execPath, [launcher, "serve"], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk;
      if (said.includes("listens on")) resolve();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  return {
    origin,
    environment,
    command: async (...words) =>
      (await promisify(execFile)(process.execPath, [launcher, ...words], { cwd: root, env })).stdout,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}
