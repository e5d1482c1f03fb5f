import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import {
  claim,
  delivered,
  failed,
  inboxAt,
  listDeliveries,
  makeOwed,
  makeQuick,
  makeSigner,
  settle,
  shown,
} from "../../test/make-deliveries.ts";
import { withApp, withCommittedApp } from "../../test/with-app.ts";
import { limits } from "../core/limits.ts";
import type { Connection } from "../db/client.ts";

test("a host is served in its turn, however much is owed to another", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeQuick(app, signerId, ["busy.example", "calm.example"]);
    for (let index = 0; index < 40; index++) await makeOwed(app, signerId, `a${index}`, [inboxAt("busy.example")]);
    app.advance(1);
    await makeOwed(app, signerId, "b", [inboxAt("calm.example")]);

    const first = await claim(app, { quick: 1 });
    await settle(app, first, delivered);
    const second = await claim(app, { quick: 1 });

    expect(first).toMatchObject([{ host: "busy.example", more: true }]);
    expect(first[0]!.rows).toHaveLength(limits.deliveriesPerClaim);
    expect(shown(second)).toEqual(["calm.example: b"]);
  }));

test("slow and unknown hosts are taken apart from the quick ones", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeQuick(app, signerId, ["quick.example"]);
    await makeOwed(app, signerId, "slow", [inboxAt("slow.example")]);
    await settle(app, await claim(app), delivered, limits.quickAnswer + 1);
    await makeOwed(app, signerId, "a", [inboxAt("quick.example"), inboxAt("slow.example"), inboxAt("new.example")]);

    expect(shown(await claim(app, { careful: 0 }))).toEqual(["quick.example: a"]);
    expect(shown(await claim(app, { quick: 0 }))).toEqual(["new.example: a", "slow.example: a"]);
  }));

test("a host belongs to one worker at a time", () =>
  withCommittedApp(async ({ app }) => {
    const signerId = await makeSigner(app);
    const hosts = Array.from({ length: 50 }, (_, index) => inboxAt(`host${index}.example`));
    await makeOwed(app, signerId, "a", hosts);

    const claims = (await Promise.all(Array.from({ length: 5 }, () => claim(app, { careful: 20 })))).flat();

    expect(claims).toHaveLength(50);
    expect(new Set(claims.map(({ host }) => host)).size).toBe(50);
  }));

test("when a worker dies its hosts are taken over, and what it says afterwards moves nothing", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example")]);
    const lost = await claim(app, { lease: -1 });

    const taken = await claim(app);
    await settle(app, lost, failed);

    expect(shown(taken)).toEqual(["cats.example: a"]);
    expect(await claim(app)).toEqual([]);
    expect(await listDeliveries(app)).toMatchObject([{ activity: "a", attempts: 0 }]);
    expect(await app.db.execute(sql`select * from peer`)).toEqual([]);
  }));

test("what a worker delivered is delivered, even if it lost its lease", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example")]);
    const lost = await claim(app, { lease: -1 });
    const taken = await claim(app);

    await settle(app, lost, delivered);

    expect(await listDeliveries(app)).toEqual([]);
    await settle(app, taken, delivered);
    expect(await app.db.execute(sql`select * from delivery_line`)).toEqual([]);
  }));

test("whoever lost its lease does not open the host to a third", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeQuick(app, signerId, ["cats.example"]);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example")]);
    const lost = await claim(app, { lease: -1 });
    const taken = await claim(app);

    await settle(app, lost, delivered);
    await makeOwed(app, signerId, "b", [inboxAt("cats.example")]);

    expect(shown(taken)).toEqual(["cats.example: a"]);
    expect(await claim(app)).toEqual([]);
  }));

test("what is owed while a host is being served is found when it is given back", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeQuick(app, signerId, ["cats.example"]);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example")]);
    const claims = await claim(app);
    await makeOwed(app, signerId, "b", [inboxAt("cats.example")]);
    expect(await claim(app)).toEqual([]);

    await settle(app, claims, delivered);

    expect(shown(await claim(app))).toEqual(["cats.example: b"]);
  }));

test("nothing that is owed is forgotten while others are delivered and settled", () =>
  withCommittedApp(async ({ app }) => {
    const signerId = await makeSigner(app);
    const hosts = ["a.example", "b.example", "c.example"].map(inboxAt);
    let owing = true;
    const work = async () => {
      for (let empty = 0; owing || empty < 2; ) {
        const claims = await claim(app);
        empty = claims.length === 0 ? empty + 1 : 0;
        await settle(app, claims, delivered);
      }
    };
    const workers = [work(), work(), work()];

    for (let index = 0; index < 60; index++) await makeOwed(app, signerId, `a${index}`, hosts);
    owing = false;
    await Promise.all(workers);

    expect(await listDeliveries(app)).toEqual([]);
    expect(await app.db.execute(sql`select * from delivery_line`)).toEqual([]);
  }));

