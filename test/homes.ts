import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ActorSource } from "../federation/actors.ts";
import { createFetcher } from "../federation/documents.ts";
import { installGuard } from "../src/net/guard.ts";
import { type TestApp, withCommittedApp } from "./with-app.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicKeyPem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();

type Document = Readonly<Record<string, unknown>>;

/** Another server whose documents the test writes, true or false. */
export interface Home {
  readonly origin: string;
  readonly host: string;
  /** Paths that were asked for. */
  readonly fetched: string[];
  /** Puts a document at a path; unset = that of its id. */
  publish(document: Document, path?: string): void;
  remove(iri: string, status: 404 | 410): void;
  person(name: string, more?: Document): { readonly iri: string; readonly keyId: string; readonly document: Document };
  close(): Promise<void>;
}

/** What gets actors and keys from another server onto the file of ours. */
export interface Homes {
  readonly app: TestApp;
  readonly home: Home;
  readonly source: ActorSource;
}

/** Runs a test that asks another server over real HTTP on loopback. */
export async function withHome(test: (homes: Homes) => Promise<void>): Promise<void> {
  const guard = installGuard({ insecurePeers: true });
  const home = await startHome();
  try {
    await withCommittedApp(
      async ({ app }) => {
        // The queue of a committed app goes by the clock of Postgres: ours must not be behind it.
        app.advance(Date.now() + 60_000 - app.now().getTime());
        const { origin } = app.config;
        const signer = async () => ({ keyId: `${origin}/actor#main-key`, privateKey: rsa.privateKey });
        await test({ app, home, source: { app, fetcher: createFetcher({ origin, signer, now: app.now }) } });
      },
      { insecurePeers: true },
    );
  } finally {
    await home.close();
    await guard.close();
  }
}

async function startHome(): Promise<Home> {
  const documents = new Map<string, { status: number; body: string }>();
  const fetched: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://home");
    fetched.push(pathname);
    const found = documents.get(pathname);
    response.writeHead(found?.status ?? 404, { "content-type": "application/activity+json" }).end(found?.body ?? "");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;
  const publish = (document: Document, path = new URL(String(document["id"])).pathname) =>
    void documents.set(path, { status: 200, body: JSON.stringify(document) });
  return {
    origin,
    host,
    fetched,
    publish,
    remove: (iri, status) => void documents.set(new URL(iri).pathname, { status, body: "" }),
    person: (name, more = {}) => {
      const iri = `${origin}/users/${name}`;
      const keyId = `${iri}#main-key`;
      const publicKey = { id: keyId, owner: iri, publicKeyPem };
      const document = {
        id: iri,
        type: "Person",
        preferredUsername: name,
        name,
        inbox: `${iri}/inbox`,
        publicKey,
        ...more,
      };
      publish(document);
      return { iri, keyId, document };
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
