/**
 * Accounts of nobody known delete themselves, ten thousand of them, as fast as they can be sent: what is asked of other servers, what is
 * answered, and what it costs in memory.
 *
 *     npm run bench:deletes -- [count]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { openFederation } from "../federation/open-federation.ts";
import type { App } from "../src/app.ts";
import { createKeyRing, ensureInstanceActor } from "../src/community/local-keys.ts";
import { readConfig } from "../src/core/config.ts";
import { connect } from "../src/db/client.ts";
import { startEmbedded } from "../src/db/embedded.ts";
import { migrate } from "../src/db/migrate.ts";
import { installGuard } from "../src/net/guard.ts";

const count = Number(process.argv[2] ?? 10_000);
const atOnce = 50;
const directory = mkdtempSync(join(tmpdir(), "folkmoot-bench-"));
const postgres = await startEmbedded(directory);
const connection = connect(postgres.url);
await migrate(connection);
const config = readConfig({ ORIGIN: "https://moot.example", SECRET_KEY: "bench".repeat(8) });
const app: App = {
  db: connection.db,
  config,
  now: () => new Date(),
  jobs: { enqueue: async () => {}, redrive: async () => 0 },
};
const guard = installGuard(config);
const instance = await ensureInstanceActor(app);
const { routes } = openFederation({ app, ring: createKeyRing(app.db), instanceId: instance.id });

let asked = 0;
setGlobalDispatcher(
  getGlobalDispatcher().compose((dispatch) => (options, handler) => {
    asked += 1;
    return dispatch(options, handler);
  }),
);

/** As Mastodon sends it. Whose signature it is cannot be known: their keys are gone. */
function deletion(number: number): Request {
  const actor = `https://server${number % 500}.example/users/u${number}`;
  const headers = {
    "content-type": "application/activity+json",
    date: new Date().toUTCString(),
    signature: `keyId="${actor}#main-key",algorithm="rsa-sha256",headers="(request-target) host date",signature="AAAA"`,
  };
  const activity = { id: `${actor}#delete`, type: "Delete", actor, to: ["as:Public"], object: actor };
  return new Request("https://moot.example/inbox", { method: "POST", headers, body: JSON.stringify(activity) });
}

const statuses = new Map<number, number>();
async function send(from: number, to: number): Promise<void> {
  let next = from;
  const work = async () => {
    for (let number = next++; number < to; number = next++) {
      const { status } = await routes.request(deletion(number));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

await send(0, 500);
statuses.clear();
const before = process.memoryUsage.rss();
let peak = before;
const sampler = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 20);
const started = performance.now();
await send(500, 500 + count);
const seconds = (performance.now() - started) / 1_000;
clearInterval(sampler);
const [rows] = await connection.db.execute<{ count: number }>(sql`select count(*)::int as count from inbound_activity`);
const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
const answers = [...statuses].map(([status, times]) => `${times} times ${status}`).join(", ");
console.log(`${count} deletions in ${seconds.toFixed(1)} s: ${answers}`);
console.log(`${asked} requests to other servers, ${rows?.count} rows; memory + ${megabytes(peak - before)} MB at most`);

await guard.close();
await connection.close();
await postgres.stop();
rmSync(directory, { recursive: true, force: true });
