/**
 * One post to a thousand members by mail, each with a return address and a one-click link of its own and signed, from the moment it is published
 * until the relay has taken all and it is noted; beside nodemailer alone, which sends the same words as often, signed, over as many connections.
 *
 *     node bench/mail-out.ts [members] [rounds]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { createTransport } from "nodemailer";
import type { App } from "../src/app.ts";
import { readConfig } from "../src/core/config.ts";
import { newId, type PostId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { connect } from "../src/db/client.ts";
import { startEmbedded } from "../src/db/embedded.ts";
import { migrate } from "../src/db/migrate.ts";
import { type ListLetter, openRelay } from "../src/mail/deliver.ts";
import { findPlace } from "../src/mail/place.ts";
import { sendListMails } from "../src/mail/send-list-mail.ts";
import { rememberMailKeys } from "../src/outbound/mail-key.ts";
import { owePostsByMail } from "../src/outbound/owe-list-mail.ts";

const [members = 1_000, rounds = 5] = process.argv.slice(2).map(Number);
const port = 9_525;
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
const parts: { readonly ids: readonly number[] }[] = [];
const app: App = {
  db,
  config,
  now: () => new Date(),
  jobs: {
    enqueue: async (_, __, payloads) => {
      for (const payload of payloads)
        if ("ids" in payload && Array.isArray(payload.ids)) parts.push({ ids: payload.ids });
    },
    redrive: async () => 0,
  },
};
const sink = fork(join(import.meta.dirname, "mail-sink.ts"));
sink.send({ port });
await once(sink, "message");

const community = newId<PostId>(new Date());
const author = newId<PostId>(new Date());
await db.execute(
  sql`insert into local_actor (id, kind, handle, created_at) values (${community}, 'community', 'cats', now())`,
);
await db.execute(
  sql`insert into community (id, handle, name, created_at, updated_at) values (${community}, 'cats', 'Cats', now(), now())`,
);
await db.execute(
  sql`insert into author (id, handle, host, name, created_at) values (${author}, 'ana', 'remote.example', 'Ana', now())`,
);
await db.execute(sql`with made as (
    insert into author (id, handle, host, name, created_at)
    select gen_random_uuid(), 'm' || n, 'moot.example', 'm' || n, now() from generate_series(1, ${members}::int) n returning id, handle),
  accounts as (insert into account (id, author_id, created_at, updated_at) select id, id, now(), now() from made),
  addresses as (insert into email_address (address, account_id, verified_at, created_at)
    select handle || '@example.org', id, now(), now() from made),
  belong as (insert into member (community_id, author_id, state, joined_at, updated_at)
    select ${community}::uuid, id, 'active', now(), now() from made)
  insert into member_delivery (community_id, author_id, channel, created_at) select ${community}::uuid, id, 'mail', now() from made`);
await db.execute(sql`analyze`);

async function makePost(): Promise<PostId> {
  const id = newId<PostId>(new Date());
  const html = `<p>${"What lives in the shed, and what does it eat? ".repeat(40)}</p>`;
  await db.execute(
    sql`insert into thread (id, community_id, title, created_at) values (${id}, ${community}, 'Sheds', now())`,
  );
  await db.execute(sql`insert into post (id, community_id, author_id, thread_id, source_id, channel, html, state, written_at, created_at, published_at)
    values (${id}, ${community}, ${author}, ${id}, ${`https://remote.example/${id}`}, 'activitypub', ${html}, 'published', now(), now(), now())`);
  return id;
}

async function arrive(): Promise<void> {
  sink.send({ until: members });
  await once(sink, "message");
}

const askKeys = rememberMailKeys(app);
const [key] = await askKeys();
const relay = openRelay(config, askKeys)!;
let last: ListLetter | undefined;
const noting = {
  sendToList: async (letter: ListLetter) => {
    last = letter;
    await relay.sendToList(letter);
  },
};
const bare = createTransport({
  url: config.smtpUrl,
  pool: true,
  maxConnections: limits.relayConnections,
  maxMessages: Number.POSITIVE_INFINITY,
  dkim: { domainName: key!.domain, keySelector: key!.selector, privateKey: key!.privateKey },
} as Parameters<typeof createTransport>[0]);

/** Seconds, by the clock and of this process's processor time: others may be at work on the machine. */
interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

function stopwatch(): () => Taken {
  const [started, used] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(used);
    return { wall: (performance.now() - started) / 1_000, cpu: (user + system) / 1_000_000 };
  };
}

async function ours(): Promise<Taken> {
  const postId = await makePost();
  const stop = stopwatch();
  await owePostsByMail(app, [postId]);
  const place = findPlace(app);
  const all = parts.splice(0).map(({ ids }) => ids);
  const work = async () => {
    for (let ids = all.shift(); ids; ids = all.shift()) await sendListMails(app, place, { relay: noting }, ids);
  };
  await Promise.all([work(), work()]);
  const taken = stop();
  await arrive();
  return taken;
}

async function nodemailerAlone({ text, html, subject, messageId }: ListLetter): Promise<Taken> {
  const stop = stopwatch();
  await Promise.all(
    Array.from({ length: members }, (_, n) =>
      bare.sendMail({
        from: "Ana <ana@moot.example>",
        to: `m${n}@example.org`,
        envelope: { from: `bounce-${n}@moot.example`, to: `m${n}@example.org` },
        ...{ subject, text, messageId },
        ...(html !== undefined && { html }),
        headers: {
          "List-Unsubscribe": `<https://moot.example/mail/${n}>`,
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
      }),
    ),
  );
  const taken = stop();
  await arrive();
  return taken;
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
const [mine, alone]: [Taken[], Taken[]] = [[], []];
for (let round = 0; round < rounds; round++) {
  mine.push(await ours());
  alone.push(await nodemailerAlone(last!));
}
for (const [what, unit] of [
  ["wall", "s"],
  ["cpu", "s of processor time"],
] as const) {
  const [of, beside] = [mine, alone].map((all) => all.map((taken) => taken[what])) as [number[], number[]];
  const show = (numbers: readonly number[]) => numbers.map((one) => one.toFixed(2)).join(" ");
  console.log(`Folkmoot          ${show(of)}  median ${median(of).toFixed(2)} ${unit} for ${members}`);
  console.log(`nodemailer alone  ${show(beside)}  median ${median(beside).toFixed(2)} ${unit}`);
  console.log(`times as long     ${(median(of) / median(beside)).toFixed(2)}`);
}

relay.close();
bare.close();
sink.disconnect();
await connection.close();
await postgres.stop();
rmSync(directory, { recursive: true, force: true });
