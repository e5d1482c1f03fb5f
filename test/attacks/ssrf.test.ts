import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer, type Server } from "node:net";
import { DecoratorHandler, type Dispatcher, setGlobalDispatcher } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Guard, installGuard } from "../../src/net/guard.ts";
import { Refused } from "../../src/net/refused.ts";
import { type Records, startNames } from "../names.ts";
import { withApp } from "../with-app.ts";
import { type Fetches, fetchesOf } from "./fetches.ts";
import { addresses, names, ownName } from "./inside.ts";

/** Listens inside; whoever gets through to it has broken in. */
let canaries: readonly Server[] = [];
let port = 0;
let visits = 0;
let guard: Guard;
let nameServer: Awaited<ReturnType<typeof startNames>>;
/** What sockets were asked for, and did. */
let connected = 0;
let errors: unknown[] = [];

const onConnected = () => {
  connected += 1;
};
const onError = (message: unknown) => {
  errors.push((message as { error: unknown }).error);
};

beforeAll(async () => {
  const listen = (host: string, at: number) =>
    new Promise<Server | undefined>((settle) => {
      const server = createServer((socket) => {
        visits += 1;
        socket.destroy();
      });
      // Where 443 may not be had, or there is no IPv6, the others are enough.
      server.once("error", () => settle(undefined)).listen(at, host, () => settle(server));
    });
  const first = await listen("127.0.0.1", 0);
  const address = first?.address();
  port = typeof address === "object" && address ? address.port : 0;
  const more = [await listen("::1", port), await listen("127.0.0.1", 443), await listen("::1", 443)];
  canaries = [first, ...more].filter((one) => one !== undefined);
  nameServer = await startNames((name): Records => names[name] ?? ownName[name] ?? {});
  guard = installGuard({ insecurePeers: false, origin: "https://moot.example", nameServers: [nameServer.server] });
  subscribe("undici:client:connected", onConnected);
  subscribe("undici:client:connectError", onError);
});

afterAll(async () => {
  unsubscribe("undici:client:connected", onConnected);
  unsubscribe("undici:client:connectError", onError);
  await guard.close();
  nameServer.close();
  for (const canary of canaries) canary.close();
});

/** Tries every kind of fetch, and says which of them ended in another way than a refusal. */
async function tryAll(fetches: Fetches, url: string): Promise<readonly unknown[]> {
  [errors, connected] = [[], 0];
  const answers = await Promise.allSettled(Object.values(fetches).map(async (ask) => await ask(url)));
  const believed = answers.flatMap((answer, index) =>
    answer.status === "fulfilled" && isSomething(answer.value) ? [[Object.keys(fetches)[index], answer.value]] : [],
  );
  return [...believed, ...errors.filter((error) => !isRefusal(error)), ...(connected > 0 ? [connected] : [])];
}

/** Refused by the guard, or for the lack of such a name. */
function isRefusal(error: unknown): boolean {
  const { code, hostname = "" } = error as { code?: string; hostname?: string };
  if (error instanceof Refused || code === "EBADNAME") return true;
  return code === "ENODATA" && !(hostname in names) && !(hostname in ownName);
}

/** Nothing, an empty list, or a delivery that did not get through, are no answer. */
function isSomething(value: unknown): boolean {
  const failed = /"kind":"(failed|refused)"/.test(JSON.stringify(value) ?? "");
  return value !== undefined && !failed && !(Array.isArray(value) && value.length === 0);
}

const schemes = [
  "file:///etc/passwd",
  "data:application/activity+json,{}",
  "ftp://127.0.0.1/x",
  "gopher://127.0.0.1/x",
];
const forms = [
  ...addresses.map((host) => `https://${host}/x`),
  ...Object.keys(names).map((host) => `https://${host}/x`),
  ...["https:127.0.0.1/x", "https:\\\\127.0.0.1\\x", "//127.0.0.1/x", "https://localhost/x", "https://LOCALHOST./x"],
  ...["https://moot.example/x", "https://moot.example./x", "https://MOOT.example:443/x", "blob:https://127.0.0.1/x"],
  ...schemes,
];

test(
  "attacks B1, B3, CVE-2024-39687, CVE-2026-50131, CVE-2026-96624, CVE-2025-25194, CVE-2026-22245: no kind of fetch reaches an address inside, however it is written",
  () =>
    withApp(async (app) => {
      const fetches = await fetchesOf(app, nameServer.server);
      expect(forms.length).toBeGreaterThan(70);
      for (const form of forms) expect([form, await tryAll(fetches, form)]).toEqual([form, []]);
      expect(visits).toBe(0);
    }),
  300_000,
);

