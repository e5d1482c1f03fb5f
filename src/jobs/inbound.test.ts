import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { type TestApp, withApp, withCommittedApp } from "../../test/with-app.ts";
import { limits } from "../core/limits.ts";
import { claimInbound, failInbound, finishInbound, inboundDepth, recordInbound, redriveInbound } from "./inbound.ts";
import { createWake, listenFor } from "./wake.ts";

const lease = 60_000;

function activity(name: string, actor = "ada") {
  return {
    iri: `https://remote.example/${name}`,
    actorIri: `https://remote.example/users/${actor}`,
    body: `{"id":"${name}"}`,
  };
}

async function claimNames(app: TestApp, options: { limit?: number; lease?: number } = {}): Promise<string[]> {
  const rows = await claimInbound(app.db, { limit: 100, lease, now: app.now(), ...options });
  return rows.map(({ iri }) => iri.slice("https://remote.example/".length));
}

test("an activity is taken once, however often it comes, also within one batch", () =>
  withApp(async (app) => {
    const first = await recordInbound(app.db, [activity("a"), activity("b"), activity("a")], app.now());
    const again = await recordInbound(app.db, [activity("b"), activity("c")], app.now());

    expect(first).toEqual(["new", "new", "seen"]);
    expect(again).toEqual(["seen", "new"]);
    expect(await claimNames(app)).toEqual(["a", "b", "c"]);
  }));

test("one that was done is still known, without its body", () =>
  withApp(async (app) => {
    await recordInbound(app.db, [activity("a")], app.now());
    const [row] = await claimInbound(app.db, { limit: 1, lease, now: app.now() });
    await finishInbound(app.db, [{ id: row!.id, state: "done", outcome: "a post" }], app.now());

    expect(await recordInbound(app.db, [activity("a")], app.now())).toEqual(["seen"]);
    expect(await claimNames(app)).toEqual([]);
    expect(await app.db.execute(sql`select state, body, outcome from inbound_activity`)).toMatchObject([
      { state: "done", body: null, outcome: "a post" },
    ]);
  }));

test("one whose sender signs it anew is taken once more, behind what waits; a copy of the request is not", () =>
  withApp(async (app) => {
    const like = (seconds?: number, actor?: string) => ({
      ...activity("like", actor),
      signedAt: seconds === undefined ? undefined : new Date(app.now().getTime() + seconds * 1_000),
    });
    const take = async (...given: Parameters<typeof recordInbound>[1]) => await recordInbound(app.db, given, app.now());
    await take(like(0), activity("undo"));
    expect(await take(like(1))).toEqual(["new"]);
    const rows = await claimInbound(app.db, { limit: 2, lease, now: app.now() });
    expect(rows.map(({ iri }) => iri)).toEqual([activity("undo").iri, activity("like").iri]);
    await finishInbound(
      app.db,
      rows.map(({ id }) => ({ id, state: "done" as const, outcome: "like" })),
      app.now(),
    );

    expect(await take(like(1), like(0), like(), like(2, "eve"))).toEqual(["seen", "seen", "seen", "seen"]);
    await take(activity("a"));
    expect(await take(like(2), like(2))).toEqual(["new", "seen"]);

    expect(await claimNames(app)).toEqual(["a", "like"]);
  }));

test("what its sender signed later by the same name, or in the same second with other words, is read after what is in work", () =>
  withApp(async (app) => {
    const edit = (words: string, seconds: number) => ({
      ...activity("edit"),
      body: JSON.stringify({ words }),
      signedAt: new Date(app.now().getTime() + seconds * 1_000),
    });
    const take = async (...given: Parameters<typeof recordInbound>[1]) => await recordInbound(app.db, given, app.now());
    const claim = async () => await claimInbound(app.db, { limit: 10, lease, now: app.now() });
    const wordsIn = (rows: Awaited<ReturnType<typeof claim>>) => rows.map(({ body }) => body);
    await take(activity("a"));
    expect(await take(edit("first", 0), edit("second", 2), edit("first", 0))).toEqual(["new", "new", "seen"]);
    expect(await take(edit("first", 0))).toEqual(["seen"]);
    const held = await claim();
    expect(wordsIn(held)).toEqual(['{"id":"a"}', '{"words":"second"}']);

    expect(await take(edit("third", 2))).toEqual(["new"]);
    expect(await take(edit("third", 2))).toEqual(["seen"]);
    expect(await claim()).toEqual([]);
    await finishInbound(
      app.db,
      held.map(({ id }) => ({ id, state: "done" as const, outcome: "" })),
      app.now(),
    );

    const later = await claim();
    expect(wordsIn(later)).toEqual(['{"words":"third"}']);
    await finishInbound(app.db, [{ id: later[0]!.id, state: "done", outcome: "" }], app.now());
    expect(await take(edit("third", 2))).toEqual(["seen"]);
    expect(await take(edit("fourth", 2))).toEqual(["new"]);
    expect(wordsIn(await claim())).toEqual(['{"words":"fourth"}']);
  }));

