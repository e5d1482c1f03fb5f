/**
 * How fast signed Creates are taken: accepted, committed, read, judged and published, end to end, with all that is owed for it. Beside it,
 * in the same run on the same cores and the same Postgres: Fedify's own inbox, raw RSA verification, and durable commits.
 *
 * Every post opens a thread, so the community boosts each, and tells its author's server so. That is measured twice: while the server of the
 * authors asks to be left alone, so that boosts are owed and wait, and while it takes them: then each is signed and sent from the same two
 * cores. Fedify's inbox sends nothing.
 *
 * A machine that is shared with others is not as fast at one minute as at the next: so each is measured several times in turn, and what is
 * told is the median of the rates, and of the ratios within a turn.
 *
 *     npm run bench:inbound
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { connect } from "../src/db/client.ts";
import { startEmbedded } from "../src/db/embedded.ts";
import { freePort, temporaryDirectory } from "../test/server-process.ts";
import { startSenders } from "./mastodon-creates.ts";
import { prepareToPost } from "./post-all.ts";

const rounds = Number(process.argv[2] ?? 5);
const counts = { ours: 3_000, fedify: 250 };
/** Servers that send at the same time. */
const connections = 64;
const names = {
  ldSigned: "LD-signed",
  withProof: "LD-signed and with a FEP-8b32 proof",
  fedifyLdSigned: "Fedify's inbox, LD-signed",
  fedifyWithProof: "Fedify's inbox, LD-signed and with a FEP-8b32 proof",
  commits: "durable single-row commits, 10 connections",
  verification: "raw RSA-2048 verification, one core",
};
const root = new URL("..", import.meta.url).pathname;
const directory = temporaryDirectory();
const database = await startEmbedded(directory.path, { mode: "serve" });
const { sql, close } = connect(database.url, { max: 2 });
const senders = await startSenders(20);
const rates = new Map<string, number[]>();

try {
  const ours = await startOurs();
  const fedify = await startFedify();
  await ours.warm();
  await fedify.warm();
  for (const boosts of ["sent", "owed"] as const) {
    if (boosts === "owed") await ours.leaveAlone();
    for (let round = 0; round < rounds; round++) {
      await ours.measure(boosts, round);
      await fedify.measure(boosts, round);
    }
  }
  for (let round = 0; round < rounds; round++) {
    note(names.verification, rawVerification());
    note(names.commits, await durableCommits(round));
  }
  await ours.end();
  await fedify.end();
  report();
} finally {
  senders.close();
  await close();
  await database.stop();
  directory.remove();
}

/** A server that is measured. Its boosts are sent meanwhile, or owed and wait. */
interface Measured {
  warm(): Promise<void>;
  measure(boosts: Boosts, round: number): Promise<void>;
  end(): Promise<void>;
}

type Boosts = "sent" | "owed";

function note(name: string, rate: number): void {
  rates.set(name, [...(rates.get(name) ?? []), rate]);
}

async function startOurs(): Promise<Measured & { leaveAlone(): Promise<void> }> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    ORIGIN: origin,
    PORT: String(port),
    DATABASE_URL: database.url,
    SECRET_KEY: "bench".repeat(8),
    INSECURE_PEERS: "1",
    LOG_LEVEL: "warning",
  };
  const server = spawn(process.execPath, [join(root, "src/launch.mjs"), "serve"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(server.stdout!, "data");
  const create = spawn(
    process.execPath,
    [join(root, "src/launch.mjs"), "community", "create", "gardeners", "--name", "The Gardeners", "--json"],
    { env, stdio: ["ignore", "pipe", "inherit"] },
  );
  const group = JSON.parse(String((await once(create.stdout!, "data"))[0])).actorId as string;
  const published = async () => Number((await sql`select count(*) from post where state = 'published'`)[0]!["count"]);
  // Counting the whole archive again and again would be work that nobody else has; so would looking for others than the index knows.
  const unread = async () =>
    (await sql`select from inbound_activity where state = 'new' and retry_at is null limit 1`).length > 0;
  const measure = async (series: string, count: number, withProof: boolean) => {
    const rate = await run(origin, group, series, count, withProof, published, unread);
    await untilSent();
    return rate;
  };
  return {
    async warm() {
      await measure("warm", 1_500, false);
      // As autovacuum does a little later: plans made for empty tables would be measured else.
      await sql.unsafe("analyze");
    },
    async leaveAlone() {
      senders.leaveAlone(true);
      await measure("held", 20, false);
    },
    async measure(boosts, round) {
      note(`${names.ldSigned}, boosts ${boosts}`, await measure(`ld-${boosts}${round}`, counts.ours, false));
      note(`${names.withProof}, boosts ${boosts}`, await measure(`proof-${boosts}${round}`, counts.ours, true));
    },
    end: () => end(server),
  };
}

async function startFedify(): Promise<Measured> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = fork(join(root, "bench/fedify-inbox.ts"), [String(port), database.url]);
  await once(server, "message");
  const written = async () => Number((await sql`select count(*) from fedify_post`)[0]!["count"]);
  const group = `${origin}/actors/gardeners`;
  const measure = (series: string, withProof: boolean) => run(origin, group, series, counts.fedify, withProof, written);
  return {
    async warm() {
      await measure("fwarm", false);
    },
    async measure(boosts, round) {
      note(`${names.fedifyLdSigned}, beside boosts ${boosts}`, await measure(`fld-${boosts}${round}`, false));
      note(`${names.fedifyWithProof}, beside boosts ${boosts}`, await measure(`fproof-${boosts}${round}`, true));
    },
    end: () => end(server),
  };
}

