import { createVerify, generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { LocalActorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { peers } from "../src/db/schema/traffic.ts";
import type { Destination } from "../src/jobs/deliveries.ts";
import { setPolicy } from "../src/jobs/peer-rules.ts";
import { findPeers } from "../src/jobs/peers.ts";
import { createWake, listenFor } from "../src/jobs/wake.ts";
import { installGuard } from "../src/net/guard.ts";
import { listDeliveries, makeOwed, makeSigner } from "../test/make-deliveries.ts";
import { type TestApp, withApp, withCommittedApp } from "../test/with-app.ts";
import { createDeliverer } from "./deliver.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const keyId = "https://moot.example/actors/cats#main-key";

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly id: string;
}

type Answer = (received: Received, response: ServerResponse) => void;

interface Server extends Destination {
  readonly received: readonly Received[];
  /** Most requests that it had at once. */
  readonly atOnce: () => number;
  answer: Answer;
  at(path: string): Destination;
}

const accept: Answer = (_, response) => response.writeHead(202).end();
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, headers).end();

/** Runs a test with servers on loopback that remember what they were sent. */
async function withServers(count: number, use: (...servers: Server[]) => Promise<void>): Promise<void> {
  const guard = installGuard({ insecurePeers: true });
  const started = await Promise.all(Array.from({ length: count }, startServer));
  try {
    await use(...started.map(({ server }) => server));
  } finally {
    await guard.close();
    for (const { close } of started) close();
  }
}

async function startServer(): Promise<{ server: Server; close: () => void }> {
  const received: Received[] = [];
  let open = 0;
  let most = 0;
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    most = Math.max(most, ++open);
    response.on("close", () => {
      open -= 1;
    });
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const one = {
        path: request.url ?? "",
        headers: request.headers,
        body,
        id: JSON.parse(body).id.split("/").at(-1),
      };
      received.push(one);
      server.answer(one, response);
    });
  });
  await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const at = (path: string) => ({ inbox: `http://${host}${path}`, host });
  const server: Server = { ...at("/inbox"), at, received, atOnce: () => most, answer: accept };
  const close = () => {
    http.closeAllConnections();
    http.close();
  };
  return { server, close };
}

function delivererOf(app: TestApp, onGone?: (inboxes: readonly string[]) => Promise<void>) {
  const signerOf = async (_: LocalActorId) => ({ keyId, privateKey });
  return createDeliverer(app, { wake: createWake(), signerOf, ...(onGone ? { onGone } : {}) });
}

const insecure = { insecurePeers: true };

