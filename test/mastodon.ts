import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

type Json = Readonly<Record<string, unknown>>;

/** A server that speaks Mastodon's API as far as signing in elsewhere goes, strict about what it is told. */
export interface MastodonServer {
  readonly origin: string;
  readonly host: string;
  /** What it was asked, such as `POST /oauth/token`. */
  readonly asked: readonly string[];
  /** Tokens that were given back. */
  readonly revoked: readonly string[];
  /** What its user does on the page that a link leads to: allows it. @returns where they are sent back to */
  allow(address: string, username: string): string;
  /** What it says of whoever holds a token, from now on. */
  sayInstead(username: string | undefined): void;
  /** Where WebFinger says that a name is, instead of here. */
  pointElsewhere(iri: string): void;
  close(): Promise<void>;
}

interface Grant {
  readonly username: string;
  readonly client: string;
  readonly challenge: string;
  readonly redirect: string;
  readonly scope: string;
}

interface Client {
  readonly secret: string;
  readonly redirect: string;
  readonly scope: string;
}

interface Answer {
  readonly status: number;
  readonly json: Json;
}

const nothing: Answer = { status: 404, json: { error: "not found" } };
const draw = () => randomBytes(16).toString("hex");

/** @param kind `new` tells of itself by RFC 8414 and knows the scope `profile`; `old` does neither */
export async function startMastodon(kind: "new" | "old"): Promise<MastodonServer> {
  const house = new House(kind);
  const server = createServer(async (request, response) => {
    const { status, json } = await house.answer(request);
    const type = request.url?.startsWith("/users/") ? "application/activity+json" : "application/json";
    response.writeHead(status, { "content-type": type }).end(JSON.stringify(json));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  house.origin = `http://${host}`;
  return {
    origin: house.origin,
    host,
    asked: house.asked,
    revoked: house.revoked,
    allow: (address, username) => house.allow(new URL(address), username),
    sayInstead: (username) => {
      house.instead = username;
    },
    pointElsewhere: (iri) => {
      house.elsewhere = iri;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

class House {
  origin = "";
  instead: string | undefined;
  elsewhere: string | undefined;
  readonly asked: string[] = [];
  readonly revoked: string[] = [];
  readonly #kind: "new" | "old";
  readonly #clients = new Map<string, Client>();
  readonly #grants = new Map<string, Grant>();
  readonly #tokens = new Map<string, Grant>();

  constructor(kind: "new" | "old") {
    this.#kind = kind;
  }

  async answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "/", this.origin);
    const route = `${request.method} ${url.pathname}`;
    this.asked.push(route);
    const body = await text(request);
    switch (route) {
      case "GET /.well-known/oauth-authorization-server":
        return this.#kind === "new" ? this.#metadata() : nothing;
      case "GET /.well-known/webfinger":
        return this.#webfinger(url.searchParams.get("resource") ?? "");
      case "POST /api/v1/apps":
        return this.#register(JSON.parse(body));
      case "POST /oauth/token":
        return this.#exchange(new URLSearchParams(body));
      case "POST /oauth/revoke":
        return this.#revoke(new URLSearchParams(body).get("token") ?? "");
      case "GET /api/v1/accounts/verify_credentials":
        return this.#whoIs(request.headers.authorization ?? "");
      default:
        return url.pathname.startsWith("/users/") ? this.#actor(url.pathname.slice("/users/".length)) : nothing;
    }
  }

  allow({ searchParams: asked, origin, pathname }: URL, username: string): string {
    const id = asked.get("client_id") ?? "";
    const client = this.#clients.get(id);
    const redirect = asked.get("redirect_uri") ?? "";
    if (origin !== this.origin || pathname !== "/oauth/authorize") throw new Error("the link leads elsewhere");
    if (client?.redirect !== redirect || asked.get("scope") !== client.scope)
      throw new Error("it is not what was said");
    if (asked.get("code_challenge_method") !== "S256") throw new Error("there is no PKCE");
    const code = draw();
    const challenge = asked.get("code_challenge") ?? "";
    this.#grants.set(code, { username, client: id, challenge, redirect, scope: client.scope });
    return `${redirect}?${new URLSearchParams({ code, state: asked.get("state") ?? "" })}`;
  }

  #metadata(): Answer {
    const json = {
      issuer: `${this.origin}/`,
      authorization_endpoint: `${this.origin}/oauth/authorize`,
      token_endpoint: `${this.origin}/oauth/token`,
      scopes_supported: ["read", "profile"],
    };
    return { status: 200, json };
  }

  #webfinger(subject: string): Answer {
    const name = /^acct:(.+)@127\.0\.0\.1:\d+$/.exec(subject)?.[1] ?? "nobody";
    const href = this.elsewhere ?? `${this.origin}/users/${name}`;
    return { status: 200, json: { subject, links: [{ rel: "self", type: "application/activity+json", href }] } };
  }

  #register({ scopes, redirect_uris: redirect }: { scopes: string; redirect_uris: string }): Answer {
    if (this.#kind === "old" && scopes === "profile") return { status: 422, json: { error: "no such scope" } };
    const id = `client-${this.#clients.size + 1}`;
    const secret = draw();
    this.#clients.set(id, { secret, redirect, scope: scopes });
    return { status: 200, json: { client_id: id, client_secret: secret, redirect_uri: redirect } };
  }

  #exchange(form: URLSearchParams): Answer {
    const code = form.get("code") ?? "";
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    const proof = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const client = this.#clients.get(form.get("client_id") ?? "");
    const isTheirs = grant?.client === form.get("client_id") && client?.secret === form.get("client_secret");
    if (!isTheirs || grant?.redirect !== form.get("redirect_uri") || grant?.challenge !== proof)
      return { status: 400, json: { error: "invalid_grant" } };
    const token = draw();
    this.#tokens.set(token, grant);
    return { status: 200, json: { access_token: token, token_type: "Bearer", scope: grant.scope, created_at: 1 } };
  }

  #whoIs(authorization: string): Answer {
    const grant = this.#tokens.get(authorization.replace("Bearer ", ""));
    if (!grant) return { status: 401, json: { error: "no such token" } };
    const username = this.instead ?? grant.username;
    return { status: 200, json: { id: "1", username, acct: username } };
  }

  #revoke(token: string): Answer {
    this.#tokens.delete(token);
    this.revoked.push(token);
    return { status: 200, json: {} };
  }

  #actor(name: string): Answer {
    const id = `${this.origin}/users/${name}`;
    return {
      status: 200,
      json: { id, type: "Person", preferredUsername: name, name: `${name} here`, inbox: `${id}/inbox` },
    };
  }
}
