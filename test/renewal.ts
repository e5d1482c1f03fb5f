import type { Sql } from "../src/db/client.ts";

/** How a database is made as new: to empty one takes a small part of the time that another copy takes. */
export interface Renewal {
  /** What the tables look like. */
  readonly shape: string;
  /** Empties what little a test has left; unset where Postgres does not allow it. */
  readonly sweep: ((tables: readonly string[]) => string) | undefined;
  /** Empties all tables, however much is in them. */
  readonly truncate: string;
  /** Puts back what is there from the beginning. */
  readonly fill: string;
}

/** What differs when a test has changed the tables themselves, or what the planner knows of them. */
const shapeOf = `select (select count(*) from pg_class) as classes, (select count(*) from pg_attribute) as columns,
  (select count(*) from pg_constraint) as constraints, (select count(*) from pg_trigger) as triggers,
  (select count(*) from pg_proc) as functions, (select count(*) from pg_statistic where starelid >= 16384) as statistics`;

const ours = `from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'pgboss')`;

/** As much of a table as the planner takes for nothing, in bytes: where more has been, rows would lie in another order than in a new one. */
const little = 10 * 8192;

/** What large values may take up beside that: they stay in memory until their table is truncated. */
const littleApart = 1024 ** 2;

const sizes = `select c.oid::regclass::text as name, pg_relation_size(c.oid)::int as size,
  coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0)::int as apart ${ours} and c.relkind = 'r' and pg_relation_size(c.oid) > 0`;

/** Looks at a database that nobody has touched yet. */
export async function planRenewal(sql: Sql): Promise<Renewal> {
  const tables = await sql.unsafe(
    `select c.oid::regclass::text as name ${ours} and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const names = tables.map(({ name }) => String(name));
  const filled: string[] = [];
  for (const name of names) {
    const [kept] = await sql.unsafe(`select quote_literal(jsonb_agg(kept)) as rows from ${name} kept`);
    if (kept?.["rows"])
      filled.push(`insert into ${name} select * from jsonb_populate_recordset(null::${name}, ${kept["rows"]})`);
  }
  const [may] = await sql.unsafe(`select has_parameter_privilege('session_replication_role', 'set') as sweep`);
  return {
    shape: JSON.stringify(await sql.unsafe(shapeOf)),
    sweep: may?.["sweep"] === true ? sweepOf : undefined,
    truncate: `truncate ${names.join(", ")} restart identity`,
    fill: filled.join(";"),
  };
}

/** Rows go without any trigger, so in any order: also those that nothing may take away. */
function sweepOf(tables: readonly string[]): string {
  return [
    "set session_replication_role = replica",
    ...tables.map((table) => `delete from ${table}`),
    "set session_replication_role = origin",
    `select setval(seqrelid, seqstart, false) from pg_sequence join pg_class c on c.oid = seqrelid
      join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'pgboss')`,
  ].join(";");
}

/**
 * Ends whatever a test left running, and empties all tables as if they had never been filled.
 *
 * @param idle the processes that serve sessions of which nobody makes use
 * @returns whether all is as in the template
 */
export async function renew(sql: Sql, renewal: Renewal, idle: readonly number[]): Promise<boolean> {
  await sql.unsafe(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> all ('{${idle.join()}}') and pid <> pg_backend_pid() and backend_type = 'client backend'`);
  if (JSON.stringify(await sql.unsafe(shapeOf)) !== renewal.shape) return false;
  const used = await sql.unsafe(sizes);
  const isLittle = used.every(({ size, apart }) => Number(size) <= little && Number(apart) <= littleApart);
  const empty = isLittle ? renewal.sweep?.(used.map(({ name }) => String(name))) : undefined;
  await sql.unsafe([empty ?? renewal.truncate, renewal.fill].join(";"));
  return true;
}
