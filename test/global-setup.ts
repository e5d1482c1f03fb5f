import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { connect } from "../src/db/client.ts";
import { startEmbedded } from "../src/db/embedded.ts";
import { migrate } from "../src/db/migrate.ts";
import { openQueue } from "../src/jobs/queue.ts";
import { createDatabase, dropDatabase } from "./databases.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A server on which tests make and drop databases, and the migrated one that they copy. */
    readonly testServer: { readonly url: string; readonly template: string };
  }
}

/** One Postgres for all tests: that of DATABASE_URL, or one of our own for the time. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.DATABASE_URL ? { url: process.env.DATABASE_URL, stop: async () => {} } : await startOwn();
  const template = `folkmoot_test_${process.pid}`;
  await prepare(await createDatabase(server.url, template));
  project.provide("testServer", { url: server.url, template });
  return async () => {
    await dropAll(server.url, template);
    await server.stop();
  };
}

async function startOwn() {
  const directory = mkdtempSync(join(hasRoom(memory) ? memory : tmpdir(), "folkmoot-test-"));
  const postgres = await startEmbedded(directory, { durable: false });
  const letGo = leaveNothingBehind(directory);
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop();
      letGo();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Making a database is making a thousand files: in memory that takes a sixth of the time. */
const memory = "/dev/shm";
const room = 2 * 1024 ** 3;

/** Whether there is such a place, programs may run from it, and a test server fits in several times over. */
function hasRoom(place: string): boolean {
  try {
    const mount = readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .find(([, at]) => at === place);
    const mayRun = mount?.[3] !== undefined && !mount[3].split(",").includes("noexec");
    const { bavail, bsize } = statfsSync(place);
    return mayRun && bavail * bsize > room;
  } catch {
    return false;
  }
}

/** Should this process be killed, its end of a pipe closes, and a shell at the other end clears away. @returns what calls it off */
function leaveNothingBehind(directory: string): () => void {
  const pid = Number.parseInt(readFileSync(join(directory, "postgres", "data", "postmaster.pid"), "utf8"), 10);
  const clearAway = 'read _ || { kill -INT "$1"; while kill -0 "$1"; do sleep 0.1; done; rm -rf "$2"; }';
  const shell = spawn("sh", ["-c", clearAway, "clear-away", String(pid), directory], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  shell.unref();
  return () => void shell.stdin.end("called off\n");
}

async function prepare(url: string): Promise<void> {
  const connection = connect(url);
  await migrate(connection);
  await (await openQueue(connection, [])).stop();
  await connection.close();
}

async function dropAll(server: string, template: string): Promise<void> {
  const { sql, close } = connect(server, { max: 1 });
  const rows = await sql<{ datname: string }[]>`select datname from pg_database where datname like ${`${template}%`}`;
  await close();
  for (const { datname } of rows) await dropDatabase(server, datname);
}
