import { expect, test } from "vitest";
import { withCommittedApp } from "../../test/with-app.ts";
import { judgeServer, openDatabase } from "./open-database.ts";

const safe = { server_version_num: "150018", fsync: "on", synchronous_commit: "on", full_page_writes: "on" };

test("the database of DATABASE_URL is opened, and told of without its password", () =>
  withCommittedApp(async ({ app, url }) => {
    const databaseUrl = new URL(url);
    databaseUrl.searchParams.set("password", "open sesame");

    const { connection, place, close } = await openDatabase({ ...app.config, databaseUrl: databaseUrl.href }, "serve");

    expect(await connection.sql`select 1 as one`).toHaveLength(1);
    expect(place).toMatch(/^the database folkmoot_test_\w+ on /);
    expect(place).not.toContain("sesame");
    await close();
  }));

test("a Postgres that keeps its word is not talked about", () => {
  expect(judgeServer(new Map(Object.entries(safe)))).toBeUndefined();
});

test("a Postgres before 15 is refused", () => {
  const old = new Map(Object.entries({ ...safe, server_version_num: "140011" }));

  expect(() => judgeServer(old)).toThrow("DATABASE_URL leads to Postgres 14: 15 or later is needed");
});

test.each(["fsync", "synchronous_commit", "full_page_writes"])("a Postgres without %s is warned of", (name) => {
  expect(judgeServer(new Map(Object.entries({ ...safe, [name]: "off" })))).toContain(`it has ${name} off`);
});
