import { isUtf8 } from "node:buffer";
import { type Column, getTableColumns, getTableName, type SQL, sql } from "drizzle-orm";
import type { PgInsertValue, PgTable } from "drizzle-orm/pg-core";
import type { Tx } from "./client.ts";

/**
 * Whether a column has one of many values. Like `inArray`, but the values travel as one parameter: a statement about two hundred rows is as
 * short as one about two, and is prepared once.
 */
export function anyOf(column: Column, values: Iterable<string>): SQL {
  const type = sql.raw(column.getSQLType());
  return sql`${column} = any(${sql.param([...new Set(values)])}::${type}[])`;
}

export interface InsertManyOptions {
  /** Leaves rows that are there already as they are. Unset: then the statement fails. */
  readonly keepExisting?: boolean;
}

/**
 * Inserts many rows of one shape, as one parameter too. Every row has the columns of the first; what they leave out gets its default.
 *
 * @returns the values of the column `returned` of those rows that were added, if it is named
 */
export async function insertMany<Table extends PgTable>(
  tx: Tx,
  table: Table,
  rows: readonly PgInsertValue<Table>[],
  { keepExisting = false }: InsertManyOptions = {},
  returned?: Column,
): Promise<readonly string[]> {
  const [first] = rows;
  if (!first) return [];
  const keys = Object.keys(getTableColumns(table)).filter((key) => key in first);
  const columns = sql.join(
    keys.map((key) => sql.identifier(toSnakeCase(key))),
    sql`, `,
  );
  const name = sql.identifier(getTableName(table));
  const json = JSON.stringify(rows.map((row) => toRecord(row, keys)));
  const added = await tx.execute<{ returned: string }>(sql`
    insert into ${name} (${columns})
    select ${columns} from json_populate_recordset(null::${name}, ${json}::json)
    ${keepExisting ? sql`on conflict do nothing` : sql``}
    ${returned ? sql`returning ${returned} as returned` : sql``}`);
  return added.map((row) => row.returned);
}

function toRecord(row: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [toSnakeCase(key), toJson(row[key])]));
}

/**
 * Bytes that are text travel as text, in Postgres's escape format; all others in hexadecimal, which is twice as long (Postgres manual,
 * section 8.4).
 */
function toJson(value: unknown): unknown {
  if (!Buffer.isBuffer(value)) return value;
  if (!isUtf8(value) || value.includes(0)) return `\\x${value.toString("hex")}`;
  return value.toString("utf8").replaceAll("\\", "\\\\");
}

function toSnakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
