import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { limits } from "../core/limits.ts";
import { Refused } from "../net/refused.ts";
import { createImageProxy, type ImageProxy, type ImageProxyOptions } from "./image-proxy.ts";

interface Scene {
  readonly proxy: ImageProxy;
  readonly origin: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  readonly dataDir: string;
  advance(milliseconds: number): void;
}

/** A proxy, and a server on loopback whose images it shows. */
async function withProxy(
  answer: RequestListener,
  use: (scene: Scene) => Promise<void>,
  changes: Partial<ImageProxyOptions> = {},
): Promise<void> {
  const asked: string[] = [];
  let time = Date.UTC(2026, 2, 1);
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const dataDir = await mkdtemp(join(tmpdir(), "folkmoot-images-"));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { origin: "https://moot.example", insecurePeers: true, dataDir, now: () => new Date(time) };
  const proxy = createImageProxy({ ...options, ...changes });
  try {
    await use({
      proxy,
      origin,
      asked,
      dataDir,
      advance: (milliseconds) => {
        time += milliseconds;
      },
    });
  } finally {
    await proxy.close();
    server.closeAllConnections();
    server.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const picture = await sharp({ create: { width: 40, height: 20, channels: 3, background: "teal" } })
  .png()
  .toBuffer();

const givesPicture: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "text/html" }).end(picture);
};

test("an image is asked of its home once, however many want it, and then comes from the disk", () =>
  withProxy(givesPicture, async ({ proxy, origin, asked, dataDir }) => {
    const shown = await Promise.all([1, 2, 3].map(() => proxy.show(`${origin}/1.png`, "small")));

    expect(shown.map((image) => image.subarray(8, 12).toString())).toEqual(["WEBP", "WEBP", "WEBP"]);
    expect(await proxy.show(`${origin}/1.png`, "small")).toEqual(shown[0]);
    expect(asked).toEqual(["/1.png"]);
    expect(await readdir(join(dataDir, "media"))).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.webp$/)]);
  }));

test("what is asked says who asks and nothing of whoever reads", () =>
  withProxy(
    ({ headers }, response) => {
      expect(Object.keys(headers).sort()).toEqual(["accept", "accept-encoding", "connection", "host", "user-agent"]);
      expect(headers["user-agent"]).toMatch(/^Folkmoot\/[\d.]+ \(\+https:\/\/moot\.example\)$/);
      response.end(picture);
    },
    async ({ proxy, origin }) => {
      await proxy.show(`${origin}/1.png`, "small");
    },
  ));

test("what cannot be shown is not asked for again for ten minutes", () =>
  withProxy(
    (_, response) => response.writeHead(503).end(),
    async ({ proxy, origin, asked, advance }) => {
      for (let count = 0; count < 5; count++)
        await expect(proxy.show(`${origin}/1.png`, "small")).rejects.toMatchObject({ kind: "unreachable" });
      expect(asked).toHaveLength(1);
      advance(limits.imageRetry + 1);

      await expect(proxy.show(`${origin}/1.png`, "small")).rejects.toMatchObject({ kind: "unreachable" });
      expect(asked).toHaveLength(2);
    },
  ));

const endless: RequestListener = (_, response) => {
  const more = () => {
    if (!response.destroyed && response.write(Buffer.alloc(256 * 1024))) setImmediate(more);
  };
  response.on("drain", more);
  more();
};

