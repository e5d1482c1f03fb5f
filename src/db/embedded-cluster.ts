import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
} from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { DomainError } from "../core/errors.ts";
import { type Account, makePrivateDirectory } from "./embedded-account.ts";
import type { Binaries } from "./embedded-binaries.ts";

/** A Postgres cluster on this machine that only we use. */
export interface Cluster {
  /** The directory of the account that runs it: cluster, libraries, log. */
  readonly home: string;
  /** What Postgres calls its data directory. */
  readonly data: string;
  readonly socketDirectory: string;
  readonly account: Account;
  readonly binaries: Binaries;
  /** False for a database that nobody will miss: it gives up safety against power loss for speed. */
  readonly durable: boolean;
  /** Bytes that must be free before it is made. */
  readonly room: number;
}

/** The server process of a cluster, as its `postmaster.pid` tells. */
export interface Postmaster {
  readonly pid: number;
  readonly socketDirectory: string;
  readonly ready: boolean;
}

/** The superuser, and the only role of the cluster. */
export const superuser = "folkmoot";

const largestLog = 10 * 1024 * 1024;

/**
 * Makes the cluster unless it is there.
 *
 * @throws {DomainError} when it was made by another major version of Postgres, whose files this one cannot read, or there is no room.
 */
export async function createCluster(cluster: Cluster): Promise<void> {
  const { data, binaries, durable } = cluster;
  if (existsSync(join(data, "PG_VERSION"))) {
    assertMajor(cluster);
    return makePrivateDirectory(data, cluster.account);
  }
  removeDrafts(cluster);
  if (freeRoom(cluster) < cluster.room) throw noRoom(cluster, `and ${inMegabytes(freeRoom(cluster))} are free`);
  const draft = `${data}.new-${process.pid}`;
  const safety = durable ? [] : ["--no-sync"];
  await run(cluster, binaries.initdb, [
    `--pgdata=${draft}`,
    `--username=${superuser}`,
    "--auth-local=trust",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    ...safety,
  ]);
  if (existsSync(data)) rmSync(draft, { recursive: true });
  else renameSync(draft, data);
}

function freeRoom({ home }: Cluster): number {
  const { bavail, bsize } = statfsSync(home);
  return bavail * bsize;
}

function inMegabytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)} MB`;
}

function noRoom({ home, room }: Cluster, found: string): DomainError {
  return new DomainError(
    "invalid",
    `there is no room to make the database in ${home}: it needs ${inMegabytes(room)} to begin with, ${found}. ` +
      "Make room, or choose another DATA_DIR",
  );
}

/** What is left of attempts that were cut off. */
function removeDrafts({ home, data }: Cluster): void {
  const start = `${basename(data)}.new-`;
  for (const name of readdirSync(home)) {
    const abandoned = name.startsWith(start) && !existsSync(`/proc/${name.slice(start.length)}`);
    if (abandoned) rmSync(join(home, name), { recursive: true });
  }
}

function assertMajor({ data, binaries }: Cluster): void {
  const major = Number.parseInt(readFileSync(join(data, "PG_VERSION"), "utf8"), 10);
  if (major === binaries.major) return;
  throw new DomainError(
    "invalid",
    `the database in ${data} was made by Postgres ${major}, and this version brings Postgres ${binaries.major}, which cannot read it. ` +
      "Nothing was changed. Start the version of Folkmoot that you had before and write the database out with pg_dump " +
      `(of Postgres ${major} or later), read it into an empty database of a Postgres of your own with pg_restore, and start this ` +
      "version with its address as DATABASE_URL, and the same secret-key: the README says how, under Back it up",
  );
}

/** Starts the server; it outlives us. `ended` tells its last words when it ends, as it does at once when it cannot start. */
export function launch(cluster: Cluster): { readonly ended: Promise<string> } {
  const logFile = join(cluster.home, "log");
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > largestLog) truncateSync(logFile);
  const log = openSync(logFile, "a", 0o600);
  const before = statSync(logFile).size;
  const child = spawn(cluster.binaries.postgres, ["-D", cluster.data, ...settings(cluster)], {
    ...asAccount(cluster),
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", () => resolve((readIfThere(logFile) ?? "").slice(before).trim()));
  });
  return { ended };
}

function settings({ socketDirectory, durable }: Cluster): string[] {
  const safe = durable ? "on" : "off";
  const values = {
    listen_addresses: "",
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: "0700",
    fsync: safe,
    synchronous_commit: safe,
    full_page_writes: safe,
    log_checkpoints: "off",
    log_timezone: "UTC",
    timezone: "UTC",
    // Plans made while tables were empty live until the next analysis: a first import must not wait a minute for it.
    autovacuum_naptime: "15s",
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** Asks the server to stop at once: it ends every session, writes all to disk and goes. */
export async function stopPostmaster(cluster: Cluster): Promise<void> {
  const running = findPostmaster(cluster);
  if (!running) return;
  process.kill(running.pid, "SIGINT");
  while (findPostmaster(cluster)?.pid === running.pid) await sleep(5);
}

/** The server of this cluster, whoever started it; `undefined` when none runs. */
export function findPostmaster({ data }: Cluster): Postmaster | undefined {
  const lines = readLock(data);
  if (!lines || !commandOf(lines.pid)?.includes(data)) return undefined;
  return lines;
}

/** Removes the lock of a dead server whose process id now belongs to another program: Postgres would take it for the server. */
export function clearStaleLock({ data }: Cluster): void {
  const command = commandOf(readLock(data)?.pid ?? 0);
  if (command && !command.includes(data)) rmSync(join(data, "postmaster.pid"), { force: true });
}

/** `undefined` also while it is being written. */
function readLock(data: string): Postmaster | undefined {
  const lines = readIfThere(join(data, "postmaster.pid"))?.split("\n") ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, socketDirectory: lines[4] ?? "", ready: lines[7]?.trim() === "ready" };
}

/** The words that a process was started with; `undefined` when there is no such process. */
function commandOf(pid: number): readonly string[] | undefined {
  return readIfThere(`/proc/${pid}/cmdline`)?.split("\0");
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

async function run(cluster: Cluster, program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { ...asAccount(cluster), stdio: ["ignore", "ignore", "pipe"] });
  const [errors, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }),
  ]);
  if (code === 0) return;
  // It may have become full meanwhile, and a quota is not seen before it is met.
  if (/No space left|quota exceeded|free disk space/i.test(errors))
    throw noRoom(cluster, "and the disk, or a quota on it, was full before that");
  throw new DomainError("invalid", `Postgres could not make its database: ${errors.trim()}`);
}

function asAccount({ home, account, binaries }: Cluster) {
  const other = process.getuid!() === account.uid ? {} : { uid: account.uid, gid: account.gid };
  return { ...other, cwd: home, env: { ...binaries.env } };
}
