import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import { type Guard, installGuard } from "../src/net/guard.ts";
import { createFetcher, type FetcherOptions, FetchFailure } from "./documents.ts";
import { verifyRequest } from "./http-signature.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const now = () => new Date("2026-03-01T12:00:00Z");
const keyId = "https://moot.example/actor#main-key";
const activityJson = { "content-type": "application/activity+json" };

let guard: Guard;
beforeAll(() => {
  guard = installGuard({ insecurePeers: true });
});
afterAll(() => guard.close());

type Answer = (request: IncomingMessage, response: ServerResponse, origin: string) => void;

interface Home {
  readonly origin: string;
  readonly asked: IncomingMessage[];
}

/** A server that answers each path in its own way, and remembers what was asked. */
async function withHome(answers: Readonly<Record<string, Answer>>, use: (home: Home) => Promise<void>): Promise<void> {
  const asked: IncomingMessage[] = [];
  let origin = "";
  const server = createServer((request, response) => {
    asked.push(request);
    const answer = answers[request.url ?? ""];
    if (answer) answer(request, response, origin);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await use({ origin, asked });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const show =
  (make: (origin: string) => unknown, headers: Record<string, string> = activityJson): Answer =>
  (_, response, origin) =>
    response.writeHead(200, headers).end(JSON.stringify(make(origin)));
const redirect =
  (to: string | ((origin: string) => string), status = 302): Answer =>
  (_, response, origin) =>
    response.writeHead(status, { location: typeof to === "string" ? to : to(origin) }).end();
const ann = show((origin) => ({ id: `${origin}/ann`, type: "Person" }));

function fetcherOf(changes: Partial<FetcherOptions> = {}) {
  return createFetcher({
    origin: "https://moot.example",
    signer: async () => ({ keyId, privateKey }),
    now,
    ...changes,
  });
}

/** The kind of the failure, or the IRI of what came. */
async function outcomeOf(iri: string, changes: Partial<FetcherOptions> = {}): Promise<string> {
  try {
    return (await fetcherOf(changes).fetchDocument(iri)).iri;
  } catch (error) {
    if (error instanceof FetchFailure) return error.kind;
    throw error;
  }
}

test("a document is asked for in our name, signed, in both spellings of its type", () =>
  withHome({ "/ann": ann }, async ({ origin, asked }) => {
    const text = JSON.stringify({ id: `${origin}/ann`, type: "Person" });
    const fetched = await fetcherOf().fetchDocument(`${origin}/ann#main-key`);

    expect(fetched).toEqual({ iri: `${origin}/ann`, document: JSON.parse(text), text });
    const { headers } = asked[0]!;
    expect(headers.accept).toContain("application/activity+json");
    expect(headers.accept).toContain('application/ld+json; profile="https://www.w3.org/ns/activitystreams"');
    expect(headers["user-agent"]).toMatch(/^Folkmoot\/\S+ \(\+https:\/\/moot\.example\)$/);
    const request = { method: "GET", target: "/ann", host: new URL(origin).host, body: new Uint8Array() };
    const key = { iri: keyId, actorIri: "https://moot.example/actor", publicKey };
    const keys = { find: async () => key, refresh: async () => undefined };
    expect(await verifyRequest({ ...request, headers: headers as Record<string, string> }, keys, now())).toMatchObject({
      ok: true,
    });
  }));

test("a server that wants the newer signatures gets them, from the second time on at once", () => {
  const strict: Answer = (request, response, origin) =>
    request.headers["signature-input"] ? ann(request, response, origin) : response.writeHead(401).end();
  return withHome({ "/ann": strict }, async ({ origin, asked }) => {
    const fetcher = fetcherOf();
    await fetcher.fetchDocument(`${origin}/ann`);
    await fetcher.fetchDocument(`${origin}/ann`);

    expect(asked.map(({ headers }) => "signature-input" in headers)).toEqual([false, true, true]);
  });
});

test.each<[string, number]>([
  ["gone", 410],
  ["not-found", 404],
  ["refused", 401],
  ["refused", 403],
  ["refused", 451],
  ["refused", 204],
  ["refused", 304],
  ["unreachable", 429],
  ["unreachable", 500],
  ["unreachable", 503],
])("%s is what %i means", (kind, status) =>
  withHome({ "/ann": (_, response) => response.writeHead(status).end() }, async ({ origin }) => {
    expect(await outcomeOf(`${origin}/ann`)).toBe(kind);
  }),
);

test.each<[string, Record<string, string>, boolean]>([
  ["activity+json", { "content-type": "application/activity+json" }, true],
  ["activity+json in UTF-8", { "content-type": "Application/Activity+JSON; charset=utf-8" }, true],
  [
    "ld+json with the profile",
    { "content-type": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"' },
    true,
  ],
  ["ld+json without", { "content-type": "application/ld+json" }, false],
  ["plain JSON", { "content-type": "application/json" }, false],
  ["text", { "content-type": "text/plain" }, false],
  ["a page", { "content-type": "text/html" }, false],
  ["an image", { "content-type": "image/png" }, false],
  ["a name that only contains it", { "content-type": "text/plain; x=application/activity+json" }, false],
  ["nothing", {}, false],
])(
  "a document that comes as %s is believed or not (attack A1, CVE-2024-25623, CVE-2024-25636)",
  (_, headers, believed) =>
    withHome({ "/ann": show((origin) => ({ id: `${origin}/ann` }), headers) }, async ({ origin }) => {
      expect(await outcomeOf(`${origin}/ann`)).toBe(believed ? `${origin}/ann` : "invalid");
    }),
);

test("GHSA-97w4-f4rq-mgqm: alternates are not followed, neither in a page nor in a header", () => {
  const page: Answer = (_, response, origin) =>
    response
      .writeHead(200, {
        "content-type": "text/html",
        link: `<${origin}/ann>; rel="alternate"; type="application/activity+json"`,
      })
      .end(`<link rel="alternate" type="application/activity+json" href="${origin}/ann">`);
  return withHome({ "/page": page, "/ann": ann }, async ({ origin, asked }) => {
    expect(await outcomeOf(`${origin}/page`)).toBe("invalid");
    expect(asked).toHaveLength(1);
  });
});

test("attack A2, GHSA-8863-8468-7hq7, CVE-2024-23832, CVE-2024-52591, CVE-2025-25306: a document of another place is refused", () =>
  withHome({ "/ann": ann }, (victim) =>
    withHome({ "/evil": show(() => ({ id: `${victim.origin}/ann`, type: "Person" })) }, async ({ origin }) => {
      expect(await outcomeOf(`${origin}/evil`)).toBe("refused");
      expect(victim.asked).toHaveLength(0);
    }),
  ));

test("a document of the same host is asked for once at its own id, and must stand there", () => {
  const answers = {
    "/ann": ann,
    "/@ann": ann,
    "/liar": show((origin) => ({ id: `${origin}/@ann` })),
    "/loop": show((origin) => ({ id: `${origin}/loop2` })),
    "/loop2": show((origin) => ({ id: `${origin}/loop` })),
    "/nobody": show(() => ({ type: "Person" })),
    "/number": show(() => ({ id: 1 })),
    "/relative": show(() => ({ id: "/relative" })),
  };
  return withHome(answers, async ({ origin, asked }) => {
    expect(await outcomeOf(`${origin}/@ann`)).toBe(`${origin}/ann`);
    expect(asked).toHaveLength(2);
    for (const path of ["liar", "loop", "nobody", "number", "relative"])
      expect(await outcomeOf(`${origin}/${path}`), path).toBe("refused");
  });
});

test("a redirect is followed a few times, and the document belongs to where it ends (attack A3)", () =>
  withHome({ "/ann": ann }, (other) => {
    const answers = {
      "/1": redirect("/2"),
      "/2": redirect("/3", 308),
      "/3": redirect("/ann", 301),
      "/ann": ann,
      "/0": redirect("/1"),
      "/self": redirect("/self"),
      "/away": redirect(() => `${other.origin}/ann`),
      "/posing": redirect(() => `${other.origin}/posing`),
    };
    return withHome(answers, async ({ origin, asked }) => {
      expect(await outcomeOf(`${origin}/1`)).toBe(`${origin}/ann`);
      expect(await outcomeOf(`${origin}/0`)).toBe("refused");
      asked.length = 0;
      expect(await outcomeOf(`${origin}/self`)).toBe("refused");
      expect(asked).toHaveLength(limits.redirects + 1);
      expect(await outcomeOf(`${origin}/away`)).toBe(`${other.origin}/ann`);
    });
  }));

test("redirects to what is no place of others are refused: other schemes, user names, ourselves", () => {
  const targets = [
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "data:application/activity+json,{}",
    "http://a:b@127.0.0.1/",
  ];
  const answers = Object.fromEntries(
    [...targets, "https://moot.example/ann"].map((to, index) => [`/${index}`, redirect(to)]),
  );
  return withHome(answers, async ({ origin }) => {
    for (const index of targets.keys()) expect(await outcomeOf(`${origin}/${index}`)).toBe("invalid");
    expect(await outcomeOf(`${origin}/${targets.length}`)).toBe("refused");
  });
});

test("what is ours, blocked, or no http IRI is never asked for", () =>
  withHome({ "/ann": ann }, async ({ origin, asked }) => {
    expect(await outcomeOf(`${origin}/ann`, { origin })).toBe("refused");
    expect(await outcomeOf(`${origin}/ann`, { isBlocked: async (host) => origin.endsWith(host) })).toBe("refused");
    for (const iri of [
      "",
      "ann",
      "/ann",
      "acct:ann@home.example",
      "did:key:z6Mk",
      "javascript:1",
      "https://",
      "https://blocked.example./ann",
      `${origin}/${"x".repeat(limits.iri)}`,
    ])
      expect(await outcomeOf(iri), iri).toBe("invalid");
    expect(asked).toHaveLength(0);
  }));

test("where peers are secure, the guard refuses, and that is not tried again", async () => {
  const secure = installGuard({ insecurePeers: false });
  expect(await outcomeOf("https://127.0.0.1/ann")).toBe("refused");
  expect(await outcomeOf("http://home.example/ann")).toBe("refused");
  await secure.close();
});

test("attack C9, CVE-2026-96623, CVE-2026-22036: a document that is too large is not read to its end, compressed or not", () => {
  const long = (size: number) => JSON.stringify({ id: "x", content: "x".repeat(size) });
  const zipped: Answer = (_, response) =>
    response.writeHead(200, { ...activityJson, "content-encoding": "gzip" }).end(gzipSync(long(8_000_000)));
  const answers: Record<string, Answer> = {
    "/large": (_, response) => response.writeHead(200, activityJson).end(long(limits.fetchedDocument)),
    "/bomb": zipped,
  };
  return withHome(answers, async ({ origin }) => {
    expect(await outcomeOf(`${origin}/large`)).toBe("invalid");
    expect(await outcomeOf(`${origin}/bomb`)).toBe("invalid");
  });
});

test.each<[string, string | Uint8Array]>([
  ["no JSON", "hello"],
  ["a list", "[]"],
  ["null", "null"],
  ["JSON nested too deep", `{"a":`.repeat(100)],
  ["NUL", '{"id":"a\\u0000"}'],
  ["bytes that are no UTF-8", Uint8Array.from([0x7b, 0xff, 0x7d])],
])("%s is invalid", (_, body) =>
  withHome({ "/ann": (_, response) => response.writeHead(200, activityJson).end(body) }, async ({ origin }) => {
    expect(await outcomeOf(`${origin}/ann`)).toBe("invalid");
  }),
);

test("a server that is not there, or breaks off, is unreachable", () =>
  withHome(
    {
      "/broken": (_, response) =>
        response.writeHead(200, { ...activityJson, "content-length": "100" }).write("{") && response.destroy(),
    },
    async ({ origin }) => {
      expect(await outcomeOf("http://127.0.0.1:9/ann")).toBe("unreachable");
      expect(await outcomeOf(`${origin}/broken`)).toBe("unreachable");
    },
  ));
