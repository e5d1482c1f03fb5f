/**
 * One Announce to a thousand inboxes on a thousand hosts, from the moment it is owed until every answer is noted, beside what both cores can
 * sign in the same minute. Run it on a quiet machine; the first rounds warm up:
 *
 *     node bench/fan-out.ts [hosts] [rounds]
 */
import { type ChildProcess, fork } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
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
import { connect } from "../src/db/client.ts";
import { startEmbedded } from "../src/db/embedded.ts";
import { migrate } from "../src/db/migrate.ts";
import { localActors } from "../src/db/schema/identity.ts";
import { oweInParts } from "../src/jobs/deliveries.ts";
import { createWake, listenFor } from "../src/jobs/wake.ts";
import { installGuard } from "../src/net/guard.ts";
import { addressOf } from "./addresses.ts";

const [hosts = 1_000, rounds = 24] = process.argv.slice(2).map(Number);
const port = 9_480;
const origin = "http://moot.example";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const destinations = Array.from({ length: hosts }, (_, host) => {
  const address = `${addressOf(host)}:${port}`;
  return { inbox: `http://${address}/inbox`, host: address };
});

/** RSA-2048 signatures a second with every core at it. */
async function measureSigning(milliseconds: number): Promise<number> {
  const text = Buffer.from("(request-target): post /inbox\nhost: 127.1.0.1:9480\ndate: Tue, 24 Nov 2026 03:00:00 GMT");
  const signOnce = () =>
    new Promise<void>((signed, failed) =>
      sign("sha256", text, privateKey, (error) => (error ? failed(error) : signed())),
    );
  let count = 0;
  const started = performance.now();
  const work = async () => {
    while (performance.now() - started < milliseconds) {
      await signOnce();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return count / ((performance.now() - started) / 1_000);
}

async function startChild(file: string, message: object): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, file));
  child.send(message);
  await once(child, "message");
  return child;
}

async function ask<Answer>(child: ChildProcess, message: unknown): Promise<Answer> {
  child.send(message as string);
  const [answer] = await once(child, "message");
  return answer as Answer;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

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
const sink = await startChild("sink.ts", { hosts, port });

const wake = createWake();
const unlisten = await listenFor(connection.sql, "folkmoot_delivery", wake);
const signer = { keyId: `${irisOf(origin).actor(signerId)}#main-key`, privateKey };
const deliverer = createDeliverer(app, { wake, signerOf: async () => signer });
const stop = deliverer.start();

async function fanOut(round: number): Promise<number> {
  const id = `announce/${round}`;
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: irisOf(origin).activity(id),
    type: "Announce",
    object: { type: "Create", object: { type: "Note", content: "Ĝ".repeat(700) } },
  });
  const activity = { id, signerId, type: "Announce", body, audience: "public" } as const;
  const started = performance.now();
  await oweInParts(db, [{ activity, deliveries: destinations, orderKey: id }], new Date());
  await ask(sink, { until: hosts });
  for (;;) {
    const [left] = await db.execute<{ some: boolean }>(sql`select exists (select from delivery) as some`);
    if (!left?.some) break;
    await pause(1);
  }
  return hosts / ((performance.now() - started) / 1_000);
}

let peak = 0;
const sampler = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 100);
const before = process.memoryUsage.rss();
const signing: number[] = [];
const ours: number[] = [];
for (let round = 0; round < rounds; round++) {
  signing.push(await measureSigning(700));
  ours.push(await fanOut(round));
}
clearInterval(sampler);
await stop();
const after = process.memoryUsage.rss();
console.log(`both cores sign        ${signing.map(Math.round).join(" ")}  median ${Math.round(median(signing))}/s`);
console.log(
  `Folkmoot delivers      ${ours.map(Math.round).join(" ")}  median ${Math.round(median(ours))}/s = ${Math.round((100 * median(ours)) / median(signing))} %`,
);
console.log(
  `memory of the process  ${megabytes(before)} before, ${megabytes(peak)} at most, ${megabytes(after)} after`,
);

sink.disconnect();
await unlisten();
await guard.close();
await connection.close();
await postgres.stop();
rmSync(directory, { recursive: true, force: true });
