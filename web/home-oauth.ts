import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  discoveryRequest,
  None,
  processAuthorizationCodeResponse,
  processDiscoveryResponse,
  revocationRequest,
  validateAuthResponse,
} from "oauth4webapi";
import type { OAuthClient } from "../src/account/oauth-clients.ts";
import { limits } from "../src/core/limits.ts";
import { readText } from "../src/net/read-text.ts";

/** A server could not be asked who somebody is, or did not say. */
export class OAuthFailure extends Error {
  override readonly name = "OAuthFailure";
}

/** What Mastodon calls it since 4.3, and what it and its kin called it before. */
const scopes = { narrow: "profile", wide: "read:accounts" };

/** How this server speaks with those at which people prove who they are: OAuth 2 with PKCE (RFC 7636), through the guard. */
export class HomeOAuth {
  readonly #origin: string;
  readonly #insecure: boolean;
  readonly redirectUri: string;

  constructor({ origin, insecurePeers }: { readonly origin: string; readonly insecurePeers: boolean }) {
    this.#origin = origin;
    this.#insecure = insecurePeers;
    this.redirectUri = `${origin}/sign-in/fediverse`;
  }

  /** Introduces us to a server. @throws {OAuthFailure} */
  async register(issuer: string): Promise<OAuthClient> {
    return await failing(`${issuer} takes no sign-in`, async () => {
      const { scopes_supported: known, ...server } = await this.#discover(issuer);
      const scope = known?.includes(scopes.narrow) ? scopes.narrow : scopes.wide;
      const wanted = { client_name: new URL(this.#origin).host, redirect_uris: this.redirectUri, scopes: scope };
      const made = await this.#ask(`${issuer}/api/v1/apps`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...wanted, website: this.#origin }),
      });
      const clientId = textIn(made, "client_id");
      if (clientId === undefined) throw new OAuthFailure(`${issuer} gave us no name`);
      return {
        issuer,
        clientId,
        clientSecret: textIn(made, "client_secret") ?? null,
        scope,
        authorizationEndpoint: own(issuer, server.authorization_endpoint) ?? `${issuer}/oauth/authorize`,
        tokenEndpoint: own(issuer, server.token_endpoint) ?? `${issuer}/oauth/token`,
      };
    });
  }

  /** Where somebody is asked whether we may know who they are. */
  async addressOf(client: OAuthClient, state: string, verifier: string): Promise<string> {
    const url = new URL(client.authorizationEndpoint);
    const parameters = {
      response_type: "code",
      client_id: client.clientId,
      redirect_uri: this.redirectUri,
      scope: client.scope,
      state,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  /** What the server calls whoever came back from there. The permission is given back at once. @throws {OAuthFailure} */
  async readUsername(client: OAuthClient, answer: URL, state: string, verifier: string): Promise<string> {
    return await failing(`${client.issuer} does not say who it is`, async () => {
      const [server, us, secret] = partsOf(client);
      const parameters = validateAuthResponse(server, us, answer, state);
      const options = this.#options();
      const granted = await authorizationCodeGrantRequest(
        server,
        us,
        secret,
        parameters,
        this.redirectUri,
        verifier,
        options,
      );
      const { access_token: token } = await processAuthorizationCodeResponse(server, us, granted);
      const account = await this.#ask(`${client.issuer}/api/v1/accounts/verify_credentials`, {
        headers: { authorization: `Bearer ${token}` },
      });
      await revocationRequest(server, us, secret, token, options).catch(() => {});
      const username = textIn(account, "username");
      if (username === undefined || !/^[^\s@/:?#]{1,100}$/.test(username)) throw new OAuthFailure("it says no name");
      return username;
    });
  }

  /** Servers before RFC 8414 have what they need at places that are known. */
  async #discover(issuer: string): Promise<Partial<AuthorizationServer>> {
    const url = new URL(issuer);
    const response = await discoveryRequest(url, { algorithm: "oauth2", ...this.#options() });
    if (response.status === 200) return await processDiscoveryResponse(url, response);
    response.body?.cancel().catch(() => {});
    return {};
  }

  async #ask(url: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.timeout(limits.fetchDeadline),
    });
    const text = await readText(response, limits.webFingerAnswer);
    if (!response.ok) throw new OAuthFailure(`${url} answers ${response.status}`);
    return JSON.parse(text);
  }

  #options() {
    return { signal: () => AbortSignal.timeout(limits.fetchDeadline), [allowInsecureRequests]: this.#insecure };
  }
}

function partsOf(client: OAuthClient): [AuthorizationServer, Client, ReturnType<typeof None>] {
  const server = {
    issuer: client.issuer,
    token_endpoint: client.tokenEndpoint,
    revocation_endpoint: `${client.issuer}/oauth/revoke`,
  };
  const secret = client.clientSecret === null ? None() : ClientSecretPost(client.clientSecret);
  return [server, { client_id: client.clientId }, secret];
}

/** Nobody is sent, and nothing is told, to another place than the server itself. */
function own(issuer: string, endpoint: string | undefined): string | undefined {
  if (endpoint === undefined) return undefined;
  if (URL.parse(endpoint)?.origin !== issuer) throw new OAuthFailure(`${issuer} names another server`);
  return endpoint;
}

function textIn(json: unknown, name: string): string | undefined {
  const value =
    typeof json === "object" && json !== null ? Object.entries(json).find(([key]) => key === name)?.[1] : undefined;
  return typeof value === "string" && value !== "" && value.length < 2_000 ? value : undefined;
}

async function failing<Result>(message: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new OAuthFailure(message, { cause });
  }
}
