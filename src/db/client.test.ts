import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { withApp, withCommittedApp } from "../../test/with-app.ts";
import { byIndex, connect, type Db, isUnavailable } from "./client.ts";

test.each([
  ["nobody listens", "postgres://folkmoot@127.0.0.1:1/folkmoot"],
  ["the host has no name", "postgres://folkmoot@nowhere.invalid/folkmoot"],
  ["there is no socket", "postgres:///folkmoot?host=/nonexistent"],
])("a database is unavailable when %s", async (_, url) => {
  const { sql, close } = connect(url);

  const error = await sql`select 1`.catch((reason: unknown) => reason);

  expect(isUnavailable(error)).toBe(true);
  await close();
});

test("a copy of an error says as well that the database is away", () => {
  expect(isUnavailable({ name: "PostgresError", code: "57P03", message: "the database system is starting up" })).toBe(
    true,
  );
  expect(isUnavailable({ ...new Error("a job failed"), cause: { code: "ECONNREFUSED" } })).toBe(true);
  expect(isUnavailable({ code: "42P01" })).toBe(false);
  expect(isUnavailable("57P03")).toBe(false);
});

test("a database is unavailable to a transaction that it cuts off, and there for the next", () =>
  withCommittedApp(async ({ connection, url }) => {
    const { db, close } = connect(url, { max: 1 });
    for (let time = 0; time < 3; time++) {
      const cutOff = db.transaction(async (tx) => {
        const [self] = await tx.execute<{ pid: number }>("select pg_backend_pid() as pid");
        await connection.sql`select pg_terminate_backend(${self!.pid})`;
        await tx.execute("select 1");
      });

      const error = await cutOff.catch((reason: unknown) => reason);

      expect(isUnavailable(error)).toBe(true);
      expect(await whenAvailable(() => db.execute("select 1 as one"))).toHaveLength(1);
    }
    await close();
  }));

test("a query that is wrong says nothing of the database being away", () =>
  withApp(async (app) => {
    const wrong = app.db.transaction(async (tx) => await tx.execute("select from nowhere"));

    const error = await wrong.catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(Error);
    expect(isUnavailable(error)).toBe(false);
  }));

/** A connection that is just dying may take one more question with it. */
async function whenAvailable<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return await whenAvailable(ask);
  }
}

test("what is asked by the indices is planned so, and nothing else is, though it is asked over the same session", () =>
  withCommittedApp(async ({ url }) => {
    const { db, close } = connect(url, { max: 1 });
    const reading = async (asked: Db) => {
      const [row] = await asked.execute<{ setting: string }>(
        sql`select setting from pg_settings where name = 'enable_seqscan'`,
      );
      return row?.setting;
    };

    const settings = [await reading(byIndex(db)), await reading(byIndex(db)), await reading(db)];
    settings.push(await reading(byIndex(db)));
    const within = await db.transaction(async (tx) => [await reading(tx), await reading(byIndex(tx))]);

    expect(settings).toEqual(["off", "off", "on", "off"]);
    expect(within).toEqual(["on", "on"]);
    await close();
  }));