test.each<[string, string, RequestListener]>([
  ["is not there", "refused", (_, response) => response.writeHead(404).end()],
  ["is forbidden", "refused", (_, response) => response.writeHead(403).end()],
  [
    "breaks off",
    "unreachable",
    (_, response) => response.writeHead(200, { "content-length": 99 }).end("x".repeat(9), () => response.destroy()),
  ],
  ["is no HTTP", "unreachable", ({ socket }) => void socket.end("hello\r\n\r\n")],
  [
    "says that it is too large",
    "refused",
    (_, response) => response.writeHead(200, { "content-length": limits.imageBytes + 1 }).write("x"),
  ],
  ["is too large and does not say so", "refused", endless],
  ["redirects for ever", "refused", ({ url }, response) => response.writeHead(302, { location: `${url}x` }).end()],
  [
    "redirects to a file",
    "refused",
    (_, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
  ],
  [
    "redirects to us",
    "refused",
    (_, response) => response.writeHead(302, { location: "https://moot.example/x" }).end(),
  ],
  ["is a page", "refused", (_, response) => response.end("<!doctype html>")],
  [
    "is packed",
    "refused",
    (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.from("1f8b08", "hex")),
  ],
  [
    "is an SVG that calls itself a PNG",
    "refused",
    (_, response) => response.writeHead(200, { "content-type": "image/png" }).end("<svg/>"),
  ],
])("what %s is %s", (_, kind, answer) =>
  withProxy(answer, async ({ proxy, origin, asked }) => {
    await expect(proxy.show(`${origin}/1.png`, "small")).rejects.toMatchObject({ name: "NoImage", kind });
    expect(asked.length).toBeLessThanOrEqual(limits.redirects + 1);
  }),
);

test("a server that drips is not waited for beyond the deadline of the whole", () =>
  withProxy(
    (_, response) => {
      const drip = setInterval(() => response.write("x"), 10);
      response.on("close", () => clearInterval(drip));
    },
    async ({ proxy, origin }) => {
      await expect(proxy.show(`${origin}/1.png`, "small")).rejects.toMatchObject({ kind: "unreachable" });
    },
    { deadline: 300 },
  ));

test("no image is asked for inside our own network, by any redirect either", () =>
  withProxy(
    givesPicture,
    async ({ proxy, origin, asked }) => {
      const { port } = new URL(origin);
      for (const url of [
        origin,
        `https://127.0.0.1:${port}`,
        `https://[::1]:${port}`,
        "https://169.254.169.254",
        "https://10.0.0.1",
      ]) {
        const error: unknown = await proxy.show(`${url}/1.png`, "small").catch((reason: unknown) => reason);
        expect(error).toMatchObject({ kind: "refused", cause: expect.any(Refused) });
      }
      expect(asked).toEqual([]);
    },
    { insecurePeers: false },
  ));

test("nothing is asked of a blocked server, by any redirect either, and what was kept of it is not shown", () => {
  const blocked = new Set<string>();
  return withProxy(
    ({ url }, response) => {
      if (url === "/away") response.writeHead(302, { location: "http://blocked.example/1.png" }).end();
      else response.end(picture);
    },
    async ({ proxy, origin, asked }) => {
      await proxy.show(`${origin}/1.png`, "small");
      blocked.add("blocked.example");
      await expect(proxy.show(`${origin}/away`, "small")).rejects.toMatchObject({ kind: "refused" });
      blocked.add(new URL(origin).host);
      await expect(proxy.show(`${origin}/1.png`, "small")).rejects.toMatchObject({ kind: "refused" });

      expect(asked).toEqual(["/1.png", "/away"]);
    },
    { isBlocked: async (host) => blocked.has(host) },
  );
});

test("a slow server does not keep others waiting, and too many at once are turned away", () =>
  withProxy(
    ({ url }, response) => {
      if (!url?.startsWith("/slow")) response.end(picture);
    },
    async ({ proxy, origin, asked }) => {
      const slow = Array.from({ length: limits.imagesWaited - 1 }, (_, index) =>
        proxy.show(`${origin}/slow${index}`, "small").catch(() => {}),
      );
      const other = origin.replace("127.0.0.1", "localhost");

      expect(await proxy.show(`${other}/1.png`, "small")).toBeInstanceOf(Buffer);
      slow.push(proxy.show(`${origin}/slow`, "small").catch(() => {}));
      await expect(proxy.show(`${other}/2.png`, "small")).rejects.toMatchObject({ kind: "busy" });

      expect(asked.filter((path) => path.startsWith("/slow")).length).toBeLessThanOrEqual(limits.imageFetchesPerHost);
      await proxy.close();
      await Promise.all(slow);
    },
  ));

test("the disk holds so much and no more: what was not looked at for longest goes", () =>
  withProxy(
    givesPicture,
    async ({ proxy, origin, asked, advance, dataDir }) => {
      const size = (await proxy.show(`${origin}/0.png`, "small")).length;
      for (let number = 1; number < 30; number++) {
        advance(1_000);
        await proxy.show(`${origin}/0.png`, "small");
        await proxy.show(`${origin}/${number}.png`, "small");
      }
      expect((await readdir(join(dataDir, "media"))).length * size).toBeLessThanOrEqual(1_000);
      expect(asked.filter((path) => path === "/0.png")).toHaveLength(1);
      await proxy.show(`${origin}/1.png`, "small");
      expect(asked.filter((path) => path === "/1.png")).toHaveLength(2);
    },
    { cacheSize: 1_000 },
  ));

test("what nobody looks at for a month is not kept", () =>
  withProxy(givesPicture, async ({ proxy, origin, dataDir, advance }) => {
    await proxy.show(`${origin}/old.png`, "small");
    advance(limits.imageAge / 2);
    await proxy.show(`${origin}/young.png`, "small");
    expect(await readdir(join(dataDir, "media"))).toHaveLength(2);
    advance(limits.imageAge / 2 + 1);
    await proxy.show(`${origin}/new.png`, "small");

    expect(await readdir(join(dataDir, "media"))).toHaveLength(2);
  }));

test("an image is shown also where nothing can be kept", () =>
  withProxy(givesPicture, async ({ proxy, origin, dataDir }) => {
    await writeFile(join(dataDir, "media"), "a file where the directory would be");

    expect(await proxy.show(`${origin}/1.png`, "small")).toBeInstanceOf(Buffer);
  }));
