/**
 * Digests for many members at one hour, each with links and addresses of its own, signed and handed to a relay that only takes them: how many
 * a second, and how much memory this process takes for it at most. Beside it the memory that it had before.
 *
 *     npm run bench:digests -- [members] [posts]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { App } from "../src/app.ts";
import { readConfig } from "../src/core/config.ts";
import { type CommunityId, newId } from "../src/core/ids.ts";
import { connect } from "../src/db/client.ts";
import { startEmbedded } from "../src/db/embedded.ts";
import { migrate } from "../src/db/migrate.ts";
import { openRelay } from "../src/mail/deliver.ts";
import { findPlace } from "../src/mail/place.ts";
import { sendListMails } from "../src/mail/send-list-mail.ts";
import { rememberMailKeys } from "../src/outbound/mail-key.ts";
import { makeDigests } from "../src/post/make-digests.ts";
import { freePort } from "../test/server-process.ts";
import { makeMembers, makePast } from "./crash-members.ts";

const [members = 10_000, posts = 40] = process.argv.slice(2).map(Number);
const port = await freePort();
const directory = mkdtempSync(join(tmpdir(), "folkmoot-bench-"));
const postgres = await startEmbedded(directory);
const connection = connect(postgres.url);
const { db } = connection;
await migrate(connection);
const config = readConfig({
  ORIGIN: "https://moot.example",
  SECRET_KEY: "bench".repeat(8),
  SMTP_URL: `smtp://127.0.0.1:${port}`,
  INSECURE_PEERS: "1",
});
const parts: (readonly number[])[] = [];
const enqueue: App["jobs"]["enqueue"] = async (_, __, payloads) => {
  for (const payload of payloads) if ("ids" in payload && Array.isArray(payload.ids)) parts.push(payload.ids);
};
const app: App = { db, config, now: () => new Date(), jobs: { enqueue, redrive: async () => 0 } };
const sink = fork(join(import.meta.dirname, "../bench/mail-sink.ts"));
sink.send({ port });
await once(sink, "message");

const community = newId<CommunityId>(new Date());
await db.execute(
  sql`insert into local_actor (id, kind, handle, created_at) values (${community}, 'community', 'cats', now())`,
);
await db.execute(
  sql`insert into community (id, handle, name, created_at, updated_at) values (${community}, 'cats', 'Cats', now(), now())`,
);
await makeMembers(db, community, { atOnce: 0, digest: members });
await makePast(db, community, posts);
// As long as people write, and old enough for a digest.
const words = `<p>${"What lives in the shed, and what does it eat? ".repeat(12)}</p>`;
await db.execute(sql`update post set html = ${words}, published_at = published_at - interval '2 minutes'`);
await db.execute(sql`update mail_choice set digest_due_at = now()`);
await db.execute(sql`analyze`);
const relay = openRelay(config, rememberMailKeys(app))!;

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
const most = { rss: 0, heap: 0 };
const look = () => {
  const { rss, heapUsed } = process.memoryUsage();
  most.rss = Math.max(most.rss, rss);
  most.heap = Math.max(most.heap, heapUsed);
};
const before = process.memoryUsage();
const watch = setInterval(look, 20);
const began = performance.now();
const usage = process.cpuUsage();

const made = await makeDigests(app);
const planned = performance.now();
const place = findPlace(app);
const work = async () => {
  for (let ids = parts.shift(); ids; ids = parts.shift()) await sendListMails(app, place, { relay }, ids);
};
await Promise.all([work(), work()]);
const [total, { user, system }] = [(performance.now() - began) / 1_000, process.cpuUsage(usage)];
clearInterval(watch);
sink.send({ until: made });
const [{ sample }] = await once(sink, "message");

console.log(`${made} digests of ${posts} posts, ${(sample.length / 1024).toFixed(0)} KB each as they are sent`);
console.log(
  `made in ${((planned - began) / 1_000).toFixed(1)} s, all sent in ${total.toFixed(1)} s: ${(made / total).toFixed(0)}/s`,
);
console.log(
  `CPU of this process: ${((user + system) / 1e6).toFixed(1)} s, ${((user + system) / 1_000 / made).toFixed(2)} ms each`,
);
console.log(
  `most memory: ${megabytes(most.rss)}, of which heap ${megabytes(most.heap)}; before: ${megabytes(before.rss)}, ${megabytes(before.heapUsed)}`,
);

relay.close();
sink.disconnect();
await connection.close();
await postgres.stop();
rmSync(directory, { recursive: true, force: true });
