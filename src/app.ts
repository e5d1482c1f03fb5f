import type { Config } from "./core/config.ts";
import type { Db, Tx } from "./db/client.ts";

/** What every operation may touch. */
export interface App {
  readonly db: Db;
  readonly config: Config;
  readonly jobs: JobQueue;
  /** The clock: a command asks once and passes the answer on. */
  now(): Date;
}

/** Work to be done later, named by a verb. `Payload` carries ids, never content. */
export interface JobKind<Payload extends object> {
  readonly name: string;
  /** Makes `Payload` matter to the type checker; never set. */
  readonly payload?: Payload;
  /** How often a job that failed is tried again, at growing intervals up to an hour, before a person has to look. Unset = 20. */
  readonly retries?: number;
}

/** Where work for later is put down. Implemented in `src/jobs`. */
export interface JobQueue {
  /** Puts jobs down within `tx`: they exist when, and only when, it commits. */
  enqueue<Payload extends object>(
    tx: Tx,
    kind: JobKind<Payload>,
    payloads: readonly Payload[],
    options?: { readonly startAfter?: Date },
  ): Promise<void>;
  /** Gives the jobs that failed too often another chance. @returns how many */
  redrive(): Promise<number>;
}