test("one that was set aside is tried again when its sender signs it anew", () =>
  withApp(async (app) => {
    await recordInbound(app.db, [{ ...activity("edit"), signedAt: app.now() }], app.now());
    await app.db.execute(sql`update inbound_activity set state = 'dead', attempts = ${limits.inboundAttempts}`);

    const signedAt = new Date(app.now().getTime() + 1_000);
    expect(await recordInbound(app.db, [{ ...activity("edit"), signedAt }], app.now())).toEqual(["new"]);

    expect(await claimInbound(app.db, { limit: 1, lease, now: app.now() })).toMatchObject([{ attempts: 1 }]);
  }));

test("nothing is left of what a worker held that died, when its sender sent it anew", () =>
  withApp(async (app) => {
    const signedAt = new Date(app.now().getTime() + 1_000);
    await recordInbound(app.db, [{ ...activity("like"), signedAt: app.now() }], app.now());
    expect(await claimNames(app, { lease: -1 })).toEqual(["like"]);
    await recordInbound(app.db, [{ ...activity("like"), signedAt }], app.now());

    const [row] = await claimInbound(app.db, { limit: 1, lease, now: app.now() });

    expect(await app.db.execute(sql`select activity_id::int as id from inbound_lease`)).toEqual([{ id: row!.id }]);
  }));

test("of long ones fewer are claimed at once, and at least one", () =>
  withApp(async (app) => {
    const long = (name: string) => ({ ...activity(name), body: JSON.stringify({ words: "x".repeat(1_000) }) });
    await recordInbound(app.db, [long("a"), long("b"), long("c"), long("d")], app.now());
    const claim = async (bytes: number) => {
      const rows = await claimInbound(app.db, { limit: 100, bytes, lease, now: app.now() });
      await finishInbound(
        app.db,
        rows.map(({ id }) => ({ id, state: "done" as const, outcome: "" })),
        app.now(),
      );
      return rows.length;
    };

    expect([await claim(1_500), await claim(10), await claim(5_000)]).toEqual([2, 1, 1]);
  }));

test("what is claimed is not given out again until its lease ends", () =>
  withApp(async (app) => {
    await recordInbound(app.db, [activity("a"), activity("b", "bob")], app.now());

    expect(await claimNames(app, { limit: 1 })).toEqual(["a"]);
    expect(await claimNames(app)).toEqual(["b"]);
    expect(await claimNames(app)).toEqual([]);
  }));

test("what a worker held that died is taken up by another", () =>
  withApp(async (app) => {
    await recordInbound(app.db, [activity("a")], app.now());

    expect(await claimNames(app, { lease: -1 })).toEqual(["a"]);
    expect(await claimNames(app)).toEqual(["a"]);
  }));

test("while one activity of an actor is in work, the later ones wait, and those of others do not", () =>
  withApp(async (app) => {
    await recordInbound(app.db, [activity("create"), activity("edit"), activity("other", "bob")], app.now());

    const [create] = await claimInbound(app.db, { limit: 1, lease, now: app.now() });
    expect(await claimNames(app)).toEqual(["other"]);

    await finishInbound(app.db, [{ id: create!.id, state: "done", outcome: "" }], app.now());
    expect(await claimNames(app)).toEqual(["edit"]);
  }));

