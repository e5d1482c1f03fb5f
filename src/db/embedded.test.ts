import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, isUnavailable } from "./client.ts";
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from "./embedded.ts";

const place = mkdtempSync(join(tmpdir(), "folkmoot-embedded-"));
const made = join(place, "made");

beforeAll(async () => {
  // Postgres may have to run as another user than ours.
  chmodSync(place, 0o711);
  const postgres = await start(made);
  await run(postgres, "create table remembered (word text)");
  await postgres.stop();
});

afterAll(() => rmSync(place, { recursive: true }));

test("what was written is there after the next start", async () => {
  const dataDir = made;
  const first = await start(dataDir);
  await run(first, "insert into remembered values ('hello')");
  await first.stop();
  expect(isRunning(first)).toBe(false);

  const second = await start(dataDir);

  expect(await run(second, "delete from remembered returning word")).toEqual([{ word: "hello" }]);
  await second.stop();
});

test("it keeps what it acknowledged when the power fails, and listens to nobody from outside", async () => {
  const postgres = await startEmbedded(made);

  const settings = await run(
    postgres,
    "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses')",
  );

  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    listen_addresses: "",
  });
  await postgres.stop();
});

test("where a start fails, nothing is left running", async () => {
  const dataDir = copy("read-only");
  const postgres = await start(dataDir);
  await run(postgres, "alter system set default_transaction_read_only = on");
  const elsewhere = { ...postgres, url: postgres.url.replace("/folkmoot?", "/postgres?") };
  await run(elsewhere, "drop database folkmoot");
  await postgres.stop();

  await expect(start(dataDir)).rejects.toThrow("cannot execute CREATE DATABASE in a read-only transaction");

  expect(isRunning(postgres)).toBe(false);
});

test("a second server is refused in one line", async () => {
  const dataDir = made;
  const first = await start(dataDir);

  await expect(start(dataDir)).rejects.toThrow(`a server runs on ${dataDir} already`);

  expect(await run(first, "select 1 as one")).toEqual([{ one: 1 }]);
  await first.stop();
});

test("a command works beside the server, and the last of them to go stops the database", async () => {
  const dataDir = made;
  const server = await start(dataDir);
  const command = await start(dataDir, { mode: "command" });
  await run(command, "insert into remembered values ('beside')");

  await server.stop();
  expect(await run(command, "delete from remembered returning word")).toEqual([{ word: "beside" }]);
  const next = await start(dataDir);
  await command.stop();
  expect(isRunning(next)).toBe(true);

  await next.stop();
  expect(isRunning(next)).toBe(false);
});

test("processes that start together on nothing get one database", async () => {
  const dataDir = join(place, "together");

  const all = await Promise.all([1, 2].map(() => inChild(dataDir, "command")));

  const found = readFileSync(pidFile(dataDir), "utf8");
  expect(all.map(({ pid }) => pid)).toEqual([pidIn(found), pidIn(found)]);
  for (const { stop } of all) await stop();
});

test("a server that was killed leaves its database to the next one", async () => {
  const dataDir = made;
  const killed = await inChild(dataDir, "serve");
  await killed.kill();

  const next = await start(dataDir);

  expect(pidIn(readFileSync(pidFile(dataDir), "utf8"))).toBe(killed.pid);
  await next.stop();
  expect(isRunning(next)).toBe(false);
});

test("when Postgres itself is killed, questions fail as unavailable until it is started again", async () => {
  const dataDir = made;
  const postgres = await start(dataDir, { durable: true });
  const { sql, close } = connect(postgres.url);
  await sql`insert into remembered values ('before')`;

  process.kill(pidIn(readFileSync(pidFile(dataDir), "utf8")), "SIGKILL");
  const error: unknown = await sql`select pg_sleep(60)`.catch((reason: unknown) => reason);

  expect(isUnavailable(error)).toBe(true);
  expect(await whenAvailable(() => sql`select word from remembered`)).toEqual([{ word: "before" }]);
  await close();
  await postgres.stop();
});

test("a start that was cut off is begun anew", async () => {
  const dataDir = join(place, "cut-off");
  const draft = join(dataDir, "postgres", "data.new-999999999");
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, "half"), "");

  const postgres = await start(dataDir);

  expect(await run(postgres, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(existsSync(draft)).toBe(false);
  await postgres.stop();
});

test("a lock of a dead server is no hindrance, though another program has its process id now", async () => {
  const dataDir = made;
  writeFileSync(pidFile(dataDir), `${process.pid}\n${join(dataDir, "postgres", "data")}\n0\n5432\n\n\n\nready\n`);

  const postgres = await start(dataDir);

  expect(await run(postgres, "select 1 as one")).toEqual([{ one: 1 }]);
  await postgres.stop();
});

