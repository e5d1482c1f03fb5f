import { expect, test } from "vitest";
import { withCommittedApp } from "../../test/with-app.ts";
import { createPool } from "./pool.ts";
import { createRecurring } from "./recurring.ts";

test("a text recurs once it has come often enough", () => {
  const recurs = createRecurring({ after: 2 });

  expect(["select 1", "select 1", "select 2", "select 1", "select 1"].map(recurs)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});

test("no more texts recur than the most allowed, and those that do go on", () => {
  const recurs = createRecurring({ after: 0, most: 2 });

  expect(["a", "b", "c", "a", "c"].map(recurs)).toEqual([true, true, false, true, false]);
});

test("what is asked again and again is prepared in its session, and what differs each time is not", () =>
  withCommittedApp(async ({ url }) => {
    const pool = createPool(url, 1);
    for (let time = 0; time < 10; time++) {
      const [row] = await pool.ask({ text: "select $1::int + 1 as next", values: [time] });
      await pool.ask({ text: `select $1::int as "n${time}"`, values: [time] });

      expect(row).toEqual({ next: time + 1 });
    }

    const statements = await pool.ask({ text: "select statement from pg_prepared_statements" });
    expect(statements.map((row) => row["statement"])).toEqual(["select $1::int + 1 as next"]);
    await pool.close();
  }));

test("a prepared statement goes on when its table has grown a column", () =>
  withCommittedApp(async ({ url, connection }) => {
    await connection.sql.unsafe("create table growing (id int)");
    const pool = createPool(url, 1);
    const ask = async () => await pool.ask({ text: "select * from growing where id = $1", values: [1] });
    for (let time = 0; time < 6; time++) await ask();
    await connection.sql.unsafe("alter table growing add column name text");
    await connection.sql.unsafe("insert into growing values (1, 'Pia')");

    expect([...(await ask())]).toEqual([{ id: 1, name: "Pia" }]);
    await pool.close();
  }));
