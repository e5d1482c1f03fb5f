import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { type Connection, connect, type Sql } from "../src/db/client.ts";

/** Makes a database on a server, and answers with its URL. Its files are copied as they are: to write them to the log first takes longer. */
export async function createDatabase(server: string, name: string, template = "template1"): Promise<string> {
  await command(server, `create database "${name}" template "${template}" strategy file_copy`);
  return urlOfDatabase(server, name);
}

/** Also while somebody is in it. */
export async function dropDatabase(server: string, name: string): Promise<void> {
  await command(server, `drop database if exists "${name}" with (force)`);
}

/** The same server, another database. */
export function urlOfDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** A copy of the migrated database, with the way to be rid of it. */
export async function copyTemplate(): Promise<{ connection: Connection; url: string; drop(): Promise<void> }> {
  const { url: server, template } = inject("testServer");
  const name = `${template}_${randomUUID().slice(0, 8)}`;
  const url = await createDatabase(server, name, template);
  const connection = connect(url);
  const drop = async () => {
    await connection.close();
    await dropDatabase(server, name);
  };
  return { connection, url, drop };
}

/** A database that is as the template, and the way to leave it to another test. */
export interface BorrowedDatabase {
  readonly connection: Connection;
  readonly url: string;
  giveBack(): Promise<void>;
}

/** What tests left behind, by URL. They go with the server, at the end of all. */
const spare: string[] = [];

/** How a database of this worker is made as new: to empty one takes a fifth of the time that another copy takes. */
let renewal: Promise<Renewal> | undefined;

interface Renewal {
  readonly shape: unknown;
  readonly statements: string;
}

/** An empty migrated database: one that another test has left, or a copy. */
export async function borrowDatabase(): Promise<BorrowedDatabase> {
  for (let left = spare.pop(); left !== undefined; left = spare.pop()) {
    const connection = connect(left);
    if (await renew(connection.sql)) return borrowed(connection, left);
    await connection.close();
    await dropDatabase(inject("testServer").url, new URL(left).pathname.slice(1));
  }
  const { connection, url } = await copyTemplate();
  renewal ??= planRenewal(connection.sql);
  await renewal;
  return borrowed(connection, url);
}

function borrowed(connection: Connection, url: string): BorrowedDatabase {
  const giveBack = async () => {
    await connection.close();
    spare.push(url);
  };
  return { connection, url, giveBack };
}

/** Ends whatever a test left running, and empties all tables as if they had never been filled. @returns whether all is as in the template */
async function renew(sql: Sql): Promise<boolean> {
  const { statements, shape } = await renewal!;
  await sql.unsafe(`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`);
  const [now] = await sql.unsafe(shapeOf);
  if (JSON.stringify(now) !== JSON.stringify(shape)) return false;
  await sql.unsafe(statements);
  return true;
}

/** What differs when a test has changed the tables themselves, or what the planner knows of them. */
const shapeOf = `select (select count(*) from pg_class) as classes, (select count(*) from pg_attribute) as columns,
  (select count(*) from pg_constraint) as constraints, (select count(*) from pg_trigger) as triggers,
  (select count(*) from pg_proc) as functions, (select count(*) from pg_statistic where starelid >= 16384) as statistics`;

/** Looks at a database that nobody has touched yet. */
async function planRenewal(sql: Sql): Promise<Renewal> {
  const tables = await sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'pgboss') order by 1`;
  const statements = [`truncate ${tables.map(({ name }) => name).join(", ")} restart identity`];
  for (const { name } of tables) {
    const [kept] = await sql.unsafe(`select quote_literal(jsonb_agg(kept)) as rows from ${name} kept`);
    if (kept?.["rows"])
      statements.push(`insert into ${name} select * from jsonb_populate_recordset(null::${name}, ${kept["rows"]})`);
  }
  const [shape] = await sql.unsafe(shapeOf);
  return { shape, statements: statements.join(";") };
}

async function command(server: string, text: string): Promise<void> {
  const { sql, close } = connect(server, { max: 1 });
  try {
    await sql.unsafe(text);
  } finally {
    await close();
  }
}