/** Waits until nothing is owed, or whoever it is owed to wants to be left alone. */
async function untilSent(): Promise<void> {
  for (;;) {
    const [left] = await sql`
      select from pgboss.job where name = 'deliver' and state < 'completed'
      union all
      select from delivery left join peer using (host) where held_until is null or held_until < now()
      limit 1`;
    if (!left) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Sends signed posts and waits until all had their effect, asking whether it still `waits`. @returns posts a second */
async function run(
  origin: string,
  group: string,
  series: string,
  count: number,
  withProof: boolean,
  effects: () => Promise<number>,
  waits = async (awaited: number) => (await effects()) < awaited,
): Promise<number> {
  const posts = await senders.creates(`${origin}/inbox`, group, count, { withProof, series });
  const send = prepareToPost(`${origin}/inbox`, posts, connections);
  const before = await effects();
  const start = performance.now();
  await send();
  while (await waits(before + count)) {
    if (performance.now() - start > 120_000) throw new Error(`${series}: some of ${count} still wait`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const seconds = (performance.now() - start) / 1000;
  const seen = (await effects()) - before;
  if (seen !== count) throw new Error(`${series}: only ${seen} of ${count} had their effect`);
  return count / seconds;
}

function rawVerification(): number {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const data = Buffer.alloc(300, "x");
  const signature = sign("sha256", data, privateKey);
  const start = performance.now();
  for (let index = 0; index < 20_000; index++) verify("sha256", data, publicKey, signature);
  return 20_000 / ((performance.now() - start) / 1000);
}

async function durableCommits(round: number): Promise<number> {
  const many = connect(database.url, { max: 10 });
  if (round === 0)
    await many.sql`create table committed (id bigint generated always as identity primary key, words text not null)`;
  const start = performance.now();
  let count = 0;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      while (performance.now() - start < 2_000) {
        await many.sql`insert into committed (words) values (${"x".repeat(300)})`;
        count++;
      }
    }),
  );
  await many.close();
  return count / ((performance.now() - start) / 1000);
}

async function end(server: ChildProcess): Promise<void> {
  server.kill("SIGTERM");
  await once(server, "exit");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function report(): void {
  const line = (name: string, beside?: string) => {
    const own = rates.get(name)!;
    const ratios = own.map((rate, round) => (beside === undefined ? rate : rate / rates.get(beside)![round]!));
    const ratio = beside === undefined ? "" : ` = ${median(ratios).toFixed(2)} × ${beside}`;
    const each = ratios.map((value) => value.toFixed(beside === undefined ? 0 : 1)).join(" ");
    console.log(`${name}: ${median(own).toFixed(0)}/s${ratio} (${each})`);
  };
  for (const boosts of ["owed", "sent"]) {
    line(`${names.ldSigned}, boosts ${boosts}`, `${names.fedifyLdSigned}, beside boosts ${boosts}`);
    line(`${names.withProof}, boosts ${boosts}`, `${names.fedifyWithProof}, beside boosts ${boosts}`);
    line(`${names.fedifyLdSigned}, beside boosts ${boosts}`);
    line(`${names.fedifyWithProof}, beside boosts ${boosts}`);
  }
  line(names.verification);
  line(names.commits);
  line(`${names.ldSigned}, boosts owed`, names.commits);
}
