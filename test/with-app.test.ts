import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { JobKind } from "../src/app.ts";
import { settings } from "../src/db/schema/server.ts";
import { listJobs, runJobs } from "./jobs.ts";
import { withApp, withCommittedApp } from "./with-app.ts";

const greet: JobKind<{ name: string }> = { name: "greet" };

test.each([1, 2])("a test leaves nothing behind for the next one (%i)", () =>
  withApp(async (app) => {
    expect(await app.db.$count(settings)).toBe(0);
    expect(await listJobs(app, greet)).toEqual([]);

    await app.db.transaction(async (tx) => {
      await tx.insert(settings).values({ name: "origin", value: "here" });
      await app.jobs.enqueue(tx, greet, [{ name: "ada" }]);
    });

    expect(await app.db.$count(settings)).toBe(1);
    expect(await listJobs(app, greet)).toEqual([{ name: "ada" }]);
  }),
);

test("a refused command undoes its own transaction and no more", () =>
  withApp(async (app) => {
    await app.db.insert(settings).values({ name: "kept", value: "yes" });

    const refused = app.db.transaction(async (tx) => {
      await app.jobs.enqueue(tx, greet, [{ name: "ada" }]);
      await tx.insert(settings).values({ name: "kept", value: "again" });
    });

    await expect(refused).rejects.toThrow();
    expect(await app.db.$count(settings)).toBe(1);
    expect(await listJobs(app, greet)).toEqual([]);
  }));

test("jobs run when the clock of the test says so", () =>
  withApp(async (app) => {
    const greeted: string[] = [];
    const run = () => runJobs(app, greet, async (batch) => void greeted.push(...batch.map(({ name }) => name)));
    await app.db.transaction(async (tx) => {
      await app.jobs.enqueue(tx, greet, [{ name: "ada" }, { name: "bob" }]);
      await app.jobs.enqueue(tx, greet, [{ name: "mo" }], { startAfter: new Date(app.now().getTime() + 60_000) });
    });

    await run();
    expect(greeted).toEqual(["ada", "bob"]);

    app.advance(60_000);
    await run();
    expect(greeted).toEqual(["ada", "bob", "mo"]);
  }));

test("what is committed stands, for every connection to that database", () =>
  withCommittedApp(async ({ app, connection }) => {
    await app.db.insert(settings).values({ name: "origin", value: "here" });

    const rows = await connection.sql`select value from setting`;

    expect(rows.map(({ value }) => value)).toEqual(["here"]);
    expect(await app.db.execute(sql`select 1 as one`)).toHaveLength(1);
  }));
