import { createHash, type KeyObject, type KeyPairKeyObjectResult, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { borrowKeys } from "./rsa-keys.ts";

type Json = Record<string, unknown>;

/** Another server of the fediverse, as small as can be: it serves documents, signs what it sends, and remembers what it was sent. */
export interface Peer {
  readonly origin: string;
  readonly host: string;
  /** What was posted to its inboxes, in order. */
  readonly received: readonly Received[];
  /** Paths that were fetched. */
  readonly fetched: readonly string[];
  /** What the inboxes answer from now on. */
  answerWith(status: number): void;
  /** Puts a document at the path of its id. */
  publish(document: Json): void;
  /** Makes a document up for each path that has none. */
  invent(make: (path: string) => Json | undefined): void;
  remove(iri: string, status?: 404 | 410): void;
  /** Sends whoever asks for a path elsewhere. */
  redirect(path: string, location: string): void;
  person(name: string, more?: Json): PeerActor;
  /** Settles when the inboxes have been sent this many activities. */
  receives(count: number): Promise<readonly Received[]>;
  close(): Promise<void>;
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly activity: Json;
}

export interface PeerActor {
  readonly iri: string;
  readonly keyId: string;
  readonly document: Json;
  readonly privateKey: KeyObject;
  /** A public Note of theirs in its Create, and the Note published at its id. */
  note(words: string, more?: Json): { readonly note: Json & { id: string }; readonly create: Json & { id: string } };
  /** A signed request (draft-cavage, as Mastodon signs). */
  request(inbox: string, activity: Json | string, more?: { date?: Date; headers?: Record<string, string> }): Request;
}

const activityJson = "application/activity+json";
const publicCollection = "https://www.w3.org/ns/activitystreams#Public";

export interface PeerOptions {
  /** What its NodeInfo says. */
  readonly software?: string;
  /** Its clock. */
  readonly now?: () => Date;
}

/** Starts a peer on a free port of 127.0.0.1. */
export async function startPeer({ software = "mastodon", now = () => new Date() }: PeerOptions = {}): Promise<Peer> {
  const documents = new Map<string, Served>();
  const received: Received[] = [];
  const fetched: string[] = [];
  const keys = borrowKeys();
  const waiting: { count: number; settle: () => void }[] = [];
  let inboxStatus = 202;
  let invented: (path: string) => Json | undefined = () => undefined;
  const server: Server = createServer((request, response) => {
    if (request.method !== "POST") {
      fetched.push(request.url ?? "");
      const made = documents.has(pathOf(request)) ? undefined : invented(pathOf(request));
      if (made) publish(made, pathOf(request));
      return serve(documents, request, response);
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      response.writeHead(inboxStatus).end();
      received.push({ path: request.url ?? "", headers: request.headers, body, activity: JSON.parse(body) });
      for (const { count, settle } of waiting) if (received.length >= count) settle();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;
  const publish = (document: Json, path = new URL(String(document["id"])).pathname) =>
    documents.set(path, { status: 200, body: JSON.stringify(document) });
  publish(
    { links: [{ rel: "http://nodeinfo.diaspora.software/ns/schema/2.1", href: `${origin}/nodeinfo` }] },
    "/.well-known/nodeinfo",
  );
  publish({ version: "2.1", software: { name: software, version: "4.5.0" } }, "/nodeinfo");
  return {
    origin,
    host,
    received,
    fetched,
    answerWith: (status) => {
      inboxStatus = status;
    },
    publish: (document) => void publish(document),
    invent: (make) => {
      invented = make;
    },
    redirect: (path, location) => void documents.set(path, { status: 302, body: "", location }),
    remove: (iri, status = 410) => void documents.set(new URL(iri).pathname, { status, body: "{}" }),
    person: (name, more) => makePerson({ origin, publish, now, makeKeys: keys.take }, name, more),
    receives: (count) =>
      received.length >= count
        ? Promise.resolve(received)
        : new Promise((resolve) => waiting.push({ count, settle: () => resolve(received) })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(keys.giveBack()));
        server.closeAllConnections();
      }),
  };
}

interface Served {
  readonly status: number;
  readonly body: string;
  readonly location?: string;
}

function serve(documents: ReadonlyMap<string, Served>, request: IncomingMessage, response: ServerResponse) {
  const found = documents.get(pathOf(request));
  const type = request.url?.includes("nodeinfo") ? "application/json" : activityJson;
  const headers = { "content-type": type, ...(found?.location ? { location: found.location } : {}) };
  response.writeHead(found?.status ?? 404, headers).end(found?.body ?? "");
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? "", "http://peer").pathname;
}

interface Home {
  readonly origin: string;
  readonly publish: (document: Json) => void;
  readonly now: () => Date;
  readonly makeKeys: () => KeyPairKeyObjectResult;
}

function makePerson({ origin, publish, now, makeKeys }: Home, name: string, more: Json = {}): PeerActor {
  const { publicKey, privateKey } = makeKeys();
  const iri = `${origin}/users/${name}`;
  const keyId = `${iri}#main-key`;
  const document: Json = {
    "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
    id: iri,
    type: "Person",
    preferredUsername: name,
    name: name[0]!.toUpperCase() + name.slice(1),
    inbox: `${iri}/inbox`,
    outbox: `${iri}/outbox`,
    followers: `${iri}/followers`,
    url: `${origin}/@${name}`,
    endpoints: { sharedInbox: `${origin}/inbox` },
    publicKey: { id: keyId, owner: iri, publicKeyPem: publicKey.export({ type: "spki", format: "pem" }) },
    ...more,
  };
  publish(document);
  let count = 0;
  return {
    iri,
    keyId,
    document,
    privateKey,
    note: (words, more) => makeNote(iri, publish, `${iri}/statuses/${++count}`, words, more),
    request: (inbox, activity, more) => signedRequest(inbox, activity, keyId, privateKey, { date: now(), ...more }),
  };
}

function makeNote(iri: string, publish: (document: Json) => void, id: string, words: string, more: Json = {}) {
  const addressing = { to: [publicCollection], cc: [`${iri}/followers`] };
  const note = {
    id,
    type: "Note",
    attributedTo: iri,
    content: `<p>${words}</p>`,
    published: "2026-11-24T10:00:00Z",
    ...addressing,
    ...more,
  };
  publish({ "@context": "https://www.w3.org/ns/activitystreams", ...note });
  const create = {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${id}/activity`,
    type: "Create",
    actor: iri,
    published: note.published,
    to: note.to,
    cc: note.cc,
    object: note,
  };
  return { note, create };
}

/** Written out on purpose, apart from the server's own signing: a mistake there must not hide itself here. */
export function signedRequest(
  inbox: string,
  activity: Json | string,
  keyId: string,
  privateKey: KeyObject,
  { date, headers = {} }: { date: Date; headers?: Record<string, string> },
): Request {
  const url = new URL(inbox);
  const body = typeof activity === "string" ? activity : JSON.stringify(activity);
  const digest = `SHA-256=${createHash("sha256").update(body).digest("base64")}`;
  const signedHeaders = {
    "(request-target)": `post ${url.pathname}${url.search}`,
    host: url.host,
    date: date.toUTCString(),
    digest,
    "content-type": activityJson,
  };
  const text = Object.entries(signedHeaders)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
  const signature = sign("sha256", Buffer.from(text), privateKey).toString("base64");
  return new Request(inbox, {
    method: "POST",
    body,
    headers: {
      host: url.host,
      date: signedHeaders.date,
      digest,
      "content-type": activityJson,
      signature: `keyId="${keyId}",algorithm="rsa-sha256",headers="${Object.keys(signedHeaders).join(" ")}",signature="${signature}"`,
      ...headers,
    },
  });
}
