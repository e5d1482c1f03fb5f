import { getLogger } from "@logtape/logtape";
import { describeBriefly } from "../core/describe-error.ts";
import type { Pool } from "./pool.ts";
import { isUnavailable } from "./unavailable.ts";

/** Who is told when the database goes away, and when it is back. */
export interface OutageListener {
  onAway(reason: string): void;
  /** @param seconds since it went away */
  onBack(seconds: number): void;
}

const log = getLogger(["folkmoot", "database"]);

/** Says it in the log, once: whoever asks meanwhile only learns that it failed. */
const toLog: OutageListener = {
  onAway: (reason) => log.warn("the database is away: {reason}", { reason }),
  onBack: (seconds) => log.info("the database is back after {seconds} s", { seconds }),
};

/** The same pool, of which somebody hears when its database goes away and when it is back. */
export function watchOutages(pool: Pool, { onAway, onBack }: OutageListener = toLog): Pool {
  /** Counts the outages. What was asked before one of them has nothing to say of the next, nor of its end. */
  let turn = 0;
  let since: number | undefined;
  let closed = false;

  async function watch<T>(ask: () => Promise<T>): Promise<T> {
    const asked = { turn, away: since !== undefined };
    try {
      const answer = await ask();
      if (asked.away && asked.turn === turn && since !== undefined) {
        const seconds = Math.round((performance.now() - since) / 1_000);
        since = undefined;
        turn += 1;
        onBack(seconds);
      }
      return answer;
    } catch (error) {
      if (since === undefined && asked.turn === turn && !closed && isUnavailable(error)) {
        since = performance.now();
        onAway(describeBriefly(error));
      }
      throw error;
    }
  }

  return {
    ask: async (question) => await watch(() => pool.ask(question)),
    withSession: async (work) => await watch(() => pool.withSession(work)),
    close: async () => {
      closed = true;
      await pool.close();
    },
  };
}