test(
  "attack B1: nor does it by a port, without TLS, or behind a user's name",
  () =>
    withApp(async (app) => {
      const fetches = await fetchesOf(app, nameServer.server);
      for (const host of ["127.0.0.1", "[::1]", "2130706433", "[::ffff:7f00:1]", "loopback.example", "localhost"]) {
        for (const start of ["http://", "https://", "https://moot.example@", "https://a:b@", "http://8.8.8.8@"]) {
          const form = `${start}${host}:${port}/x`;
          expect([form, await tryAll(fetches, form)]).toEqual([form, []]);
        }
      }
      expect(visits).toBe(0);
    }),
  300_000,
);

/** Stands for a server of the public internet: every request to it is answered by `answer`, all others go through the guard. */
function withPublicServer(
  answer: (path: string) => { status: number; headers: Record<string, string>; body?: string },
) {
  const outside: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
    if (new URL(String(options.origin)).host !== "public.example") return dispatch(options, handler);
    const inner: Dispatcher.DispatchHandler = new DecoratorHandler(handler);
    const { status, headers, body = "" } = answer(options.path);
    const controller = {
      aborted: false,
      paused: false,
      reason: null,
      rawHeaders: null,
      abort() {},
      pause() {},
      resume() {},
    };
    queueMicrotask(() => {
      inner.onRequestStart?.(controller as never, {});
      inner.onResponseStart?.(controller as never, status, headers, "");
      inner.onResponseData?.(controller as never, Buffer.from(body));
      inner.onResponseEnd?.(controller as never, {});
    });
    return true;
  };
  setGlobalDispatcher(guard.dispatcher.compose(outside));
}

const activityJson = { "content-type": "application/activity+json" };

test(
  "attack B2, CVE-2025-23221, CVE-2026-62857, CVE-2026-77632, CVE-2026-29178: no redirect leads inside, whatever is fetched, at any hop",
  () =>
    withApp(async (app) => {
      const fetches = await fetchesOf(app, nameServer.server);
      const asked: string[] = [];
      for (const target of [...forms, `http://127.0.0.1:${port}/x`, `https://[::1]:${port}/x`]) {
        withPublicServer((path) => {
          asked.push(path);
          const location = path.includes("second") ? target : `/second?${path.length}`;
          return { status: 302, headers: { location } };
        });
        expect([target, await tryAll(fetches, "https://public.example/x")]).toEqual([target, []]);
        app.advance(24 * 60 * 60 * 1000 * 8);
      }
      setGlobalDispatcher(guard.dispatcher);
      expect(visits).toBe(0);
      expect(asked.filter((path) => path.includes("second")).length).toBeGreaterThan(forms.length * 8);
    }),
  300_000,
);

test(
  "attack B2: nor does what a document names: a key's owner, NodeInfo's links, WebFinger's actor, a next page, a parent",
  () =>
    withApp(async (app) => {
      const fetches = await fetchesOf(app, nameServer.server);
      for (const target of forms) {
        withPublicServer(() => ({
          status: 200,
          headers: activityJson,
          body: JSON.stringify(documentThatNames(target)),
        }));
        const found = await tryAll(fetches, "https://public.example/x");
        const isOwn = (one: unknown) =>
          Array.isArray(one) && ["post", "WebFinger", "home to sign in or follow from", "delivery"].includes(one[0]);
        expect([target, found.filter((one) => !isOwn(one))]).toEqual([target, []]);
        app.advance(24 * 60 * 60 * 1000 * 8);
      }
      setGlobalDispatcher(guard.dispatcher);
      expect(visits).toBe(0);
    }),
  300_000,
);

function documentThatNames(target: string) {
  return {
    id: "https://public.example/x",
    type: ["Note", "CollectionPage", "Key"],
    attributedTo: "https://public.example/x",
    to: "https://www.w3.org/ns/activitystreams#Public",
    content: "<p>Look</p>",
    inReplyTo: target,
    owner: target,
    publicKeyPem: "x",
    next: target,
    items: [],
    subject: "acct:ann@public.example",
    links: [
      { rel: "self", type: "application/activity+json", href: target },
      { rel: "http://nodeinfo.diaspora.software/ns/schema/2.1", href: target },
    ],
  };
}
