import { type Db as BossDatabase, PgBoss, type Queue } from "pg-boss";
import type postgres from "postgres";
import type { JobKind } from "../app.ts";
import type { Connection } from "../db/client.ts";

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

/** postgres.js as pg-boss wants it. */
function databaseOf(sql: postgres.Sql): BossDatabase {
  return {
    executeSql: async (text, values = []) => ({
      rows: await (values.length ? ask(sql, text, values) : tell(sql, text)),
    }),
    listen: async (channel, onNotification, onReconnect) => {
      const { unlisten } = await sql.listen(channel, onNotification, onReconnect);
      return { close: unlisten };
    },
  };
}

async function ask(sql: postgres.Sql, text: string, values: readonly unknown[]): Promise<postgres.Row[]> {
  const rows = await sql.unsafe(text, values.map(toParameter));
  return withDates(rows);
}

/** Drizzle took the conversions of JSON and times away from our connections; pg-boss expects those of node-postgres. */
function toParameter(value: unknown): postgres.SerializableParameter {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toParameter);
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return value as string | number | boolean | null;
}

const timestamptz = 1184;

type Rows = postgres.Row[] & { readonly columns?: postgres.ColumnList<string> };

function isOne(result: Rows | Rows[]): result is Rows {
  return "columns" in result;
}

function withDates(rows: Rows): postgres.Row[] {
  const times = (rows.columns ?? []).filter(({ type }) => type === timestamptz).map(({ name }) => name);
  for (const row of rows) for (const name of times) if (row[name] !== null) row[name] = new Date(row[name]);
  return rows;
}

/** A statement without values may be several, with a transaction of their own, which postgres.js takes on a reserved connection only. */
async function tell(sql: postgres.Sql, text: string): Promise<postgres.Row[]> {
  const reserved = await sql.reserve();
  try {
    const result: Rows | Rows[] = await reserved.unsafe(text).simple();
    return (isOne(result) ? [result] : result).flatMap(withDates);
  } finally {
    reserved.release();
  }
}
