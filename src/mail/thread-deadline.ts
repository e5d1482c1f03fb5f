import type { Worker } from "node:worker_threads";

export interface ThreadDeadline {
  /** Settles when the thread has had its time. */
  readonly passed: Promise<void>;
  cancel(): void;
}

/** How often is looked in the time of a deadline. */
const looks = 5;

/** For how many deadlines a thread may wait for a processor: a machine that is busy is no fault of the message, but somebody waits. */
const patience = 12;

/**
 * Watches for how long a thread works from now on. What counts is processor time; where Node cannot tell that of a thread, as before
 * 24.6, the clock on the wall.
 *
 * @param deadline in milliseconds
 */
export function watchThread(worker: Worker, deadline: number): ThreadDeadline {
  const { promise: passed, resolve } = Promise.withResolvers<void>();
  const before = processorTime(worker);
  let looked = 0;
  const look = async () => {
    looked += 1;
    if (looked >= looks * patience) return resolve();
    const [from, until] = await Promise.all([before, processorTime(worker)]);
    const taken = from === undefined || until === undefined ? (looked * deadline) / looks : until - from;
    if (taken >= deadline) resolve();
  };
  const timer = setInterval(() => void look(), deadline / looks);
  return { passed, cancel: () => clearInterval(timer) };
}

/** @returns milliseconds; `undefined` where that cannot be known, as of a thread that has ended */
async function processorTime(worker: Worker): Promise<number | undefined> {
  if (!("cpuUsage" in worker)) return undefined;
  const usage = await worker.cpuUsage().catch(() => undefined);
  return usage && (usage.user + usage.system) / 1000;
}