test("two workers that claim at once never hold activities of the same actor", () =>
  withCommittedApp(async ({ app }) => {
    const names = Array.from({ length: 60 }, (_, index) => activity(`${index}`, `actor${index % 3}`));
    await recordInbound(app.db, names, app.now());

    const claims = await Promise.all(
      Array.from({ length: 6 }, () => claimInbound(app.db, { limit: 10, lease, now: app.now() })),
    );

    const holders = claims.map((rows) => new Set(rows.map(({ actorIri }) => actorIri)));
    const held = holders.flatMap((actors) => [...actors]);
    expect(held.length).toBe(new Set(held).size);
    expect(claims.flat().length).toBeGreaterThan(0);
  }));

test("one that fails waits longer each time and holds up nobody, then it is set aside and can be tried again", () =>
  withApp(async (app) => {
    await recordInbound(app.db, [activity("bad"), activity("good")], app.now());
    const waits: number[] = [];
    const minute = 60_000;

    let [bad] = await claimInbound(app.db, { limit: 1, lease, now: app.now() });
    await failInbound(app.db, bad!.id, "no\0 thread", app.now());
    expect(await claimNames(app)).toEqual(["good"]);

    for (let attempt = 2; attempt <= limits.inboundAttempts; attempt++) {
      const [row] = await app.db.execute<{ retry_at: string }>(
        sql`select retry_at from inbound_activity where id = ${bad!.id}`,
      );
      const wait = new Date(row!.retry_at).getTime() - app.now().getTime();
      app.advance(wait - 1);
      expect(await claimNames(app)).toEqual([]);
      app.advance(1);
      [bad] = await claimInbound(app.db, { limit: 1, lease, now: app.now() });
      await failInbound(app.db, bad!.id, "no thread", app.now());
      waits.push(wait / minute);
    }
    expect(waits).toEqual([0.5, 2, 8, 32, 128, 360, 360]);
    expect(await inboundDepth(app.db)).toMatchObject({ waiting: 1, dead: 1 });

    app.advance(24 * 60 * 60 * 1000);
    expect(await claimNames(app)).toEqual([]);
    expect(await redriveInbound(app.db)).toBe(1);
    expect(await claimNames(app)).toEqual(["bad"]);
  }));

test("one that kills its workers comes alone, and in the end not at all", () =>
  withApp(async (app) => {
    await recordInbound(app.db, [activity("deadly")], app.now());
    for (let death = 0; death < limits.inboundSuspicion; death++) await claimNames(app, { lease: -1 });
    await recordInbound(app.db, [activity("a", "bob"), activity("b", "bob")], app.now());

    expect(await claimNames(app, { lease: -1 })).toEqual(["deadly"]);
    for (let death = limits.inboundSuspicion + 1; death < limits.inboundAttempts; death++) {
      expect(await claimNames(app, { lease: -1 })).toEqual(["deadly"]);
    }
    expect(await claimNames(app)).toEqual(["a", "b"]);
    expect((await inboundDepth(app.db)).dead).toBe(1);
  }));

test("a worker that comes back late changes nothing that another has finished", () =>
  withApp(async (app) => {
    await recordInbound(app.db, [activity("a")], app.now());
    const [late] = await claimInbound(app.db, { limit: 1, lease: -1, now: app.now() });
    const [row] = await claimInbound(app.db, { limit: 1, lease, now: app.now() });
    await finishInbound(app.db, [{ id: row!.id, state: "done", outcome: "by the second" }], app.now());

    await finishInbound(app.db, [{ id: late!.id, state: "ignored", outcome: "by the first" }], app.now());
    await failInbound(app.db, late!.id, "too late", app.now());

    expect(await app.db.execute(sql`select state, outcome from inbound_activity`)).toMatchObject([
      { state: "done", outcome: "by the second" },
    ]);
  }));

test("a worker in another process hears of an activity when it is committed", () =>
  withCommittedApp(async ({ app, connection }) => {
    const wake = createWake();
    const end = await listenFor(connection.sql, "folkmoot_inbound", wake);
    await wake.wait(0);

    const heard = wake.wait(longerThanATest);
    await recordInbound(app.db, [activity("a")], app.now());
    await heard;

    await end();
  }));

/** In milliseconds. */
const longerThanATest = 60 * 60_000;