test("an activity arrives byte for byte, signed, under our name", () =>
  withServers(1, (cats) =>
    withApp(async (app) => {
      await makeOwed(app, await makeSigner(app), "a", [cats!]);

      expect(await delivererOf(app).deliverDue()).toBe(1);

      const [{ headers, body, path }] = cats!.received as [Received];
      expect(body).toBe('{"id":"https://moot.example/activities/a","type":"Announce"}');
      expect(headers["content-type"]).toBe("application/activity+json");
      expect(headers["user-agent"]).toMatch(/^Folkmoot\/[\d.]+ \(\+https:\/\/moot\.example\)$/);
      const given = Object.fromEntries(
        [...String(headers.signature).matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      );
      const signed = given.headers
        .split(" ")
        .map((name: string) => `${name}: ${name === "(request-target)" ? `post ${path}` : headers[name]}`);
      expect(given.keyId).toBe(keyId);
      expect(given.headers).toContain("digest");
      expect(createVerify("sha256").update(signed.join("\n")).verify(publicKey, given.signature, "base64")).toBe(true);
      expect(await listDeliveries(app)).toEqual([]);
    }, insecure),
  ));

test.each([400, 401])(
  "a server that answers %i to one signature is asked once with the other, which is remembered",
  (code) =>
    withServers(1, (cats) =>
      withApp(async (app) => {
        const signerId = await makeSigner(app);
        cats!.answer = (one, response) => response.writeHead(one.headers["signature-input"] ? 202 : code).end();
        await makeOwed(app, signerId, "a", [cats!]);
        await delivererOf(app).deliverDue();
        await makeOwed(app, signerId, "b", [cats!]);
        await delivererOf(app).deliverDue();

        expect(cats!.received.map(({ id, headers }) => [id, headers["signature-input"] !== undefined])).toEqual([
          ["a", false],
          ["a", true],
          ["b", true],
        ]);
        expect((await findPeers(app.db, [cats!.host])).get(cats!.host)?.signature).toBe("rfc9421");
      }, insecure),
    ),
);

test.each([403, 404, 410, 429, 500, 503])("nobody knocks twice after %i", (code) =>
  withServers(1, (cats) =>
    withApp(async (app) => {
      cats!.answer = status(code);
      await makeOwed(app, await makeSigner(app), "a", [cats!]);

      await delivererOf(app).deliverDue();

      expect(cats!.received).toHaveLength(1);
    }, insecure),
  ),
);

test("whoever is gone for good is told of, once a batch", () =>
  withServers(2, (gone, lost) =>
    withApp(async (app) => {
      const signerId = await makeSigner(app);
      gone!.answer = status(410);
      lost!.answer = status(404);
      const told: (readonly string[])[] = [];
      await makeOwed(app, signerId, "a", [gone!, lost!]);

      await delivererOf(app, async (inboxes) => void told.push(inboxes)).deliverDue();
      expect(told).toEqual([[gone!.inbox]]);
      expect((await listDeliveries(app)).map(({ dead }) => dead)).toEqual([true, true]);
    }, insecure),
  ));

test("a server that asks to wait is asked again when it said", () =>
  withServers(1, (cats) =>
    withApp(async (app) => {
      cats!.answer = status(429, { "retry-after": "90" });
      await makeOwed(app, await makeSigner(app), "a", [cats!]);
      const deliverer = delivererOf(app);
      await deliverer.deliverDue();
      cats!.answer = accept;

      app.advance(89_000);
      expect(await deliverer.deliverDue()).toBe(0);
      app.advance(1_000);
      expect(await deliverer.deliverDue()).toBe(1);
    }, insecure),
  ));

test("a server that is down costs one attempt and hurts nobody else", () =>
  withServers(2, (down, well) =>
    withApp(async (app) => {
      const signerId = await makeSigner(app);
      down!.answer = (_, response) => response.destroy();
      for (const name of ["a", "b", "c"]) await makeOwed(app, signerId, name, [down!, well!]);

      await delivererOf(app).deliverDue();

      expect(down!.received).toHaveLength(1);
      expect(well!.received.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    }, insecure),
  ));

test("deliveries of one order arrive one after the other, and no server gets more at once than it may", () =>
  withServers(1, (cats) =>
    withApp(async (app) => {
      const signerId = await makeSigner(app);
      await makeOwed(app, signerId, "hello", [cats!]);
      const deliverer = delivererOf(app);
      await deliverer.deliverDue();
      cats!.answer = (_, response) => setTimeout(() => response.writeHead(202).end(), 3);
      for (const post of ["p", "q", "r", "s", "t", "u"]) {
        for (const step of [1, 2, 3]) await makeOwed(app, signerId, `${post}${step}`, [cats!], post);
      }

      await deliverer.deliverDue();

      const ids = cats!.received.slice(1).map(({ id }) => id);
      expect(ids).toHaveLength(18);
      for (const post of ["p", "q", "r", "s", "t", "u"]) {
        expect(ids.filter((id) => id.startsWith(post))).toEqual([`${post}1`, `${post}2`, `${post}3`]);
      }
      expect(cats!.atOnce()).toBeGreaterThan(1);
      expect(cats!.atOnce()).toBeLessThanOrEqual(limits.socketsPerHost);
    }, insecure),
  ));

test("a server that we do not know yet gets one request at a time", () =>
  withServers(1, (cats) =>
    withApp(async (app) => {
      const signerId = await makeSigner(app);
      cats!.answer = (_, response) => setTimeout(() => response.writeHead(202).end(), 3);
      for (const name of ["a", "b", "c", "d"]) await makeOwed(app, signerId, name, [cats!]);

      await delivererOf(app).deliverDue();

      expect(cats!.received).toHaveLength(4);
      expect(cats!.atOnce()).toBe(1);
    }, insecure),
  ));

test("when one of an order is refused the rest of it waits, and others go on", () =>
  withServers(1, (cats) =>
    withApp(async (app) => {
      const signerId = await makeSigner(app);
      cats!.answer = (one, response) => response.writeHead(one.id === "p1" ? 403 : 202).end();
      await makeOwed(app, signerId, "p1", [cats!], "p");
      await makeOwed(app, signerId, "p2", [cats!], "p");
      await makeOwed(app, signerId, "q1", [cats!], "q");

      await delivererOf(app).deliverDue();

      expect(cats!.received.map(({ id }) => id)).toEqual(["p1", "q1"]);
    }, insecure),
  ));

test("nothing goes to a host that was blocked after it was owed", () =>
  withServers(1, (cats) =>
    withApp(async (app) => {
      await makeOwed(app, await makeSigner(app), "a", [cats!]);
      await setPolicy(app.db, cats!.host, "blocked", app.now());

      expect(await delivererOf(app).deliverDue()).toBe(0);
      expect(cats!.received).toEqual([]);
    }, insecure),
  ));

test("a block that came while something was being owed is seen before it is sent", () =>
  withServers(1, (cats) =>
    withApp(async (app) => {
      await makeOwed(app, await makeSigner(app), "a", [cats!]);
      await app.db.insert(peers).values({ host: cats!.host, policy: "blocked", createdAt: app.now() });

      await delivererOf(app).deliverDue();

      expect(cats!.received).toEqual([]);
      expect(await listDeliveries(app)).toMatchObject([{ dead: true, last_error: "the host is blocked" }]);
    }, insecure),
  ));

test("a deliverer that runs hears of what is owed, and stops when what it began is done and noted", () =>
  withServers(1, (cats) =>
    withCommittedApp(async ({ app, connection }) => {
      const signerId = await makeSigner(app);
      const wake = createWake();
      const end = await listenFor(connection.sql, "folkmoot_delivery", wake);
      const stop = createDeliverer(app, { wake, signerOf: async () => ({ keyId, privateKey }) }).start();
      const arrived = Promise.withResolvers<() => void>();
      cats!.answer = (_, response) => arrived.resolve(() => response.writeHead(202).end());

      await makeOwed(app, signerId, "a", [cats!]);
      await makeOwed(app, signerId, "b", [cats!]);
      const answer = await arrived.promise;
      const stopped = stop();
      answer();
      await stopped;

      expect(cats!.received.map(({ id }) => id)).toEqual(["a"]);
      expect(await listDeliveries(app)).toMatchObject([{ activity: "b", attempts: 0 }]);
      cats!.answer = accept;
      expect(await delivererOf(app).deliverDue()).toBe(1);
      await end();
    }, insecure),
  ));
