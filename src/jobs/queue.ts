import { getLogger } from "@logtape/logtape";
import { sql } from "drizzle-orm";
import { fromDrizzle, type Job, type JobResult, type PgBoss } from "pg-boss";
import postgres from "postgres";
import type { JobKind, JobQueue } from "../app.ts";
import { describeBriefly } from "../core/describe-error.ts";
import { newId } from "../core/ids.ts";
import { type Connection, isUnavailable, type Tx } from "../db/client.ts";
import { bossOver, deadQueue, rulesOf } from "./boss.ts";

/** The queue as those see it who do the work. */
export interface Queue extends JobQueue {
  /**
   * Hands jobs of a kind to `handler`, in batches, soon after they were put down. When it fails, its jobs are tried again one by one,
   * so that only the culprit waits. A job may be handed out twice: a handler can repeat itself without harm.
   */
  work<Payload extends object>(
    kind: JobKind<Payload>,
    handler: JobHandler<Payload>,
    options?: WorkOptions,
  ): Promise<void>;
  /** Makes queues for more kinds. */
  prepare(kinds: readonly Kind[]): Promise<void>;
  /** Puts a job down whenever `cron` says (five fields, UTC), once for all processes. */
  schedule(kind: JobKind<Record<string, never>>, cron: string): Promise<void>;
  /** Waits for the jobs at hand, up to 30 seconds; what is not done then is tried again elsewhere. */
  stop(): Promise<void>;
}

export type JobHandler<Payload> = (payloads: readonly Payload[]) => Promise<void>;

export interface WorkOptions {
  /** Most jobs handed over at once. Unset = 1. */
  readonly batchSize?: number;
  /** How many batches this process works on at a time. Unset = 1. */
  readonly concurrency?: number;
}

type Kind = JobKind<object>;

const log = getLogger(["folkmoot", "jobs"]);

/** Jobs put down for now are announced; those for later, and retries, are found by looking. */
const lookEverySeconds = 5;

/**
 * Opens the queue: raises pg-boss's tables to its version and makes a queue for each of `kinds`. It keeps itself tidy and notices
 * jobs of dead workers, in every process that has it open.
 */
export async function openQueue(connection: Connection, kinds: readonly Kind[]): Promise<Queue> {
  const boss = await startBoss(connection, kinds);
  return {
    enqueue: async (tx, kind, payloads, options) => await insertJobs(boss, tx, kind, payloads, options),
    work: async (kind, handler, options) => await work(boss, kind, handler, options),
    prepare: async (more) => await prepareQueues(boss, more),
    schedule: async (kind, cron) => await boss.schedule(kind.name, cron, {}),
    redrive: async () => await redriveJobs(boss),
    stop: async () => await boss.stop({ close: false }),
  };
}

/** Of several that start at once where its tables are missing, one makes them; the others may find that only as they make them, too. */
async function startBoss(connection: Connection, kinds: readonly Kind[], again = true): Promise<PgBoss> {
  const boss = bossOver(connection);
  boss.on("error", (error) => {
    if (isUnavailable(error)) log.debug("the database is away");
    else log.error("the job queue failed", { error });
  });
  try {
    await boss.start();
    await prepareQueues(boss, kinds);
    return boss;
  } catch (error) {
    // Half started, it would keep the process from its end.
    await boss.stop({ close: false, graceful: false });
    const madeMeanwhile = error instanceof postgres.PostgresError && error.code === "23505";
    if (!madeMeanwhile || !again) throw error;
    return await startBoss(connection, kinds, false);
  }
}

/** Writes jobs in one statement of the caller's transaction. The queue of their kind must be there. */
export async function insertJobs<Payload extends object>(
  boss: PgBoss,
  tx: Tx,
  kind: JobKind<Payload>,
  payloads: readonly Payload[],
  { startAfter }: { readonly startAfter?: Date } = {},
): Promise<void> {
  if (payloads.length === 0) return;
  // Jobs of one transaction are taken in the order of their ids; the time in them is of no account.
  const jobs = payloads.map((data) => ({ id: newId(new Date(0)), data, ...(startAfter ? { startAfter } : {}) }));
  await boss.insert(kind.name, jobs, { db: fromDrizzle(tx, sql) });
}

/** See `JobQueue`. */
export async function redriveJobs(boss: PgBoss): Promise<number> {
  for (let total = 0; ; ) {
    const moved = await boss.redrive(deadQueue.name);
    if (moved === 0) return total;
    total += moved;
  }
}

/** Makes the queues that are missing, and tells those that are there when their rules changed. */
export async function prepareQueues(boss: PgBoss, kinds: readonly Kind[]): Promise<void> {
  const present = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]));
  if (!present.has(deadQueue.name)) await boss.createQueue(deadQueue.name, deadQueue);
  for (const kind of kinds) {
    const rules = rulesOf(kind);
    const queue = present.get(kind.name);
    if (!queue) await boss.createQueue(kind.name, rules);
    else if (queue.retryLimit !== rules.retryLimit) await boss.updateQueue(kind.name, rules);
  }
}

async function work<Payload extends object>(
  boss: PgBoss,
  kind: JobKind<Payload>,
  handler: JobHandler<Payload>,
  { batchSize = 1, concurrency = 1 }: WorkOptions = {},
): Promise<void> {
  // pg-boss goes on at once after a full batch, but never after a batch of one.
  const fetchSize = Math.max(2, batchSize);
  const options = {
    batchSize: fetchSize,
    burstWhenBatchFull: true,
    localConcurrency: concurrency,
    pollingIntervalSeconds: lookEverySeconds,
    notifyPollingIntervalSeconds: lookEverySeconds,
    perJobResults: true,
  } as const;
  await boss.work<Payload>(kind.name, options, async (jobs) => {
    const results: JobResult[] = [];
    for (let start = 0; start < jobs.length; start += batchSize) {
      results.push(...(await runBatch(kind, handler, jobs.slice(start, start + batchSize))));
    }
    return results;
  });
}

async function runBatch<Payload extends object>(
  kind: JobKind<Payload>,
  handler: JobHandler<Payload>,
  jobs: readonly Job<Payload>[],
): Promise<JobResult[]> {
  try {
    await handler(jobs.map(({ data }) => data));
    return jobs.map(({ id }) => ({ id, status: "completed" }));
  } catch (error) {
    const [only, ...others] = jobs;
    if (only && others.length === 0) return [failed(kind, only, error)];
    const alone: JobResult[] = [];
    for (const job of jobs) alone.push(...(await runBatch(kind, handler, [job])));
    return alone;
  }
}

function failed(kind: Kind, { id, retryCount }: Job<object>, error: unknown): JobResult {
  log.error("a job failed", { kind: kind.name, id, attempt: retryCount + 1, error });
  return { id, status: "failed", output: { message: describeBriefly(error) } };
}
