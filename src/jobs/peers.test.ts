import { expect, test } from "vitest";
import { withApp } from "../../test/with-app.ts";
import { createBlockList, setPolicy } from "./peer-rules.ts";
import { findPeers, listSoftwareDue, recordSoftware } from "./peers.ts";

const day = 24 * 60 * 60 * 1000;

test("what a server runs is kept until it says otherwise, not until it is silent once", () =>
  withApp(async (app) => {
    const now = app.now();
    const dueAt = new Date(now.getTime() + day);
    await recordSoftware(app.db, [{ host: "cats.example", software: "mastodon", version: "4.5.0", dueAt }], now);
    await recordSoftware(app.db, [{ host: "cats.example", dueAt }], now);
    expect((await findPeers(app.db, ["cats.example"])).get("cats.example")).toMatchObject({
      software: "mastodon",
      softwareVersion: "4.5.0",
    });

    await recordSoftware(app.db, [{ host: "cats.example", software: "lemmy", dueAt }], now);
    expect((await findPeers(app.db, ["cats.example"])).get("cats.example")).toMatchObject({
      software: "lemmy",
      softwareVersion: undefined,
    });
  }));

test("a server is asked what it runs when it is new or its answer has grown old", () =>
  withApp(async (app) => {
    const dueAt = new Date(app.now().getTime() + day);
    await recordSoftware(app.db, [{ host: "known.example", software: "mastodon", dueAt }], app.now());
    const hosts = ["known.example", "new.example", "new.example"];

    expect(await listSoftwareDue(app.db, hosts, app.now())).toEqual(["new.example"]);
    expect([...(await listSoftwareDue(app.db, hosts, dueAt))].sort()).toEqual(["known.example", "new.example"]);
  }));

test("a block counts for the host and the names below it, and is known within ten seconds", () =>
  withApp(async (app) => {
    const list = createBlockList(app);
    expect(await list.has("evil.example")).toBe(false);

    await setPolicy(app.db, "evil.example", "blocked", app.now());
    app.advance(10_001);

    expect(await list.has("evil.example")).toBe(true);
    expect(await list.has("very.evil.example")).toBe(true);
    expect(await list.has("notevil.example")).toBe(false);
    await setPolicy(app.db, "evil.example", "open", app.now());
    app.advance(10_001);
    expect(await list.has("evil.example")).toBe(false);
  }));
