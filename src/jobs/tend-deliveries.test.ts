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
import { withApp } from "../../test/with-app.ts";
import { deliveries, deliveryLines } from "../db/schema/traffic.ts";
import { askHeardFrom, dropDeliveries, retryHost } from "./tend-deliveries.ts";

const minute = 60_000;

test("a host that is held back is asked at once when somebody says so", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example")]);
    await settle(app, await claim(app), failed);
    expect(shown(await claim(app))).toEqual([]);

    expect(await retryHost(app.db, "cats.example", app.now())).toBe(true);

    expect(shown(await claim(app))).toHaveLength(1);
    expect(await retryHost(app.db, "nobody.example", app.now())).toBe(false);
  }));

test("a host that is held back and is heard from is asked again at once, with one delivery, and then has everything", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    const inboxes = [inboxAt("cats.example"), inboxAt("dogs.example")];
    for (const name of ["a", "b"]) await makeOwed(app, signerId, name, inboxes, "one after the other");
    await settle(app, await claim(app), failed);

    expect(await askHeardFrom(app.db, ["birds.example", "cats.example"], app.now())).toEqual(["cats.example"]);

    const claims = await claim(app);
    expect(shown(claims)).toEqual(["cats.example: a"]);
    await settle(app, claims, delivered);
    expect(shown(await claim(app))).toEqual(["cats.example: b"]);
  }));

test("what comes to be owed to a host that was heard from does not wait either", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example")]);
    await settle(app, await claim(app), failed);
    // As when all that was owed has died.
    await app.db.delete(deliveries);
    await app.db.delete(deliveryLines);
    await askHeardFrom(app.db, ["cats.example"], app.now());

    await makeOwed(app, signerId, "b", [inboxAt("cats.example")]);

    expect(shown(await claim(app))).toEqual(["cats.example: b"]);
  }));

test("a host that speaks and takes nothing is asked for that reason once in half an hour", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("mute.example")]);
    await settle(app, await claim(app), failed);

    const asked: number[] = [];
    for (let minutes = 0; minutes <= 60; minutes++, app.advance(minute)) {
      await settle(app, await claim(app), failed);
      if ((await askHeardFrom(app.db, ["mute.example"], app.now())).length > 0) asked.push(minutes);
    }

    expect(asked).toEqual([0, 30, 60]);
  }));

test("a host that asked to be left alone is left alone, however much it says", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("busy.example")]);
    await settle(app, await claim(app), { kind: "busy", status: 429, retryAfter: 60 * minute });
    app.advance(59 * minute);

    expect(await askHeardFrom(app.db, ["busy.example"], app.now())).toEqual([]);

    app.advance(minute);
    expect(shown(await claim(app))).toEqual(["busy.example: a"]);
  }));

test("what is owed to a host can be dropped, and nothing of others goes with it", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example"), inboxAt("dogs.example")]);

    expect(await dropDeliveries(app.db, "cats.example")).toBe(1);
    expect(await dropDeliveries(app.db, "cats.example")).toBe(0);

    expect((await listDeliveries(app)).map((row) => JSON.stringify(row))).toEqual([expect.stringContaining("dogs")]);
    expect(shown(await claim(app)).filter((one) => !one.endsWith(": "))).toEqual(["dogs.example: a"]);
  }));
