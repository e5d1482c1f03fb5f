import { setTimeout as pause } from "node:timers/promises";
import { isUnavailable } from "./client.ts";

/** How long it is until the first try anew, and at most until the next one. In milliseconds. */
const pauses = { first: 50, most: 1_000 } as const;

/**
 * Writes down what happened elsewhere and cannot be made undone, such as that somebody took a mail: a database that is away is given time to
 * come back, for what is not written down would be done again.
 *
 * @param write one transaction; it may run twice, where only the answer to its commit was lost
 * @param patience in milliseconds, by the clock of this machine; afterwards the last error comes out
 */
export async function insist<Result>(write: () => Promise<Result>, patience: number): Promise<Result> {
  const end = performance.now() + patience;
  for (let wait: number = pauses.first; ; wait = Math.min(2 * wait, pauses.most)) {
    try {
      return await write();
    } catch (error) {
      if (performance.now() + wait > end || !(isUnavailable(error) || isDeadlock(error))) throw error;
      await pause(wait);
    }
  }
}

/** SQLSTATE 40P01: two transactions waited for each other, and ours gave way. */
function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "40P01") || isDeadlock(error.cause);
}
