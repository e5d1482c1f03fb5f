import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../test/server-process.ts";

const launcher = join(import.meta.dirname, "../src/launch.mjs");

/** What dies: the server, its Postgres, one of the processes of that, or the server and its Postgres. */
export const victims = ["server", "postgres", "backend", "both"] as const;
export type Victim = (typeof victims)[number];

/** A server as a process of its own, with the Postgres that it brings: both die whenever we like, as in a power cut. */
export interface KillableServer {
  readonly origin: string;
  readonly lmtpPort: number;
  /** Of its Postgres, while that is there. */
  readonly databaseUrl: string;
  /** Starts it, and waits until it listens, or is dead again. */
  start(): Promise<void>;
  /** Kills, with SIGKILL, and waits until it is over. A killed server is not started again by itself. */
  kill(victim: Victim): Promise<void>;
  stop(): Promise<void>;
  readonly runs: boolean;
  /** How often it ended without being told to, with what it said. */
  readonly ends: readonly string[];
}

/** @param more of the environment */
export async function killableServer(dataDir: string, more: Record<string, string>): Promise<KillableServer> {
  const [port, lmtpPort] = [await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "/",
    ...{ ORIGIN: origin, PORT: String(port), DATA_DIR: dataDir, LMTP_LISTEN: `127.0.0.1:${lmtpPort}` },
    ...{ MAIL_DOMAIN: "moot.example", INSECURE_PEERS: "1", LOG_LEVEL: "warning", LOG_FORMAT: "text" },
    ...more,
  };
  const ends: string[] = [];
  let child: ChildProcess | undefined;
  let asked = false;

  const start = async () => {
    asked = false;
    let said = "";
    const started = spawn(process.execPath, [launcher, "serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    await new Promise<void>((resolve) => {
      const hear = (chunk: Buffer) => {
        said = (said + chunk).slice(-20_000);
        if (said.includes("listens on")) resolve();
      };
      started.stdout.on("data", hear);
      started.stderr.on("data", hear);
      started.once("exit", (code, signal) => {
        if (!asked) ends.push(`${code ?? signal}: ${said.slice(-2_000)}`);
        if (child === started) child = undefined;
        resolve();
      });
    });
  };
  const end = async (signal: NodeJS.Signals) => {
    asked = true;
    if (!child) return;
    const over = once(child, "exit");
    child.kill(signal);
    await over;
  };
  return {
    ...{ origin, lmtpPort, start, ends },
    databaseUrl: `postgres:///folkmoot?host=${encodeURIComponent(join(dataDir, "postgres/socket"))}&user=folkmoot`,
    async kill(victim) {
      if (victim === "server" || victim === "both") await end("SIGKILL");
      if (victim === "postgres" || victim === "both") killPostgres(dataDir);
      if (victim === "backend") killBackend(dataDir);
    },
    stop: () => end("SIGTERM"),
    get runs() {
      return child !== undefined;
    },
  };
}

function postmasterOf(dataDir: string): number | undefined {
  try {
    return Number(readFileSync(join(dataDir, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);
  } catch {
    return undefined;
  }
}

function killPostgres(dataDir: string): void {
  const postmaster = postmasterOf(dataDir);
  if (postmaster) killNow(postmaster);
}

/** One that serves a session, whose death makes Postgres drop all of them and recover. */
function killBackend(dataDir: string): void {
  const postmaster = postmasterOf(dataDir);
  const serving = readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const isChild = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1] === `${postmaster}`;
      return isChild && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres: folkmoot");
    } catch {
      return false;
    }
  });
  const one = serving[Math.floor(Math.random() * serving.length)];
  if (one) killNow(Number(one));
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was gone already.
  }
}
