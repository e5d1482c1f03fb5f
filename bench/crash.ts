/**
 * Kills the server and its Postgres at random, with SIGKILL, while mail and fediverse posts come in and mail and digests go out; then looks
 * whether anything that was acknowledged is lost, and whether anything is doubled.
 *
 *     npm run bench:crash [seconds]
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { CommunityId } from "../src/core/ids.ts";
import { type Connection, connect } from "../src/db/client.ts";
import { insist } from "../src/db/insist.ts";
import { startMailRelay } from "../test/mail-relay.ts";
import { temporaryDirectory } from "../test/server-process.ts";
import {
  announcesOf,
  arrivalsOf,
  type Balance,
  balanceArrivals,
  balanceDigests,
  balancePosts,
  listOwed,
  withoutCause,
} from "./crash-ledger.ts";
import { startLoad } from "./crash-load.ts";
import { makeMembers, makePast, strikeTheHour } from "./crash-members.ts";
import { killableServer, type Victim, victims } from "./killable-server.ts";

const [seconds = 60] = process.argv.slice(2).map(Number);
const members = { atOnce: 5, digest: 10 };
const directory = temporaryDirectory();
const relay = await startMailRelay();
const server = await killableServer(directory.path, { SMTP_URL: relay.url });
await server.start();
const connection = connect(server.databaseUrl, { max: 3 });
const load = await startLoad(server, { pause: 150 });
const kills: { readonly victim: Victim; readonly at: number }[] = [];

try {
  const community = await makeCommunity(connection);
  await load.follow(community.iri);
  load.begin(community.iri);
  const digests = keepDigestsRunning();
  await killForAWhile();
  await load.end();
  await digests.end();
  const waited = await settle();
  await report(waited);
} finally {
  await server.kill("server");
  await server.kill("postgres");
  await load.peer.close();
  await relay.close();
  directory.remove();
}
process.exit();

async function makeCommunity({ db, sql }: Connection): Promise<{ readonly iri: string }> {
  const { createCommunity } = await import("../src/community/create-community.ts");
  const { readConfig } = await import("../src/core/config.ts");
  const config = readConfig({ ORIGIN: server.origin, MAIL_DOMAIN: "moot.example", INSECURE_PEERS: "1" });
  const jobs = { enqueue: async () => {}, redrive: async () => 0 };
  const policies = { joinPolicy: "open", postPolicy: "anyone", holdPolicy: "none" } as const;
  const words = { handle: "gardeners", name: "The gardeners", summary: "", language: "en" };
  await createCommunity({ db, config, jobs, now: () => new Date() }, { ...words, ...policies }, "command-line");
  const [row] = await sql<{ id: CommunityId }[]>`select id from community`;
  await makeMembers(db, row!.id, members);
  await makePast(db, row!.id, 600);
  return { iri: `${server.origin}/actors/${row!.id}` };
}

/** Every two seconds it is the hour of the digest. */
function keepDigestsRunning(): { end(): Promise<void> } {
  let ending = false;
  const running = (async () => {
    while (!ending) {
      await strikeTheHour(connection).catch(() => {});
      await sleep(2_000);
    }
  })();
  return {
    end: async () => {
      ending = true;
      await running;
    },
  };
}

async function killForAWhile(): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    // When it is at work again, and not always at the same point.
    await load.goesOn(Math.ceil(Math.random() * 40));
    await sleep(Math.random() * 300);
    const victim = victims[Math.floor(Math.random() * victims.length)]!;
    kills.push({ victim, at: performance.now() });
    await server.kill(victim);
    if (server.runs) continue;
    const started = server.start();
    if (Math.random() < 0.8) await started;
  }
}