test("what was not tried is given back as it was", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example")]);

    await settle(app, await claim(app), undefined);

    expect(shown(await claim(app))).toEqual(["cats.example: a"]);
    expect(await listDeliveries(app)).toMatchObject([{ attempts: 0 }]);
  }));

test("an edit never overtakes its post, while other posts pass", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeQuick(app, signerId, ["cats.example"]);
    await makeOwed(app, signerId, "post", [inboxAt("cats.example")], "post");
    await makeOwed(app, signerId, "other", [inboxAt("cats.example")], "other");
    const poison = (id: string) => (id === "post" ? { kind: "failed" as const, status: 500 } : delivered);
    await settle(app, await claim(app), poison);

    await makeOwed(app, signerId, "edit", [inboxAt("cats.example")], "post");
    await makeOwed(app, signerId, "third", [inboxAt("cats.example")], "third");

    expect(shown(await claim(app, { lease: -1 }))).toEqual(["cats.example: third"]);
    app.advance(3 * 60_000);
    const retried = await claim(app);
    expect(shown(retried)).toEqual(["cats.example: post third"]);
    await settle(app, retried, delivered);
    expect(shown(await claim(app))).toEqual(["cats.example: edit"]);
  }));

test("a host that fails is left alone, then asked with one delivery, and opened again by its answer", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    for (const name of ["a", "b", "c"]) await makeOwed(app, signerId, name, [inboxAt("cats.example")]);
    await settle(app, await claim(app), (id) => (id === "a" ? failed : undefined));
    expect(await claim(app)).toEqual([]);

    app.advance(3 * 60_000);
    const probes = [...(await claim(app)), ...(await claim(app))];
    expect(probes).toHaveLength(1);
    expect(probes[0]!.rows).toHaveLength(1);

    await settle(app, probes, delivered);
    const rest = await claim(app);
    expect(rest[0]!.rows).toHaveLength(2);
  }));

test("what is owed to a host that is held back waits for it to be asked", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example")]);
    await settle(app, await claim(app), failed);

    await makeOwed(app, signerId, "b", [inboxAt("cats.example")]);

    expect(await claim(app)).toEqual([]);
  }));

test("one activity that a server cannot digest is not taken for a dead server", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    const poison = (id: string) => (id === "poison" ? { kind: "failed" as const, status: 500 } : delivered);
    await makeOwed(app, signerId, "poison", [inboxAt("cats.example")]);
    await settle(app, await claim(app), poison);
    for (const name of ["a", "b"]) await makeOwed(app, signerId, name, [inboxAt("cats.example")]);

    for (let hour = 0; hour < 3; hour++) {
      app.advance(60 * 60_000);
      await settle(app, await claim(app), poison);
    }

    expect(await listDeliveries(app)).toMatchObject([{ activity: "poison", dead: false }]);
  }));

test("plans made while next to nothing is owed do not read the whole line when much is", () =>
  withCommittedApp(async ({ app, connection }) => {
    const signerId = await makeSigner(app);
    const hosts = Array.from({ length: 60 }, (_, index) => `host${index}.example`);
    const inboxes = hosts.map(inboxAt);
    await makeQuick(app, signerId, hosts);
    await app.db.execute(sql`vacuum analyze delivery, delivery_line, peer`);
    // So often that the statements are prepared, and the plan of each is kept.
    for (let round = 0; round < 16; round++) {
      await makeOwed(app, signerId, `few ${round}`, inboxes.slice(0, 3));
      await settle(app, await claim(app), delivered);
    }
    for (let round = 0; round < 10; round++) await makeOwed(app, signerId, `many ${round}`, inboxes);

    const before = await countScans(connection);
    await settle(app, await claim(app), delivered);
    const after = await countScans(connection);

    expect(await listDeliveries(app)).toEqual([]);
    expect(after).toBe(before);
  }));

/** How often the tables of what is owed were read whole, as counted by Postgres. */
async function countScans({ sql }: Connection): Promise<number> {
  await sql`select pg_stat_force_next_flush()`;
  const [row] = await sql<{ scans: number }[]>`
    select sum(seq_scan)::int as scans from pg_stat_user_tables where relname in ('delivery', 'delivery_line')`;
  return row!.scans;
}
