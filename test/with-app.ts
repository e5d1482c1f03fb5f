import type { App, JobQueue } from "../src/app.ts";
import type { Config } from "../src/core/config.ts";
import type { Connection, Db } from "../src/db/client.ts";
import { bossOver } from "../src/jobs/boss.ts";
import { insertJobs, openQueue, prepareQueues, type Queue, redriveJobs } from "../src/jobs/queue.ts";
import { borrowDatabase } from "./databases.ts";

/** An app whose clock stands still until the test moves it. */
export interface TestApp extends App {
  advance(milliseconds: number): void;
}

export const testConfig: Config = {
  origin: "https://moot.example",
  host: "127.0.0.1",
  port: 0,
  databaseUrl: undefined,
  dataDir: "/nonexistent",
  roles: ["web", "worker"],
  secretKey: "a secret that only tests know",
  mailDomain: "moot.example",
  smtpUrl: undefined,
  lmtpListen: undefined,
  smtpListen: undefined,
  smtpTls: undefined,
  trustedProxy: [],
  sourceUrl: undefined,
  insecurePeers: false,
  logLevel: "error",
  logFormat: "json",
};

/**
 * Runs a test on a real database, in a transaction that is rolled back whatever happens. Transactions of the code under test become
 * savepoints, so they cannot run at once: what needs that, or must commit, takes `withCommittedApp`.
 */
export async function withApp(test: (app: TestApp) => Promise<void>, changes: Partial<Config> = {}): Promise<void> {
  workerDatabase ??= openWorkerDatabase();
  const { connection, jobs } = await workerDatabase;
  const rolledBack = new Error("rolled back");
  try {
    await connection.db.transaction(async (tx) => {
      await test(makeApp(tx, changes, jobs));
      throw rolledBack;
    });
  } catch (error) {
    if (error !== rolledBack) throw error;
  }
}

export interface CommittedApp {
  readonly app: TestApp & { readonly jobs: Queue };
  readonly connection: Connection;
  /** For a second connection, or another process. */
  readonly url: string;
}

/** Runs a test on a database of its own, where transactions commit and run at once. Nobody sees afterwards what it did there. */
export async function withCommittedApp(
  test: (committed: CommittedApp) => Promise<void>,
  changes: Partial<Config> = {},
): Promise<void> {
  const { connection, url, giveBack } = await borrowDatabase();
  const queue = queueOver(connection);
  try {
    const app = { ...makeApp(connection.db, changes, queue), jobs: queue };
    await test({ app, connection, url });
  } finally {
    await queue.stop();
    await giveBack();
  }
}

function makeApp(db: Db, changes: Partial<Config>, jobs: JobQueue): TestApp {
  let time = Date.UTC(2026, 2, 1, 12);
  const now = () => new Date(time);
  return {
    db,
    config: { ...testConfig, ...changes },
    jobs: {
      enqueue: async (tx, kind, payloads, options) =>
        await jobs.enqueue(tx, kind, payloads, { startAfter: options?.startAfter ?? now() }),
      redrive: async () => await jobs.redrive(),
    },
    now,
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}

let workerDatabase: Promise<{ connection: Connection; jobs: JobQueue }> | undefined;

/** One database for all the tests of a worker. It goes with the server, at the end of all. */
async function openWorkerDatabase(): Promise<{ connection: Connection; jobs: JobQueue }> {
  const { connection } = await borrowDatabase();
  return { connection, jobs: jobsOver(connection) };
}

/** Puts jobs down, and makes room for every kind it meets: only the server has to know them all beforehand. */
function jobsOver(connection: Connection): JobQueue & Pick<Queue, "prepare"> {
  const boss = bossOver(connection);
  const prepared = new Set<string>();
  const prepare: Queue["prepare"] = async (kinds) => {
    const missing = kinds.filter(({ name }) => !prepared.has(name));
    if (missing.length > 0) await prepareQueues(boss, missing);
    for (const { name } of missing) prepared.add(name);
  };
  return {
    prepare,
    enqueue: async (tx, kind, payloads, options) => {
      await prepare([kind]);
      await insertJobs(boss, tx, kind, payloads, options);
    },
    redrive: async () => await redriveJobs(boss),
  };
}

/** A queue that is opened for the first that works: most tests only put jobs down. */
function queueOver(connection: Connection): Queue {
  const jobs = jobsOver(connection);
  let opened: Promise<Queue> | undefined;
  const open = () => {
    opened ??= openQueue(connection, []);
    return opened;
  };
  return {
    ...jobs,
    work: async (kind, handler, options) => {
      const queue = await open();
      await queue.prepare([kind]);
      await queue.work(kind, handler, options);
    },
    schedule: async (kind, cron) => await (await open()).schedule(kind, cron),
    stop: async () => await (await opened)?.stop(),
  };
}