/** Lets the server finish. Nobody is at work any more on what the dead had to themselves: we do not wait for that to lapse. */
async function settle(): Promise<number> {
  const started = performance.now();
  await server.kill("server");
  // The database may still be on its way up from the last kill.
  await insist(freeWhatTheDeadHad, 60_000);
  await server.start();
  let hours = 0;
  for (;;) {
    const [row] = await connection.sql<
      { mails: string; jobs: string; deliveries: string; inbound: string; young: boolean }[]
    >`
      select (select count(*) from list_mail where state = 'waiting') as mails,
        (select count(*) from pgboss.job where state in ('created', 'retry', 'active') and name <> 'dead'
          and name not like '\\_\\_%' and start_after < now() + interval '1 minute') as jobs,
        (select count(*) from delivery where dead_at is null) as deliveries,
        (select count(*) from inbound_activity where state = 'new') as inbound,
        coalesce((select max(published_at) > now() - interval '61 seconds' from post), false) as young`;
    const waits = Number(row!.mails) + Number(row!.jobs) + Number(row!.deliveries) + Number(row!.inbound);
    // What was said last is a digest's a minute later.
    if (waits === 0 && !row!.young && hours++ === 1) return (performance.now() - started) / 1_000;
    if (waits === 0 && !row!.young) await strikeTheHour(connection);
    if (performance.now() - started > 240_000) throw new Error(`it does not come to an end: ${JSON.stringify(row)}`);
    await sleep(500);
  }
}

async function freeWhatTheDeadHad(): Promise<void> {
  await connection.sql`update list_mail set leased_until = now() where leased_until > now()`;
  await connection.sql`update inbound_lease set leased_until = now() where leased_until > now()`;
  await connection.sql`update delivery_line set leased_until = now() where leased_until > now()`;
  await connection.sql`update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'`;
}

async function report(waited: number): Promise<void> {
  const { sql } = connection;
  const owed = await listOwed(sql, server.origin);
  const once = arrivalsOf(relay.received, "once");
  const digests = arrivalsOf(relay.received, "digest");
  const announces = announcesOf(load.peer.received);
  const inside = [...(await balancePosts(sql, load.acknowledged)), await balanceDigests(sql)];
  const outside = [
    balanceArrivals("mails, each to one member", once, owed.mails),
    balanceArrivals("digests, each to one member", digests, owed.digests),
    balanceArrivals("boosts at a follower's server", announces, owed.announces),
  ];
  const count = (victim: Victim) => kills.filter((kill) => kill.victim === victim).length;
  console.log(
    `${seconds} s, ${kills.length} times kill -9: ${victims.map((one) => `${one} ${count(one)}`).join(", ")}`,
  );
  console.log(`sent again for want of an answer: ${load.acknowledged.retries}; all done ${waited.toFixed(0)} s later`);
  for (const one of inside) show(one, "doubled");
  // Whoever dies between the receiver's yes and noting it cannot know it (RFC 5321, section 4.5.5): the same comes again, by the same name.
  for (const one of outside) show(one, "came again by the same name");
  const times = kills.map(({ at }) => at);
  const causeless = withoutCause([...once, ...digests], times, 10_000);
  const faults = [
    ...load.acknowledged.refusals.map((answer) => `refused: ${answer}`),
    ...server.ends.map((end) => `the server ended by itself: ${end}`),
    ...causeless.map((name) => `came again though nothing had died: ${name}`),
    ...[...inside, ...outside].flatMap(({ what, lost }) => lost.slice(0, 5).map((name) => `lost of ${what}: ${name}`)),
    ...inside.flatMap(({ what, doubled }) => doubled.slice(0, 5).map((name) => `doubled of ${what}: ${name}`)),
  ];
  for (const fault of faults) console.log(fault);
  console.log(faults.length === 0 ? "nothing acknowledged is lost, nothing is doubled" : "THERE ARE FAULTS");
  process.exitCode = faults.length === 0 ? 0 : 1;
}

function show({ what, expected, lost, doubled }: Balance, again: string): void {
  console.log(`${what.padEnd(38)} ${String(expected).padStart(6)}  lost ${lost.length}, ${again} ${doubled.length}`);
}
