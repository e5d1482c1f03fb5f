import { sql } from "drizzle-orm";
import type { Db, Sql } from "../db/client.ts";

/** A worker's bell: rung in this process, or through Postgres from another. */
export interface Wake {
  ring(): void;
  /** Settles at the next ring, at once if it rang since the last wait; else after `milliseconds`, or when `signal` aborts. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** What a worker may wait for: activities received, deliveries owed. */
export type WakeChannel = "folkmoot_inbound" | "folkmoot_delivery";

export function createWake(): Wake {
  let rung = false;
  let settle: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      settle?.();
    },
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => settle?.(), milliseconds);
        settle = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", finish);
          settle = undefined;
          rung = false;
          resolve();
        };
        const finish = settle;
        signal?.addEventListener("abort", finish);
        if (rung || signal?.aborted) finish();
      }),
  };
}

/**
 * Rings `wake` whenever something was committed for `channel`, also after the connection was lost and found again, since then nobody
 * knows what was missed.
 *
 * @returns what ends it
 */
export async function listenFor(connection: Sql, channel: WakeChannel, wake: Wake): Promise<() => Promise<void>> {
  const { unlisten } = await connection.listen(
    channel,
    () => wake.ring(),
    () => wake.ring(),
  );
  return unlisten;
}

/** Rings every worker that listens, when the transaction commits. */
export async function notify(db: Db, channel: WakeChannel): Promise<void> {
  await db.execute(sql`select pg_notify(${channel}, '')`);
}
