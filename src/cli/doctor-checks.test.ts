import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { makeCommunity } from "../../test/make.ts";
import { testConfig, withApp, withCommittedApp } from "../../test/with-app.ts";
import { getCommunity } from "../community/get-community.ts";
import { recordInbound } from "../jobs/inbound.ts";
import { checkConfig, checkDatabase, checkMail, checkOrigin, checkQueues, checkSignature } from "./doctor-checks.ts";

test.each([
  ["https://moot.example", false, [true]],
  ["http://localhost:8000", true, [true]],
  ["http://moot.example", false, [false]],
  ["https://moot.example:8443", false, [false]],
  ["http://moot.example:8000", true, [false, false, false]],
])("%s with insecure peers %s", (origin, insecurePeers, expected) => {
  expect(checkConfig({ ...testConfig, origin, insecurePeers }).map(({ ok }) => ok)).toEqual(expected);
});

test("where mail goes is told without the password, and what to set for it", () => {
  expect(checkMail(testConfig).words).toContain("SMTP_URL");
  const { words } = checkMail({ ...testConfig, smtpUrl: "smtps://me:hunter2@relay.example:465" });
  expect(words).toBe("goes to relay.example:465");
});

test("a clock that differs from that of the database is ill", () =>
  withCommittedApp(async ({ connection }) => {
    const fast = () => new Date(Date.now() + 3_600_000);
    const clock = async (now: () => Date) =>
      (await checkDatabase(connection, now)).find(({ what }) => what === "clock");

    expect(await clock(() => new Date())).toMatchObject({ ok: true });
    expect(await clock(fast)).toMatchObject({ ok: false, words: expect.stringMatching(/differs .* by 3(599|600) s/) });
  }));

test("work that waits for long is ill", () =>
  withApp(async (app) => {
    const activity = { iri: "https://a.example/1", actorIri: "https://a.example/ann", body: "{}" };
    await recordInbound(app.db, [activity], app.now());

    expect((await checkQueues(app)).map(({ ok }) => ok)).toEqual([true, true]);
    app.advance(10 * 60_000);

    const [queue] = await checkQueues(app);
    expect(queue).toMatchObject({ ok: false, words: expect.stringContaining("waiting for 10 min") });
  }));

let server: Server | undefined;

afterEach(() => {
  server?.close();
  server = undefined;
});

/** A server that answers paths with JSON, told where it is. */
async function serve(answers: (origin: string) => Readonly<Record<string, unknown>>): Promise<string> {
  server = createServer((request, response) => {
    const found = answers(origin)[request.url ?? ""];
    response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return origin;
}

test("a server that is found as it should be is well", () =>
  withApp(async (app) => {
    const community = await getCommunity(app.db, await makeCommunity(app));
    const origin = await serve((here) => ({
      "/healthz": "up",
      "/.well-known/nodeinfo": { links: [{ href: `${here}/nodeinfo/2.1` }] },
      "/nodeinfo/2.1": { software: { name: "folkmoot" } },
      [`/.well-known/webfinger?resource=${encodeURIComponent(`acct:cats@${new URL(here).host}`)}`]: {
        links: [{ rel: "self", href: `${here}/actors/${community.id}` }],
      },
      [`/actors/${community.id}`]: { id: `${here}/actors/${community.id}` },
    }));

    expect(await checkOrigin(origin, community)).toMatchObject([
      { what: "server", ok: true },
      { what: "metrics", ok: true },
      { what: "NodeInfo", ok: true },
      { what: "WebFinger", ok: true },
    ]);
  }));

test("what a proxy keeps from the world, or gives away, is ill", () =>
  withApp(async (app) => {
    const community = await getCommunity(app.db, await makeCommunity(app));
    const origin = await serve(() => ({ "/healthz": "up", "/metrics": "figures" }));

    expect(await checkOrigin(origin, community)).toMatchObject([
      { what: "server", ok: true },
      { what: "metrics", ok: false },
      { what: "NodeInfo", ok: false },
      { what: "WebFinger", ok: false, words: expect.stringContaining("acct:cats@") },
    ]);
  }));

test("a server that does not answer is told with the reason", async () => {
  expect(await checkOrigin("http://127.0.0.1:9", undefined)).toMatchObject([
    { what: "server", ok: false, words: expect.stringContaining("nobody answers at http://127.0.0.1:9 (") },
  ]);
});

test("the DNS record of each key that signs mail is shown until the DNS has it", () =>
  withApp(
    async (app) => {
      const asked: string[] = [];
      const ticking = () => {
        app.advance(1);
        return app.now();
      };
      const missing = await checkSignature({ ...app, now: ticking }, async (name) => {
        asked.push(name);
        return [["v=spf1 -all"]];
      });
      expect(asked.toSorted()).toEqual([
        "folkmoot2026-ed25519._domainkey.moot.example",
        "folkmoot2026._domainkey.moot.example",
      ]);
      expect(missing).toMatchObject([
        { what: "DKIM", ok: false, words: expect.stringContaining("nobody can check it") },
        { what: "DKIM", ok: false, words: expect.stringContaining("nobody can check it") },
      ]);
      const shown = missing.map(({ words }) => /(\S+) "(v=DKIM1; k=(?:rsa|ed25519); p=[\w+/=]{44,})"$/.exec(words)!);
      const dns = new Map(shown.map(([, name = "", record = ""]) => [name, [record.slice(0, 255), record.slice(255)]]));
      const found = await checkSignature(app, async (name) => [dns.get(name) ?? []]);
      expect(found.map(({ ok }) => ok)).toEqual([true, true]);
      const away = async () => Promise.reject(new Error("no answer"));
      expect((await checkSignature(app, away)).map(({ ok }) => ok)).toEqual([false, false]);
      // On one machine alone nobody else checks anything.
      const local = { ...app, config: { ...app.config, mailDomain: "localhost" } };
      expect(await checkSignature(local, away)).toEqual([]);
    },
    { smtpUrl: "smtp://127.0.0.1:9" },
  ));
