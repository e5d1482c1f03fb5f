import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import { type Guard, installGuard } from "../src/net/guard.ts";
import { confirmHandle, lookUpAddress, readJrd } from "./webfinger-lookup.ts";

let guard: Guard;
beforeAll(() => {
  guard = installGuard({ insecurePeers: true });
});
afterAll(() => guard.close());

/** By which names we were known to those whom we asked. */
const agents = new Set<string>();

/** What a host answers to a question for an address: a JRD, where else to ask, or a text. */
type Answers = Readonly<Record<string, object | string>>;

async function withHost(make: (host: string) => Answers, use: (host: string) => Promise<void>): Promise<void> {
  let answers: Answers = {};
  const server = createServer((request, response) => {
    agents.add(request.headers["user-agent"] ?? "");
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://host");
    const answer = answers[searchParams.get("resource") ?? pathname];
    if (typeof answer === "object") response.end(JSON.stringify(answer));
    else if (answer?.startsWith("http")) response.writeHead(301, { location: answer }).end();
    else response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers = make(host);
  try {
    await use(host);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

afterAll(() => expect([...agents]).toEqual([expect.stringMatching(/^Folkmoot\/\d/)]));

const jrd = (subject: string, iri: string) => ({
  subject: `acct:${subject}`,
  links: [
    { rel: "http://webfinger.net/rel/profile-page", type: "text/html", href: iri },
    { rel: "self", type: "application/activity+json", href: iri },
  ],
});
const actorOn = (host: string, handle = "ann") => ({ iri: `http://${host}/users/ann`, handle, host });

test("an address leads to its actor", () =>
  withHost(
    (host) => ({ [`acct:ann@${host}`]: jrd(`ann@${host}`, `http://${host}/users/ann`) }),
    async (host) => {
      const found = { subject: `ann@${host}`, iri: `http://${host}/users/ann` };
      expect(await lookUpAddress(`ann@${host}`, "http:")).toEqual(found);
      expect(await lookUpAddress(`bob@${host}`, "http:")).toBeUndefined();
    },
  ));

test("an actor is at home at their own host when WebFinger says so", () =>
  withHost(
    (host) => ({ [`acct:ann@${host}`]: jrd(`Ann@${host}`, `http://${host}/users/ann`) }),
    async (host) => {
      expect(await confirmHandle(actorOn(host))).toBe(host);
    },
  ));

test("an address on another host counts when that host leads back to the actor, by a redirect too", () => {
  const answers: Record<string, object | string> = {};
  return withHost(
    () => answers,
    (social) =>
      withHost(
        (domain) => {
          const iri = `http://${social}/users/ann`;
          answers[`acct:ann@${social}`] = jrd(`ann@${domain}`, iri);
          answers[`acct:ann@${domain}`] = jrd(`ann@${domain}`, iri);
          return { [`acct:ann@${domain}`]: `http://${social}/.well-known/webfinger?resource=acct:ann@${domain}` };
        },
        async (domain) => {
          expect(await confirmHandle(actorOn(social))).toBe(domain);
        },
      ),
  );
});

test("an address that an actor says itself counts when it leads to the actor, though its own host tells of none (FEP-2c59)", () =>
  withHost(
    () => ({}),
    (social) =>
      withHost(
        (domain) => ({
          [`acct:ann@${domain}`]: jrd(`ann@${domain}`, `http://${social}/users/ann`),
          [`acct:bob@${domain}`]: jrd(`bob@${domain}`, `http://${social}/users/ann`),
        }),
        async (domain) => {
          const confirm = (address: string, handle = "ann") => confirmHandle({ ...actorOn(social, handle), address });
          expect(await confirm(`ann@${domain}`)).toBe(domain);
          expect(
            await confirmHandle({ ...actorOn(social), iri: `http://${social}/eve`, address: `ann@${domain}` }),
          ).toBe(undefined);
          // Only under the name that the actor has.
          expect(await confirm(`bob@${domain}`)).toBeUndefined();
          expect(await confirm(`eve@${domain}`, "eve")).toBeUndefined();
          expect(await confirm(domain)).toBeUndefined();
        },
      ),
  ));

test.each<[string, (host: string, victim: string) => Answers]>([
  [
    "another host that knows nothing of it",
    (host, victim) => ({ [`acct:ann@${host}`]: jrd(`ann@${victim}`, `http://${host}/users/ann`) }),
  ],
  [
    "another host where the name is somebody else",
    (host, victim) => ({ [`acct:ann@${host}`]: jrd(`bob@${victim}`, `http://${host}/users/ann`) }),
  ],
  [
    "another name on its own host",
    (host) => ({ [`acct:ann@${host}`]: jrd(`admin@${host}`, `http://${host}/users/ann`) }),
  ],
  ["another actor", (host) => ({ [`acct:ann@${host}`]: jrd(`ann@${host}`, `http://${host}/users/bob`) })],
  [
    "a subject that is no address",
    (host) => ({ [`acct:ann@${host}`]: jrd(`ann@${host}/x?`, `http://${host}/users/ann`) }),
  ],
  ["no JSON", (host) => ({ [`acct:ann@${host}`]: "hello" })],
  [
    "too much",
    (host) => ({
      [`acct:ann@${host}`]: {
        ...jrd(`ann@${host}`, `http://${host}/users/ann`),
        x: "x".repeat(limits.webFingerAnswer),
      },
    }),
  ],
  [
    "a redirect to itself",
    (host) => ({ [`acct:ann@${host}`]: `http://${host}/.well-known/webfinger?resource=acct:ann@${host}` }),
  ],
  ["nothing", () => ({})],
])("an address is not confirmed by %s", (_, answers) =>
  withHost(
    (victim) => ({ [`acct:bob@${victim}`]: jrd(`bob@${victim}`, `http://${victim}/users/bob`) }),
    (victim) =>
      withHost(
        (host) => answers(host, victim),
        async (host) => {
          expect(await confirmHandle(actorOn(host))).toBeUndefined();
        },
      ),
  ),
);

test("a JRD without an address or an actor is none", () => {
  const full = jrd("ann@home.example", "https://home.example/users/ann");
  expect(readJrd(full)).toEqual({ subject: "ann@home.example", iri: "https://home.example/users/ann" });
  expect(readJrd({ ...full, subject: "https://home.example/@ann" })).toBeUndefined();
  expect(readJrd({ ...full, links: [] })).toBeUndefined();
  expect(readJrd(jrd("ann@home.example", "javascript:alert(1)"))).toBeUndefined();
  expect(readJrd([])).toBeUndefined();
});
