import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import {
  claim,
  delivered,
  failed,
  inboxAt,
  listDeliveries,
  makeOwed,
  makeSigner,
  settle,
  shown,
} from "../../test/make-deliveries.ts";
import { withApp, withCommittedApp } from "../../test/with-app.ts";
import { limits } from "../core/limits.ts";
import { deliveryDepth, owe, oweInParts, redriveDeliveries } from "./deliveries.ts";
import { setPolicy } from "./peer-rules.ts";
import { createWake, listenFor } from "./wake.ts";

test("an activity keeps its first bytes and is owed to an inbox once", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    const activity = { id: "a", signerId, type: "Announce", audience: "public" } as const;
    const options = { orderKey: "a", now: app.now() };
    const [cats, dogs] = [inboxAt("cats.example"), inboxAt("dogs.example")];

    await app.db.transaction((tx) => owe(tx, { ...activity, body: "first" }, [cats, cats], options));
    await app.db.transaction((tx) => owe(tx, { ...activity, body: "second" }, [dogs, cats], options));

    expect(shown(await claim(app))).toEqual(["cats.example: a", "dogs.example: a"]);
    expect(await app.db.execute(sql`select body from activity`)).toMatchObject([{ body: "first" }]);
  }));

test("what is owed exists only when the transaction commits", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    const activity = { id: "a", signerId, type: "Announce", body: "{}", audience: "public" } as const;

    const attempt = app.db.transaction(async (tx) => {
      await owe(tx, activity, [inboxAt("cats.example")], { orderKey: "a", now: app.now() });
      throw new Error("the post could not be written");
    });

    await expect(attempt).rejects.toThrow("could not be written");
    expect(await claim(app)).toEqual([]);
    expect(await listDeliveries(app)).toEqual([]);
  }));

test("a blocked host is owed nothing, nor is a name below it; what was owed to it dies and says why", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "before", [inboxAt("evil.example"), inboxAt("good.example")]);

    await setPolicy(app.db, "evil.example", "blocked", app.now());
    const after = [inboxAt("evil.example"), inboxAt("very.evil.example"), inboxAt("notevil.example")];
    await makeOwed(app, signerId, "after", after);

    expect(shown(await claim(app))).toEqual(["good.example: before", "notevil.example: after"]);
    const dead = (await listDeliveries(app)).filter((row) => row.dead);
    expect(dead).toMatchObject([{ activity: "before", host: "evil.example", last_error: "the host is blocked" }]);
  }));

test("status shows by host what waits and what died, and the dead can be tried again", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("down.example"), inboxAt("gone.example"), inboxAt("well.example")]);
    const claims = await claim(app);
    const at = (host: string) => claims.filter((one) => one.host === host);
    await settle(app, at("down.example"), failed);
    await settle(app, at("gone.example"), { kind: "gone", status: 404, error: "answered 404" });
    await settle(app, at("well.example"), delivered);

    expect(await deliveryDepth(app.db)).toMatchObject([
      { host: "down.example", waiting: 1, dead: 0, failures: 1, lastError: "connect ECONNREFUSED" },
      { host: "gone.example", waiting: 0, dead: 1, failures: 0 },
    ]);

    expect(await redriveDeliveries(app.db, app.now(), "gone.example")).toBe(1);
    expect(shown(await claim(app))).toEqual(["gone.example: a"]);
  }));

test("trying the dead again asks a host that is held back at once, with one delivery", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("old.example")]);
    await settle(app, await claim(app), { kind: "gone", status: 410 });
    await makeOwed(app, signerId, "b", [inboxAt("old.example")]);
    await settle(app, await claim(app), failed);
    expect(await claim(app)).toEqual([]);

    await redriveDeliveries(app.db, app.now());

    const [probe] = await claim(app);
    expect(probe?.rows).toHaveLength(1);
  }));

test("what is owed in parts is owed whole, in order, and once though it is repeated", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    const count = limits.deliveriesPerPart + 50;
    const deliveries = Array.from({ length: count }, (_, index) => inboxAt(`host${index}.example`));
    const owed = ["post", "edit", "nobody"].map((id) => ({
      activity: { id, signerId, type: "Announce", body: "{}", audience: "public" } as const,
      deliveries: id === "nobody" ? [] : deliveries,
      orderKey: "post",
    }));

    await oweInParts(app.db, owed, app.now());
    await oweInParts(app.db, owed, app.now());

    const rows = await listDeliveries(app);
    expect(rows).toHaveLength(2 * count);
    for (const host of ["host0.example", `host${count - 1}.example`]) {
      expect(rows.filter((row) => row.host === host).map(({ activity }) => activity)).toEqual(["post", "edit"]);
    }
    expect(await app.db.execute(sql`select id from activity order by id`)).toHaveLength(3);
  }));

test("a worker in another process hears of what is owed when it is committed", () =>
  withCommittedApp(async ({ app, connection }) => {
    const signerId = await makeSigner(app);
    const wake = createWake();
    const end = await listenFor(connection.sql, "folkmoot_delivery", wake);
    await wake.wait(0);

    const heard = wake.wait(longerThanATest);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example")]);
    await heard;

    await end();
  }));

/** In milliseconds. */
const longerThanATest = 60 * 60_000;

test("many that owe to the same hosts at once do not stand in each other's way", () =>
  withCommittedApp(async ({ app }) => {
    const signerId = await makeSigner(app);
    const hosts = Array.from({ length: 600 }, (_, index) => inboxAt(`host${index}.example`));
    await makeOwed(app, signerId, "hello", hosts);
    await settle(app, await claim(app, { careful: 1_000 }), delivered);

    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        makeOwed(app, signerId, `a${index}`, index % 2 === 0 ? hosts : hosts.toReversed()),
      ),
    );

    expect(await listDeliveries(app)).toHaveLength(8 * 600);
    expect(await claim(app, { quick: 1_000 })).toHaveLength(600);
  }));
