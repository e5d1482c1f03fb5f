import { type Db as BossDatabase, PgBoss, type Queue } from "pg-boss";
import type { JobKind } from "../app.ts";
import type { Connection, Sql } from "../db/client.ts";

/** The schema of pg-boss's own tables. */
export const bossSchema = "pgboss";

/** Nothing owed is forgotten because nobody worked for a while. */
const tenYears = 10 * 365 * 24 * 60 * 60;

/** Where jobs lie that failed too often, until a person looks. */
export const deadQueue: Queue = { name: "dead", retentionSeconds: tenYears };

const defaultRetries = 20;

/** A worker that says nothing for this long is dead, and its jobs are tried again. */
const heartbeatSeconds = 20;

export function rulesOf({ retries = defaultRetries }: JobKind<object>): Omit<Queue, "name"> {
  return {
    retryLimit: retries,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 60 * 60,
    heartbeatSeconds,
    retentionSeconds: tenYears,
    deleteAfterSeconds: 60 * 60,
    deadLetter: deadQueue.name,
    notify: true,
  };
}

/** pg-boss over our connections. When it starts it makes its tables, or raises them to its version. */
export function bossOver(connection: Connection): PgBoss {
  return new PgBoss({
    db: databaseOf(connection.sql),
    schema: bossSchema,
    registerInstance: false,
    useListenNotify: true,
    superviseIntervalSeconds: heartbeatSeconds,
    monitorIntervalSeconds: heartbeatSeconds,
  });
}

function databaseOf({ unsafe, listen }: Sql): BossDatabase {
  return {
    executeSql: async (text, values) => ({ rows: await unsafe(text, values) }),
    listen: async (channel, onNotification, onReconnect) => {
      const { unlisten } = await listen(channel, onNotification, onReconnect);
      return { close: unlisten };
    },
  };
}
