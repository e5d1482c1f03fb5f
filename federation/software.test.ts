import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { findPeers } from "../src/jobs/peers.ts";
import { installGuard } from "../src/net/guard.ts";
import { withApp } from "../test/with-app.ts";
import { familyOf, refreshSoftware } from "./software.ts";

const day = 24 * 60 * 60 * 1000;

/** A server on loopback, by its host, and how often it was asked. */
async function withHost(answer: RequestListener, use: (host: string, asked: () => number) => Promise<void>) {
  const guard = installGuard({ insecurePeers: true });
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`, () => asked);
  } finally {
    await guard.close();
    server.closeAllConnections();
    server.close();
  }
}

/** NodeInfo as a server tells it. */
function nodeInfo(document: unknown): RequestListener {
  const links = [
    { rel: "http://nodeinfo.diaspora.software/ns/schema/1.0", href: "/nodeinfo/1.0" },
    { rel: "http://nodeinfo.diaspora.software/ns/schema/2.0", href: "/nodeinfo/2.0" },
    { rel: "http://nodeinfo.diaspora.software/ns/schema/2.1", href: "/nodeinfo/2.1" },
  ];
  return (request, response) => {
    if (request.url === "/.well-known/nodeinfo") response.end(JSON.stringify({ links }));
    else if (request.url === "/nodeinfo/2.1") response.end(JSON.stringify(document));
    else response.writeHead(404).end();
  };
}

const insecure = { insecurePeers: true };

test("a server is asked what it runs once a week", () =>
  withHost(nodeInfo({ software: { name: "Mastodon", version: "4.5.0" } }), (host, asked) =>
    withApp(async (app) => {
      await refreshSoftware(app, [host]);
      await refreshSoftware(app, [host]);
      expect((await findPeers(app.db, [host])).get(host)).toMatchObject({
        software: "mastodon",
        softwareVersion: "4.5.0",
      });
      expect(asked()).toBe(2);

      app.advance(8 * day);
      await refreshSoftware(app, [host]);
      expect(asked()).toBe(4);
    }, insecure),
  ));

test.each<[string, RequestListener]>([
  ["has no NodeInfo", (_, response) => response.writeHead(404).end()],
  ["answers with a page", (_, response) => response.end("<html>")],
  ["has a name of a thousand letters", nodeInfo({ software: { name: "x".repeat(1_000) } })],
  ["has a NUL in its name", nodeInfo({ software: { name: "mast\0odon" } })],
  ["answers without end", (_, response) => response.end(Buffer.alloc(3 * 1024 * 1024, " "))],
])("a server that %s is left alone for a day", (_, answer) =>
  withHost(answer, (host, asked) =>
    withApp(async (app) => {
      await refreshSoftware(app, [host]);
      const first = asked();
      expect(first).toBeGreaterThan(0);
      expect((await findPeers(app.db, [host])).get(host)?.software).toBeUndefined();

      app.advance(day - 1);
      await refreshSoftware(app, [host]);
      expect(asked()).toBe(first);
      app.advance(1);
      await refreshSoftware(app, [host]);
      expect(asked()).toBeGreaterThan(first);
    }, insecure),
  ),
);

test.each([
  ["lemmy", "group"],
  ["NodeBB", "group"],
  ["mastodon", "microblog"],
  ["Iceshrimp.NET", "microblog"],
  ["a new thing", "unknown"],
  [undefined, "unknown"],
])("%s is of the family %s", (software, family) => {
  expect(familyOf(software)).toBe(family);
});
