import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { getGlobalDispatcher, request, setGlobalDispatcher } from "undici";
import { expect, test } from "vitest";
import { addresses } from "../../test/attacks/inside.ts";
import { limits } from "../core/limits.ts";
import { DeadlinePassed, totalDeadline } from "./deadline.ts";
import { createGuard, type GuardOptions, installGuard } from "./guard.ts";
import { post } from "./post.ts";
import { Refused } from "./refused.ts";
import { selfCheck } from "./self-check.ts";

/** A server on loopback that counts who comes. */
async function withServer(answer: RequestListener, use: (port: number, hits: () => number) => Promise<void>) {
  let hits = 0;
  const server = createServer(answer).on("connection", () => {
    hits += 1;
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await use((server.address() as AddressInfo).port, () => hits);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function withGuard(options: GuardOptions, use: () => Promise<void>) {
  const guard = installGuard(options);
  try {
    await use();
  } finally {
    await guard.close();
  }
}

async function errorOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
    return "no error";
  } catch (error) {
    return error instanceof TypeError && error.cause ? error.cause : error;
  }
}

test.each(addresses)("CVE-2024-39687, CVE-2026-50131: https://%s/ is refused before anything is sent", (host) =>
  withGuard({ insecurePeers: false }, async () => {
    expect(await errorOf(fetch(`https://${host}/`))).toBeInstanceOf(Refused);
    expect(await errorOf(post(`https://${host}/`, {}, "{}"))).toBeInstanceOf(Refused);
  }),
);

test("GHSA-f59r-8gcj-68f2, CVE-2026-77632: plain http, other ports and names of this machine reach nobody", () =>
  withServer(
    (_, response) => response.end("secret"),
    (port, hits) =>
      withGuard({ insecurePeers: false }, async () => {
        const targets = [`http://127.0.0.1:${port}/`, `https://127.0.0.1:${port}/`, `http://localhost:${port}/`];
        for (const url of [
          ...targets,
          `https://localhost:${port}/`,
          "http://example.org/",
          "https://example.org:8443/",
        ]) {
          expect(await errorOf(fetch(url))).toBeInstanceOf(Refused);
          expect(await errorOf(request(url))).toBeInstanceOf(Refused);
          expect(await errorOf(post(url, {}, ""))).toBeInstanceOf(Refused);
        }
        expect(await errorOf(fetch("ftp://127.0.0.1/"))).toBeInstanceOf(Error);
        expect(hits()).toBe(0);
      }),
  ));

test("an answer without end is cut off; to a delivery its head is enough", () =>
  withServer(
    (_, response) => {
      const more = () => response.write(Buffer.alloc(64 * 1024)) && setImmediate(more);
      response.on("drain", more);
      more();
    },
    (port) =>
      withGuard({ insecurePeers: true }, async () => {
        const answer = await request(`http://127.0.0.1:${port}/`);
        let size = 0;
        const error = await errorOf(
          (async () => {
            for await (const chunk of answer.body) size += chunk.length;
          })(),
        );
        expect(error).toMatchObject({ code: "UND_ERR_RES_EXCEEDED_MAX_SIZE" });
        expect(size).toBeLessThanOrEqual(limits.fetchedDocument);
        expect(await post(`http://127.0.0.1:${port}/`, {}, "{}")).toEqual({ status: 200 });
      }),
  ));

test("GHSA-fq5h-gjhp-g75x, GHSA-9pmv-w936-hj3f, GHSA-64hq-2hgr-q4pm, CVE-2023-36461: an answer that drips is ended at the deadline, for request and for fetch", () =>
  withServer(
    (_, response) => {
      const drip = setInterval(() => response.write("."), 5);
      response.on("close", () => clearInterval(drip));
    },
    async (port) => {
      const guard = createGuard({ insecurePeers: true });
      const dispatcher = guard.dispatcher.compose(totalDeadline(60));
      const url = `http://127.0.0.1:${port}/`;
      const read = async () => await (await request(url, { dispatcher })).body.text();
      expect(await errorOf(read())).toBeInstanceOf(DeadlinePassed);
      const before = getGlobalDispatcher();
      setGlobalDispatcher(dispatcher);
      const fetched = await errorOf((async () => await (await fetch(url)).text())());
      setGlobalDispatcher(before);
      expect(fetched).toBeInstanceOf(DeadlinePassed);
      await guard.close();
    },
  ));

test("GHSA-fq5h-gjhp-g75x: a server that never answers is given up at the deadline", () =>
  withServer(
    () => {},
    async (port) => {
      const guard = createGuard({ insecurePeers: true });
      const dispatcher = guard.dispatcher.compose(totalDeadline(40));
      expect(await errorOf(request(`http://127.0.0.1:${port}/`, { dispatcher }))).toBeInstanceOf(DeadlinePassed);
      await guard.close();
    },
  ));

test("one host is given no more connections than the limit", () =>
  withServer(
    (_, response) => setTimeout(() => response.end(), 5),
    (port, hits) =>
      withGuard({ insecurePeers: true }, async () => {
        await Promise.all(Array.from({ length: 40 }, () => post(`http://127.0.0.1:${port}/`, {}, "{}")));
        expect(hits()).toBe(limits.socketsPerHost);
      }),
  ));

test("a delivery tells the status, when to come again and where to, and does not follow", () =>
  withServer(
    (_, response) =>
      response.writeHead(307, { location: "http://127.0.0.1:1/", "retry-after": "120" }).end("x".repeat(50_000)),
    (port) =>
      withGuard({ insecurePeers: true }, async () => {
        expect(await post(`http://127.0.0.1:${port}/inbox`, { "content-type": "text/plain" }, "body")).toEqual({
          status: 307,
          retryAfter: "120",
          location: "http://127.0.0.1:1/",
        });
      }),
  ));

test("the self-check passes with the guard, and fails without it", async () => {
  const guard = installGuard({ insecurePeers: false });
  await selfCheck(guard);
  await guard.close();

  await expect(selfCheck(guard)).rejects.toThrow("does not work");
});

test("closing the guard gives the way out back to who had it", async () => {
  const before = getGlobalDispatcher();
  const guard = installGuard({ insecurePeers: false });
  expect(getGlobalDispatcher()).toBe(guard.dispatcher);

  await guard.close();

  expect(getGlobalDispatcher()).toBe(before);
});
