import { drizzle, type PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js";
import type { PgDatabase } from "drizzle-orm/pg-core";
import postgres from "postgres";

/** The database, or a transaction on it: queries take either. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>;

/** A transaction. A function that takes one leaves the commit to its caller. */
export type Tx = Parameters<Parameters<Db["transaction"]>[0]>[0];

/** Connections to one Postgres. */
export interface Connection {
  readonly db: Db;
  readonly sql: postgres.Sql;
  close(): Promise<void>;
}

/** Connects to Postgres. Connections are opened when they are needed, so this succeeds while the database is away. */
export function connect(url: string, options: postgres.Options<Record<string, postgres.PostgresType>> = {}): Connection {
  const sql = postgres(url, { max: 10, onnotice: () => {}, connection: { application_name: "folkmoot" }, ...options });
  return { db: drizzle(sql, { casing: "snake_case" }), sql, close: () => sql.end({ timeout: 5 }) };
}
