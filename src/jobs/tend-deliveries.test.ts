import { expect, test } from "vitest";
import {
  claim,
  failed,
  inboxAt,
  listDeliveries,
  makeOwed,
  makeSigner,
  settle,
  shown,
} from "../../test/make-deliveries.ts";
import { withApp } from "../../test/with-app.ts";
import { dropDeliveries, retryHost } from "./tend-deliveries.ts";

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

test("what is owed to a host can be dropped, and nothing of others goes with it", () =>
  withApp(async (app) => {
    const signerId = await makeSigner(app);
    await makeOwed(app, signerId, "a", [inboxAt("cats.example"), inboxAt("dogs.example")]);

    expect(await dropDeliveries(app.db, "cats.example")).toBe(1);
    expect(await dropDeliveries(app.db, "cats.example")).toBe(0);

    expect((await listDeliveries(app)).map((row) => JSON.stringify(row))).toEqual([expect.stringContaining("dogs")]);
    expect(shown(await claim(app)).filter((one) => !one.endsWith(": "))).toEqual(["dogs.example: a"]);
  }));