test("data of another major version are left alone, with words on what to do", async () => {
  const dataDir = copy("older");
  writeFileSync(join(dataDir, "postgres", "data", "PG_VERSION"), "17\n");

  await expect(start(dataDir)).rejects.toThrow(/was made by Postgres 17, .* pg_dump/);
});

test("a place where nothing can be written is refused in words", async () => {
  const dataDir = join(place, "taken");
  writeFileSync(dataDir, "");

  await expect(start(dataDir)).rejects.toThrow(/^DATA_DIR=\S+taken cannot be used: /);
});

test("where there is no room for a database, one line says how much it needs", async () => {
  const dataDir = join(place, "full");

  await expect(start(dataDir, { room: 2 ** 60 })).rejects.toThrow(
    /^there is no room to make the database in \S+full\/postgres: it needs \d+ MB to begin with, and \d+ MB are free\. .*DATA_DIR$/,
  );

  expect(existsSync(join(dataDir, "postgres", "data"))).toBe(false);
});

test("a deep directory has its socket elsewhere", async () => {
  const postgres = await start(copy(join("deep".repeat(10), "deeper".repeat(10))));

  const socketDirectory = new URL(postgres.url).searchParams.get("host")!;
  expect(dirname(socketDirectory)).toBe(tmpdir());
  expect(await run(postgres, "select 1 as one")).toEqual([{ one: 1 }]);
  await postgres.stop();
  rmSync(socketDirectory, { recursive: true });
});

test("data that lay elsewhere and are gone are not replaced by nothing", async () => {
  const dataDir = join(place, "robbed");
  mkdirSync(dataDir, { mode: 0o711 });
  symlinkSync(join(place, "nowhere"), join(dataDir, "postgres"));

  await expect(start(dataDir)).rejects.toThrow(`should lie in ${join(place, "nowhere")}, and are not there`);
});

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)("below a directory that is root's alone the data lie elsewhere", async () => {
  const dataDir = join(place, "private", "data");
  mkdirSync(join(place, "private"), { mode: 0o700 });
  const elsewhere = join(place, "elsewhere");

  const postgres = await start(dataDir, { elsewhere });

  expect(readlinkSync(join(dataDir, "postgres"))).toBe(postgres.directory);
  expect(postgres.directory.startsWith(elsewhere)).toBe(true);
  await postgres.stop();
});

test.runIf(isRoot)(
  "a private DATA_DIR keeps its data, and lets the user of Postgres through without a look",
  async () => {
    const dataDir = join(place, "mine");
    mkdirSync(dataDir, { mode: 0o700 });

    const postgres = await start(dataDir);

    expect(postgres.directory).toBe(join(dataDir, "postgres"));
    expect(statSync(dataDir).mode & 0o777).toBe(0o711);
    await postgres.stop();
  },
);

/** Waiting for the disk is not what these tests are about. */
async function start(dataDir: string, options: EmbeddedOptions = {}): Promise<EmbeddedPostgres> {
  return await startEmbedded(dataDir, { durable: false, ...options });
}

/** A directory with a database of its own, without the time it takes to make one. */
function copy(name: string): string {
  const dataDir = join(place, name);
  cpSync(made, dataDir, { recursive: true, verbatimSymlinks: true });
  return dataDir;
}

async function run({ url }: EmbeddedPostgres, statement: string) {
  const { sql, close } = connect(url, { max: 1 });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await close();
  }
}

async function whenAvailable<T>(ask: () => PromiseLike<Iterable<T>>): Promise<T[]> {
  try {
    return [...(await ask())];
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return await whenAvailable(ask);
  }
}

function pidFile(dataDir: string): string {
  return join(dataDir, "postgres", "data", "postmaster.pid");
}

function pidIn(lines: string): number {
  return Number.parseInt(lines, 10);
}

function isRunning({ directory }: EmbeddedPostgres): boolean {
  return existsSync(join(directory, "data", "postmaster.pid"));
}

/** Opens the database in a process of its own, which tells the id of the postmaster. */
async function inChild(dataDir: string, mode: "serve" | "command") {
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(new URL("embedded.ts", import.meta.url).href)});
    const { readFileSync } = await import("node:fs");
    const postgres = await startEmbedded(${JSON.stringify(dataDir)}, { mode: "${mode}", durable: false });
    process.stdout.write(readFileSync(${JSON.stringify(pidFile(dataDir))}, "utf8").split("\\n")[0]);
    process.stdin.once("end", () => postgres.stop()).resume();`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const [said] = await Promise.race([once(child.stdout, "data"), gone.then(() => ["it ended"])]);
  return {
    pid: Number(said),
    stop: async () => {
      child.stdin.end();
      await gone;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
