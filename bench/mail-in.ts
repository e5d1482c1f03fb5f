/**
 * Mail that comes by LMTP: so many a second, how long it is until 250, which is said after the commit, and until the post can be read in the
 * archive; then as fast as it goes. Beside it, in the same run, a server that only answers, and how many commits a second last on this disk.
 *
 *     npm run bench:mail-in -- [mails a second] [seconds]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../src/db/client.ts";
import { type LmtpClient, openLmtp } from "../test/mail-sender.ts";
import { freePort, startServerProcess, temporaryDirectory } from "../test/server-process.ts";

const [rate = 100, seconds = 20] = process.argv.slice(2).map(Number);
const conversations = 20;
const directory = temporaryDirectory();
const lmtpPort = await freePort();
const server = await startServerProcess(directory.path, await freePort(), {
  LMTP_LISTEN: `127.0.0.1:${lmtpPort}`,
  MAIL_DOMAIN: "moot.example",
});
const sinkPort = await freePort();
const sink = fork(join(import.meta.dirname, "mail-sink.ts"));
sink.send({ port: sinkPort });
await once(sink, "message");

let count = 0;

/** Every third answers one that came before. */
function compose(): { readonly id: string; readonly from: string; readonly text: string } {
  const number = count++;
  const from = `writer${number % conversations}@good.example`;
  const parent = number % 3 === 2 && number > 3 * conversations ? number - 2 * conversations : undefined;
  const id = `${number}@good.example`;
  const lines = [
    `From: Writer ${number % conversations} <${from}>`,
    "To: gardeners@moot.example",
    `Subject: ${parent === undefined ? "" : "Re: "}Sheds ${number}`,
    `Message-ID: <${id}>`,
    ...(parent === undefined ? [] : [`In-Reply-To: <${parent}@good.example>`]),
    "",
    "What lives in the shed, and what does it eat? ".repeat(20),
  ];
  return { id, from, text: lines.join("\n") };
}

async function hand(client: LmtpClient): Promise<string> {
  const { id, from, text } = compose();
  const [answer = ""] = await client.send({ from, to: ["gardeners@moot.example"], text });
  if (!answer.startsWith("250")) throw new Error(answer);
  return id;
}

/** Until the archive leads to it. */
async function untilRead(id: string): Promise<void> {
  for (;;) {
    const { status } = await fetch(`${server.origin}/m/${id}`, { redirect: "manual" });
    if (status === 302) return;
    await sleep(5);
  }
}

const openAll = async (port: number) => await Promise.all(Array.from({ length: conversations }, () => openLmtp(port)));

/** Each mail has its time: what has to wait for others has waited. */
async function atRate(clients: readonly LmtpClient[]) {
  const [answered, read]: [number[], number[]] = [[], []];
  const began = performance.now();
  let next = 0;
  const work = async (client: LmtpClient) => {
    for (let number = next++; number < rate * seconds; number = next++) {
      const due = began + (number * 1_000) / rate;
      await sleep(Math.max(0, due - performance.now()));
      const id = await hand(client);
      answered.push(performance.now() - due);
      // Looking takes time from what is looked at.
      if (number % 10 !== 0) continue;
      await untilRead(id);
      read.push(performance.now() - due);
    }
  };
  await Promise.all(clients.map(work));
  return { answered, read, took: (performance.now() - began) / 1_000 };
}

async function perSecond(duration: number, workers: number, work: (worker: number) => Promise<unknown>) {
  const began = performance.now();
  let done = 0;
  const loop = async (worker: number) => {
    for (; performance.now() - began < duration * 1_000; done++) await work(worker);
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => loop(worker)));
  return done / ((performance.now() - began) / 1_000);
}

const at = (times: readonly number[], share: number) =>
  `${(times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0).toFixed(0)} ms`;

try {
  await server.command("community", "create", "gardeners", "--name", "The gardeners");
  const clients = await openAll(lmtpPort);
  // Whoever writes for the first time gets keys, which is dear.
  for (const client of clients) await hand(client);
  const { answered, read, took } = await atRate(clients);
  console.log(
    `at ${rate}/s: ${answered.length} taken in ${took.toFixed(1)} s (${(answered.length / took).toFixed(0)}/s)`,
  );
  console.log(`  until 250             p50 ${at(answered, 0.5)}  p99 ${at(answered, 0.99)}`);
  console.log(
    `  until it can be read  p50 ${at(read, 0.5)}  p99 ${at(read, 0.99)}  of ${read.length} that were looked for`,
  );
  const most = await perSecond(5, conversations, async (worker) => await hand(clients[worker]!));
  const answering = await openAll(sinkPort);
  const bare = await perSecond(3, conversations, async (worker) => await hand(answering[worker]!));
  const host = encodeURIComponent(join(directory.path, "postgres/socket"));
  const database = connect(`postgres:///folkmoot?host=${host}&user=folkmoot`, { max: conversations });
  await database.sql.unsafe("create table bench_commit (text text)");
  const text = "x".repeat(1_000);
  const commits = await perSecond(
    3,
    conversations,
    async () => await database.sql`insert into bench_commit values (${text})`,
  );
  await database.close();
  console.log(`as fast as it goes      ${most.toFixed(0)}/s`);
  console.log(`a server that answers   ${bare.toFixed(0)}/s`);
  console.log(`commits that last       ${commits.toFixed(0)}/s`);
  for (const client of [...clients, ...answering]) client.close();
} finally {
  sink.disconnect();
  await server.stop();
  directory.remove();
}
