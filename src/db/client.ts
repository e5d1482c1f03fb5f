import type { PgDatabase } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js";
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

type Options = postgres.Options<Record<string, postgres.PostgresType>>;

/** Connects to Postgres. Connections are opened when they are needed, so this succeeds while the database is away. */
export function connect(url: string, options: Options = {}): Connection {
  const { plainUrl, socket } = readSocket(url);
  const sql = postgres(plainUrl, {
    max: 10,
    onnotice: () => {},
    connection: { application_name: "folkmoot" },
    ...socket,
    ...options,
  });
  return { db: drizzle(sql, { casing: "snake_case" }), sql, close: () => sql.end({ timeout: 2 }) };
}

/** Understands `postgres:///name?host=/directory&user=name`, as libpq spells a Unix socket; postgres.js does not. */
function readSocket(url: string): { plainUrl: string; socket: Options } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const host = parsed?.searchParams.get("host");
  if (!parsed || !host) return { plainUrl: url, socket: {} };
  const given = ["host", "port", "user", "password"].flatMap((name) => {
    const value = parsed.searchParams.get(name);
    parsed.searchParams.delete(name);
    return value ? [[name, value]] : [];
  });
  return { plainUrl: parsed.href, socket: Object.fromEntries(given) };
}

/** Codes of a database that is away for now: Node's, postgres.js's, and those of SQLSTATE. */
const unavailable =
  /^(E(CONNREFUSED|CONNRESET|PIPE|NOENT|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH)|CONNECT(_TIMEOUT|ION_(CLOSED|ENDED|DESTROYED))|08...|57P0[1-3]|53300)$/;

/** Whether an error means that the database cannot be reached just now, and the same may succeed later. Doors answer "try again". */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string" && unavailable.test(error.code)) return true;
  return isUnavailable(error.cause) || (error instanceof AggregateError && error.errors.some(isUnavailable));
}
