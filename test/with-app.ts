import type { App, JobQueue } from "../src/app.ts";
import type { Config } from "../src/core/config.ts";
import type { Connection, Db } from "../src/db/client.ts";
import { bossOver } from "../src/jobs/boss.ts";
import { insertJobs, openQueue, prepareQueues, type Queue, redriveJobs } from "../src/jobs/queue.ts";
import { copyTemplate } from "./databases.ts";

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

/** Runs a test on a database of its own, where transactions commit and run at once. Dropped afterwards. */
export async function withCommittedApp(
  test: (committed: CommittedApp) => Promise<void>,
  changes: Partial<Config> = {},
): Promise<void> {
  const { connection, url, drop } = await copyTemplate();
  const queue = preparing(await openQueue(connection, []));
  try {
    const app = { ...makeApp(connection.db, changes, queue), jobs: queue };
    await test({ app, connection, url });
  } finally {
    await queue.stop();
    await drop();
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
  const { connection } = await copyTemplate();
  const boss = bossOver(connection);
  const prepared = new Set<string>();
  const enqueue: JobQueue["enqueue"] = async (tx, kind, payloads, options) => {
    if (!prepared.has(kind.name)) await prepareQueues(boss, [kind]);
    prepared.add(kind.name);
    await insertJobs(boss, tx, kind, payloads, options);
  };
  return { connection, jobs: { enqueue, redrive: async () => await redriveJobs(boss) } };
}

/** A queue that makes room for every kind it meets: only the server has to know them all beforehand. */
function preparing(queue: Queue): Queue {
  return {
    ...queue,
    enqueue: async (tx, kind, payloads, options) => {
      await queue.prepare([kind]);
      await queue.enqueue(tx, kind, payloads, options);
    },
    work: async (kind, handler, options) => {
      await queue.prepare([kind]);
      await queue.work(kind, handler, options);
    },
  };
}
