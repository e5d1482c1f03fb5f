import { expect, test } from "vitest";
import { withCommittedApp } from "../../test/with-app.ts";
import { watchOutages } from "./outage.ts";
import { createPool } from "./pool.ts";
import { openSession, type SessionOptions } from "./session.ts";

test("that the database went away is said once, with the reason, and once that it is back", () =>
  withCommittedApp(async ({ connection, url }) => {
    let gone = false;
    const open = (place: string, options: SessionOptions) =>
      openSession(gone ? "postgres://nobody@127.0.0.1:1/nothing" : place, options);
    const said: string[] = [];
    const pool = watchOutages(createPool(url, 2, undefined, open), {
      onAway: (reason) => said.push(`away: ${reason}`),
      onBack: (seconds) => said.push(`back after ${seconds} s`),
    });
    const ask = () => pool.ask({ text: "select 1 as one" });
    const lost = pool.withSession(async (session) => {
      const [self] = await session.ask({ text: "select pg_backend_pid() as pid" });
      gone = true;
      await connection.sql`select pg_terminate_backend(${self!["pid"]}, 1000)`;
      await session.ask({ text: "select 1" });
    });
    await expect(lost).rejects.toThrow();
    await expect(ask()).rejects.toThrow("ECONNREFUSED");
    await expect(Promise.all([ask(), ask()])).rejects.toThrow("ECONNREFUSED");
    expect(said).toEqual([expect.stringMatching(/^away: .*\(\w+\)$/)]);

    gone = false;
    await Promise.all([ask(), ask()]);
    await ask();

    expect(said.slice(1)).toEqual([expect.stringMatching(/^back after \d+ s$/)]);
    await pool.close();
    await expect(ask()).rejects.toThrow("closed");
    expect(said).toHaveLength(2);
  }));
