import { PgDatabase, PgDialect, type PgQueryResultHKT } from "drizzle-orm/pg-core";
import { PostgresJsSession } from "drizzle-orm/postgres-js";
import { createListener, type Listener } from "./listen.ts";
import { watchOutages } from "./outage.ts";
import { createPool, type OpenSession, type Pool } from "./pool.ts";
import type { Answer } from "./session.ts";
import { clientOver } from "./transact.ts";

export { isUnavailable } from "./unavailable.ts";

/** What Postgres answered: the rows, and how many were touched. */
export type Rows<Row = Record<string, unknown>> = Row[] & { readonly count: number };

interface RowsHKT extends PgQueryResultHKT {
  readonly type: Rows<this["row"]>;
}

/** The database, or a transaction on it: queries take either. */
export type Db = PgDatabase<RowsHKT, Record<string, never>>;

/** A transaction. A function that takes one leaves the commit to its caller. */
export type Tx = Parameters<Parameters<Db["transaction"]>[0]>[0];

/** Questions in plain SQL: sql`select ${value}`, where values are never part of the text. */
export interface Sql extends Pick<Listener, "listen"> {
  <Result extends readonly object[] = Rows>(text: TemplateStringsArray, ...values: readonly unknown[]): Promise<Result>;
  /** A text made by a program; several statements at once if there are no values. */
  unsafe(text: string, values?: readonly unknown[]): Promise<Rows>;
}

/** Connections to one Postgres. */
export interface Connection {
  readonly db: Db;
  readonly sql: Sql;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Most sessions at once. Unset = 10. */
  readonly max?: number;
  readonly open?: OpenSession;
}

/** Connects to Postgres. Connections are opened when they are needed, so this succeeds while the database is away. */
export function connect(url: string, { max = 10, open }: ConnectOptions = {}): Connection {
  const pool = watchOutages(createPool(url, max, undefined, open));
  const listener = createListener(url);
  const close = async () => {
    await listener.close();
    await pool.close();
  };
  const over = (asked: Pool): Db =>
    new PgDatabase(dialect, new PostgresJsSession(clientOver(asked), dialect, undefined), undefined);
  const db = over(pool);
  indexed.set(db, over({ ...pool, ask: async (question) => await pool.ask({ ...question, byIndex: true }) }));
  return { db, sql: sqlOver(pool, listener), close };
}

/** The second face of each database, whose questions are planned by the indices. */
const indexed = new WeakMap<Db, Db>();

/**
 * The same database for statements, outside of transactions, about tables that are empty now and have a million rows in an hour. Postgres
 * keeps the plan of a statement, and one that it made while there was next to nothing in a table reads the whole of it, then for every
 * row that is asked for: here it goes by the indices, whatever is in the table. Of a transaction it is just that.
 */
export function byIndex(db: Db): Db {
  return indexed.get(db) ?? db;
}

const dialect = new PgDialect({ casing: "snake_case" });

function sqlOver(pool: Pool, { listen }: Listener): Sql {
  const unsafe = async (text: string, values?: readonly unknown[]) => toRows(await pool.ask({ text, values }));
  const ask = async <Result>(parts: TemplateStringsArray, ...values: readonly unknown[]) => {
    const text = parts.reduce((before, part, index) => `${before}$${index}${part}`);
    return (await unsafe(text, values)) as Result;
  };
  return Object.assign(ask, { unsafe, listen });
}

const timestamptz = 1184;

/** Sessions leave times as text, for Drizzle; all others want dates. Several statements in one text have several answers. */
function toRows(answer: Answer | readonly Answer[]): Rows {
  if (!("columns" in answer)) {
    const rows = answer.flatMap(toRows);
    return Object.assign(rows, { count: rows.length });
  }
  const times = (answer.columns ?? []).filter(({ type }) => type === timestamptz).map(({ name }) => name);
  for (const row of answer)
    for (const name of times) if (typeof row[name] === "string") row[name] = new Date(row[name]);
  return answer;
}
