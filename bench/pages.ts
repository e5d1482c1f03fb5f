/**
 * A thread of fifty posts over HTTP: rendered each time, from the cache, and answered 304; beside an empty handler on the same server.
 * Pages are TSX, so it is bundled first. Run it on a quiet machine:
 *
 *     npx esbuild bench/pages.ts --bundle --packages=external --platform=node --format=esm --outfile=dist/bench-pages.js
 *     node dist/bench-pages.js [seconds]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { Agent, request } from "undici";
import type { App } from "../src/app.ts";
import { createCommunity } from "../src/community/create-community.ts";
import { readConfig } from "../src/core/config.ts";
import { type AuthorId, newId } from "../src/core/ids.ts";
import { connect } from "../src/db/client.ts";
import { startEmbedded } from "../src/db/embedded.ts";
import { migrate } from "../src/db/migrate.ts";
import { authors, remoteActors } from "../src/db/schema/identity.ts";
import { submitPosts } from "../src/post/submit-posts.ts";
import { createWeb } from "../web/app.tsx";

const posts = 50;
const words = "<p>Pare the patch until you can read print through it. <em>Everything else</em> is patience.</p>".repeat(
  8,
);

/** A thread of fifty posts by ten people, each answering one of the last few. */
async function makeThread(app: App): Promise<string> {
  const now = app.now();
  const wanted = { joinPolicy: "open", postPolicy: "anyone", holdPolicy: "none" } as const;
  const communityId = await createCommunity(
    app,
    { handle: "bench", name: "Bench", summary: "", language: "en", ...wanted },
    "bench",
  );
  const people: AuthorId[] = [];
  for (let index = 0; index < 10; index++) {
    const id = newId<AuthorId>(now);
    const iri = `https://remote.example/users/${index}`;
    const address = { handle: `person${index}`, host: "remote.example" };
    await app.db.insert(authors).values({ id, ...address, name: `Person ${index}`, url: iri, createdAt: now });
    const actor = { iri, authorId: id, type: "Person", host: address.host, inbox: `${iri}/inbox`, document: "{}" };
    await app.db.insert(remoteActors).values({ ...actor, fetchedAt: now });
    people.push(id);
  }
  const nameOf = (post: number) => `https://remote.example/notes/${post}`;
  const outcomes = await submitPosts(
    app,
    Array.from({ length: posts }, (_, post) => ({
      communityId,
      authorId: people[post % people.length]!,
      authorName: "",
      channel: "activitypub",
      sourceId: nameOf(post),
      names: [],
      inReplyTo: post === 0 ? undefined : nameOf(Math.max(0, post - 1 - (post % 4))),
      html: words,
      sensitive: false,
      original: { mediaType: "application/json", bytes: Buffer.from("{}") },
    })),
  );
  const [first] = outcomes;
  if (!first || !("postId" in first)) throw new Error("the thread was not made");
  return `/c/bench/t/${first.postId}`;
}

/** The server under test: the pages with and without a cache, and an empty handler. */
async function serve(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "folkmoot-bench-"));
  const embedded = await startEmbedded(directory, { durable: false });
  const connection = connect(embedded.url);
  await migrate(connection);
  const config = readConfig({ ORIGIN: "http://moot.example", SECRET_KEY: "bench".repeat(8) });
  const app: App = {
    db: connection.db,
    config,
    now: () => new Date(),
    jobs: { enqueue: async () => {}, redrive: async () => 0 },
  };
  const path = await makeThread(app);

  const empty = new Hono();
  empty.get("/", (c) => c.body(null, 200));
  const parts = { empty, cold: createWeb(app, { cacheSize: 0 }), cached: createWeb(app) };
  const ports: Record<string, number> = {};
  for (const [name, part] of Object.entries(parts)) {
    const server = createServer(getRequestListener(part.fetch)).listen(0, "127.0.0.1");
    await once(server, "listening");
    ports[name] = (server.address() as AddressInfo).port;
  }
  process.send?.({ ports, path });
  await once(process, "disconnect");
  await connection.close();
  await embedded.stop();
  rmSync(directory, { recursive: true, force: true });
  process.exit(0);
}

interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Asks for one address again and again, so many at a time. */
async function ask(url: string, headers: Record<string, string>, status: number, at: number): Promise<Figures> {
  const dispatcher = new Agent({ connections: at, pipelining: 1 });
  const times: number[] = [];
  let until = performance.now() + 1_000;
  let measured = false;
  const work = async () => {
    while (performance.now() < until) {
      const started = performance.now();
      const answer = await request(url, { headers, dispatcher });
      await answer.body.dump({ limit: 10_000_000 });
      if (answer.statusCode !== status) throw new Error(`${url} answered ${answer.statusCode}`);
      if (measured) times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: at }, work));
  measured = true;
  until = performance.now() + seconds * 1_000;
  await Promise.all(Array.from({ length: at }, work));
  await dispatcher.close();
  times.sort((one, other) => one - other);
  const part = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { perSecond: times.length / seconds, p50: part(0.5), p99: part(0.99) };
}

async function measure(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ["serve"]);
  const [{ ports, path }]: [{ ports: Record<string, number>; path: string }] = (await once(child, "message")) as never;
  const at = (name: string, rest = path) => `http://127.0.0.1:${ports[name]}${rest}`;
  const page = await request(at("cached"));
  const bytes = (await page.body.text()).length;
  const etag = String(page.headers["etag"]);
  process.stdout.write(`a thread of ${posts} posts, ${(bytes / 1000).toFixed(1)} kB\n`);
  for (const clients of [1, 16]) {
    const rounds = [
      ["empty handler", at("empty", "/"), {}, 200],
      ["rendered", at("cold"), {}, 200],
      ["from cache", at("cached"), {}, 200],
      ["304", at("cached"), { "if-none-match": etag }, 304],
    ] as const;
    let limit = 0;
    for (const [name, url, headers, status] of rounds) {
      const { perSecond, p50, p99 } = await ask(url, headers, status, clients);
      limit ||= perSecond;
      const line = [
        `${clients} at once`.padEnd(12),
        name.padEnd(14),
        `${perSecond.toFixed(0)}/s`.padStart(9),
        `p50 ${p50.toFixed(2)} ms`.padStart(14),
        `p99 ${p99.toFixed(2)} ms`.padStart(15),
        `${((100 * perSecond) / limit).toFixed(1)} % of the empty handler`.padStart(32),
      ];
      process.stdout.write(`${line.join(" ")}\n`);
    }
  }
  child.disconnect();
  await once(child, "exit");
}

const seconds = Number(process.argv[2] ?? 5) || 5;
await (process.argv[2] === "serve" ? serve() : measure());
