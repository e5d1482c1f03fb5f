/**
 * One activity to ten thousand followers on two thousand hosts: first all of them are well, then every fifth is dead (gone, or silent) and
 * every tenth slow. How long do those that are well wait now, compared to before? Run it on a quiet machine:
 *
 *     npm run bench:delivery -- [followers] [hosts] [rounds]
 */
import { type ChildProcess, fork } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { createDeliverer } from "../federation/deliver.ts";
import { irisOf } from "../federation/iris.ts";
import type { App } from "../src/app.ts";
import { readConfig } from "../src/core/config.ts";
import { type LocalActorId, newId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { connect } from "../src/db/client.ts";
import { startEmbedded } from "../src/db/embedded.ts";
import { migrate } from "../src/db/migrate.ts";
import { localActors } from "../src/db/schema/identity.ts";
import { oweInParts } from "../src/jobs/deliveries.ts";
import { createWake, listenFor } from "../src/jobs/wake.ts";
import { installGuard } from "../src/net/guard.ts";
import { addressOf } from "./addresses.ts";
import type { Health, SinkMessage, SinkReport } from "./uneven-sink.ts";

const [followers = 10_000, hosts = 2_000, rounds = 3] = process.argv.slice(2).map(Number);
const port = 9_481;
const origin = "http://moot.example";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const hostOf = (follower: number) => follower % hosts;
const destinations = Array.from({ length: followers }, (_, follower) => {
  const host = `${addressOf(hostOf(follower))}:${port}`;
  return { inbox: `http://${host}/users/${follower}/inbox`, host };
});
/** Of ten hosts one is gone, one silent, one slow. */
const uneven = Array.from({ length: hosts }, (_, host): Health => {
  const states: Readonly<Record<number, Health>> = { 1: "gone", 4: "silent", 7: "slow" };
  return states[host % 10] ?? "well";
});
const allWell: readonly Health[] = uneven.map(() => "well");

const directory = mkdtempSync(join(tmpdir(), "folkmoot-bench-"));
const postgres = await startEmbedded(directory);
const connection = connect(postgres.url);
const { db } = connection;
await migrate(connection);
const signerId = newId<LocalActorId>(new Date());
await db.insert(localActors).values({ id: signerId, kind: "community", handle: "cats", createdAt: new Date() });
const config = readConfig({ ORIGIN: origin, INSECURE_PEERS: "1" });
const app: App = { db, config, now: () => new Date(), jobs: { enqueue: async () => {}, redrive: async () => 0 } };
const guard = installGuard({ insecurePeers: true });
const sink = fork(join(import.meta.dirname, "uneven-sink.ts"));

const wake = createWake();
const unlisten = await listenFor(connection.sql, "folkmoot_delivery", wake);
const signer = { keyId: `${irisOf(origin).actor(signerId)}#main-key`, privateKey };
const stop = createDeliverer(app, { wake, signerOf: async () => signer }).start();

async function ask<Answer>(child: ChildProcess, message: SinkMessage): Promise<Answer> {
  child.send(message);
  const [answer] = await once(child, "message");
  return answer as Answer;
}

const at = (numbers: readonly number[], share: number) =>
  numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * share) - 1] ?? 0;
const median = (numbers: readonly number[]) => at(numbers, 0.5);
const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(1)} s`;
const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);

let mostSockets = 0;
let count = 0;

/** One activity to everybody. @returns how long 95 of 100 deliveries to those that are well took */
async function fanOut(health: readonly Health[]): Promise<number> {
  const id = `announce/${count++}`;
  const object = { type: "Create", object: { type: "Note", content: "Ĝ".repeat(700) } };
  const body = JSON.stringify({ id: irisOf(origin).activity(id), type: "Announce", object });
  const activity = { id, signerId, type: "Announce", body, audience: "public" } as const;
  const toWell = destinations.filter((_, follower) => health[hostOf(follower)] === "well").length;
  const started = Date.now();
  const [report] = await Promise.all([
    ask<SinkReport>(sink, { until: toWell }),
    oweInParts(db, [{ activity, deliveries: destinations, orderKey: id }], new Date()),
  ]);
  mostSockets = Math.max(mostSockets, report.mostSockets);
  await settled();
  return at(
    report.arrivals.map((arrival) => arrival - started),
    0.95,
  );
}

/** Waits until nothing is in work any more; what failed waits for another try. */
async function settled(): Promise<void> {
  for (;;) {
    const [busy] = await db.execute<{ some: boolean }>(sql`
      select exists (select from delivery_line where due_at <= now() or leased_until > now()) as some`);
    if (!busy?.some) return;
    await pause(20);
  }
}

async function measure(name: string, health: readonly Health[], warmUp: boolean): Promise<number> {
  if (warmUp) await fanOut(health);
  const times: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < rounds; round++) {
    times.push(await fanOut(health));
    memory.push(process.memoryUsage.rss());
  }
  console.log(
    `${name.padEnd(34)} p95 ${times.map(seconds).join("  ")}  median ${seconds(median(times))}; memory ${memory.map(megabytes).join(" ")} MB`,
  );
  return median(times);
}

await ask(sink, { hosts, port });
console.log(`${followers} followers on ${hosts} hosts`);
// All hosts are strangers at first, and get one request at a time.
const before = await measure("all well", allWell, true);
await ask(sink, { health: uneven });
const worst = await fanOut(uneven);
console.log(`20 % dead, 10 % slow since just now  p95 ${seconds(worst)}, ${(worst / before).toFixed(2)} times as long`);
const after = await measure("20 % dead, 10 % slow", uneven, false);
console.log(`those that are well wait ${(after / before).toFixed(2)} times as long; at most 2 are allowed`);
console.log(`at most ${mostSockets} connections to one host at once; ${limits.socketsPerHost} are allowed`);

await stop();
sink.disconnect();
await unlisten();
await guard.close();
await connection.close();
await postgres.stop();
rmSync(directory, { recursive: true, force: true });
