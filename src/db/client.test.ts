import { expect, test } from "vitest";
import { withApp, withCommittedApp } from "../../test/with-app.ts";
import { connect, isUnavailable } from "./client.ts";

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
