import { expect, test } from "vitest";
import { copyTemplate } from "../../test/databases.ts";
import { connect } from "./client.ts";
import { migrate } from "./migrate.ts";

test("processes that start together migrate once", async () => {
  const { connection, url, drop } = await copyTemplate();
  await connection.sql`drop schema public cascade`;
  await connection.sql`create schema public`;
  await connection.sql`drop schema drizzle cascade`;
  const other = connect(url);

  await Promise.all([migrate(connection), migrate(other)]);

  const [row] = await connection.sql`select count(*)::int as times, count(distinct hash)::int as migrations
    from drizzle.__drizzle_migrations`;
  expect(row!.times).toBeGreaterThan(0);
  expect(row!.times).toBe(row!.migrations);
  await other.close();
  await drop();
});
