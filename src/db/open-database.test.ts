import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
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

test("who asks, and by which password, may stand among the parameters of an address on the network too", () =>
  withCommittedApp(async ({ app, url }) => {
    const given = new URL(url);
    const onNetwork = createServer((socket) => {
      socket.pipe(connectTo(given)).pipe(socket);
      socket.on("error", () => {});
    });
    await once(onNetwork.listen(0, "127.0.0.1"), "listening");
    const { port } = onNetwork.address() as AddressInfo;
    const user = given.searchParams.get("user") ?? given.username;
    const databaseUrl = `postgres://127.0.0.1:${port}${given.pathname}?user=${user}&password=sesame`;

    const { connection, close } = await openDatabase({ ...app.config, databaseUrl }, "serve");

    expect(await connection.sql`select 1 as one`).toHaveLength(1);
    await close();
    onNetwork.close();
  }));

/** Where the database of the tests listens: a socket of this machine, or a port. */
function connectTo({ searchParams, hostname, port }: URL): Socket {
  const directory = searchParams.get("host");
  return directory
    ? createConnection(`${directory}/.s.PGSQL.${searchParams.get("port") ?? "5432"}`)
    : createConnection(Number(port || 5432), hostname);
}

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
