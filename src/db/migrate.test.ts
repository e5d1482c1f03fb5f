import { expect, test } from "vitest";
import { copyTemplate } from "../../test/databases.ts";
import { type Connection, connect } from "./client.ts";
import { migrate } from "./migrate.ts";

test("processes that start together migrate once", async () => {
  const { connection, url, drop } = await copyTemplate();
  await empty(connection);
  const other = connect(url);

  await Promise.all([migrate(connection), migrate(other)]);

  const [row] = await countMigrations(connection);
  expect(row!.times).toBeGreaterThan(0);
  expect(row!.times).toBe(row!.migrations);
  await other.close();
  await drop();
});

test("one session is enough to migrate", async () => {
  const { connection, url, drop } = await copyTemplate();
  await empty(connection);
  const narrow = connect(url, { max: 1 });

  await migrate(narrow);

  const [row] = await countMigrations(connection);
  expect(row!.times).toBeGreaterThan(0);
  await narrow.close();
  await drop();
});

async function empty({ sql }: Connection): Promise<void> {
  await sql`drop schema public cascade`;
  await sql`create schema public`;
  await sql`drop schema drizzle cascade`;
}

async function countMigrations({ sql }: Connection) {
  return await sql<{ times: number; migrations: number }[]>`
    select count(*)::int as times, count(distinct hash)::int as migrations from drizzle.__drizzle_migrations`;
}
