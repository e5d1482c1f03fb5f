import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { urlOfDatabase } from "../../test/databases.ts";
import { withCommittedApp } from "../../test/with-app.ts";
import { connect, isUnavailable } from "./client.ts";
import { createPool } from "./pool.ts";
import { openSession, type Session } from "./session.ts";

test("there are never more sessions than allowed, and whoever waits is served in turn", () =>
  withCommittedApp(async ({ url }) => {
    const pool = createPool(url, 2);
    const served: number[] = [];
    let atOnce = 0;
    let most = 0;

    const pids = await Promise.all(
      Array.from({ length: 8 }, (_, place) =>
        pool.withSession(async (session) => {
          most = Math.max(most, ++atOnce);
          served.push(place);
          const pid = await pidOf(session);
          atOnce--;
          return pid;
        }),
      ),
    );

    expect(most).toBe(2);
    expect(served).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(pids).size).toBe(2);
    await pool.close();
  }));

test("a transaction that lost its connection does not go on in the session of another", () =>
  withCommittedApp(async ({ connection, url }) => {
    const { db, sql, close } = connect(url, { max: 1 });
    await connection.sql`create table said (word text)`;
    const lost = db.transaction(async (tx) => {
      const [self] = await tx.execute<{ pid: number }>("select pg_backend_pid() as pid");
      await connection.sql`select pg_terminate_backend(${self!.pid}, 1000)`;
      await tx.execute("insert into said values ('first')").catch(() => {});
      await tx.execute("insert into said values ('too late')");
    });
    const next = sql`insert into said values ('next')`.catch(() => sql`insert into said values ('next')`);

    const error = await lost.catch((reason: unknown) => reason);
    await next;

    expect(isUnavailable(error)).toBe(true);
    expect(await connection.sql`select word from said`).toEqual([{ word: "next" }]);
    await close();
  }));

test("statements that begin a transaction and fail leave it to nobody", () =>
  withCommittedApp(async ({ url }) => {
    const { sql, close } = connect(url, { max: 1 });

    await expect(sql.unsafe("begin; select 1 / 0; commit")).rejects.toThrow("division by zero");

    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
    await close();
  }));

test("a transaction in which a failure was hushed up is not taken for committed", () =>
  withCommittedApp(async ({ app, connection }) => {
    await connection.sql`create table said (word text)`;

    const hushed = app.db.transaction(async (tx) => {
      await tx.execute("insert into said values ('hello')");
      await tx.execute("select from nowhere").catch(() => {});
    });

    await expect(hushed).rejects.toThrow("the transaction was undone");
    expect(await connection.sql`select word from said`).toEqual([]);
  }));

test("transactions begun at once within another wait for each other", () =>
  withCommittedApp(async ({ app, connection }) => {
    await connection.sql`create table said (word text unique)`;

    const results = await app.db.transaction(
      async (tx) =>
        await Promise.allSettled(
          ["hello", "hello", "goodbye"].map((word) =>
            tx.transaction(async (inner) => await inner.execute(`insert into said values ('${word}')`)),
          ),
        ),
    );

    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await connection.sql`select word from said`).toEqual([{ word: "hello" }, { word: "goodbye" }]);
  }));

test("closing ends what does not end by itself, and refuses what comes after", () =>
  withCommittedApp(async ({ url }) => {
    const pool = createPool(url, 1, 0);
    const endless = pool.ask({ text: "select pg_sleep(60)" }).catch((reason: unknown) => reason);
    const waiting = pool.ask({ text: "select 1" }).catch((reason: unknown) => reason);

    await pool.close();

    expect(isUnavailable(await endless)).toBe(true);
    expect(isUnavailable(await waiting)).toBe(true);
    await expect(pool.ask({ text: "select 1" })).rejects.toSatisfy(isUnavailable);
  }));

test("a session that is closed while it is being opened leaves nothing behind that fails unheard", () =>
  withCommittedApp(async ({ url }) => {
    for (let turn = 0; turn < 60; turn++) {
      const pool = createPool(url, 1, 0);
      const answer = pool.ask({ text: "select 1" }).catch((reason: unknown) => reason);
      await sleep(turn / 10);
      await pool.close();
      await answer;
    }
  }));

test("texts go in as arrays, whatever is in them", () =>
  withCommittedApp(async ({ connection }) => {
    const words = ['"', "\\", "a,b", "{}", "null", "", " x "];

    const [row] = await connection.sql<{ words: string[]; many: number }[]>`
      select to_json(${words}::text[]) as words, cardinality(${words}::varchar[]) as many`;

    expect(row).toEqual({ words, many: words.length });
  }));

async function pidOf(session: Session): Promise<number> {
  const [row] = await session.ask({ text: "select pg_backend_pid() as pid" });
  return row!.pid;
}

test("a session that Postgres does not let in is over", () =>
  withCommittedApp(async ({ url }) => {
    const session = openSession(urlOfDatabase(url, "nowhere"));

    await expect(session.ask({ text: "select 1" })).rejects.toThrow('database "nowhere" does not exist');

    expect(session.alive).toBe(false);
  }));
