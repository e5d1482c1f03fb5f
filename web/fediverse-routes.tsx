import { getLogger } from "@logtape/logtape";
import type { Context, Hono } from "hono";
import { type IdentityFinder, useIdentity } from "../src/account/identity.ts";
import { findOAuthClient, keepOAuthClient, type OAuthClient } from "../src/account/oauth-clients.ts";
import { findToken, isOfBrowser, issueToken, spendToken, type Token } from "../src/account/tokens.ts";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { newSecret } from "../src/core/secrets.ts";
import { askWebFinger } from "../src/net/webfinger.ts";
import { createNetworkReader } from "./client-network.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import { HomeOAuth, OAuthFailure } from "./home-oauth.ts";
import { createHomeFinder, type Home } from "./home-server.ts";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { localPath } from "./settings.ts";
import { showSettings } from "./settings-routes.tsx";
import { HomewardPage, type SignInFault, SpentPage } from "./sign-in-page.tsx";
import { answerRedeemed, ensureBrowser, maySignIn, readBrowser, showSignIn } from "./sign-in-routes.tsx";
import { findViewer } from "./viewer.ts";

const log = getLogger(["folkmoot", "web"]);

/** Signing in with an account on another server, and linking one: its server is asked, and says who it is. */
export function registerFediverse(web: Hono, desk: Desk, identities: IdentityFinder): void {
  const { app, site } = desk;
  const oauth = new HomeOAuth(app.config);
  const homes = createHomeFinder(app.now, { insecure: app.config.insecurePeers });
  const networkOf = createNetworkReader(app.config.trustedProxy);

  web.post("/sign-in/fediverse", requires("public"), async (c) => {
    const form = await readForm(c);
    const back = localPath(form.get("back") ?? "/", site.origin);
    const home = homes.read(form.get("home") ?? "");
    if (!home || home.host === site.host) return await refuse(desk, c, back, "no-server");
    if (!(await maySignIn(desk, networkOf(c)))) return await refuse(desk, c, back, "too-often");
    try {
      const client = await introduce(desk, oauth, await originOf(desk, home));
      return await leadHome(desk, c, oauth, client, back);
    } catch (error) {
      if (!(error instanceof OAuthFailure)) throw error;
      log.info("a server takes no sign-in: {host}", { host: home.host });
      return await refuse(desk, c, back, "no-answer");
    }
  });
  web.get("/sign-in/fediverse", requires("public"), async (c) => {
    const token = await findToken(app, c.req.query("state") ?? "");
    if (token?.purpose !== "fediverse" || !isOfBrowser(token, readBrowser(desk, c)))
      return await sendPrivately(c, <SpentPage reader={readReader(c, site)} />, 410);
    return await welcome(desk, c, { oauth, identities, token, state: c.req.query("state") ?? "" });
  });
}

/** The server at which somebody has their account: it may be on another host than their address. */
async function originOf({ app }: Desk, { host, resources }: Home): Promise<string> {
  const scheme = app.config.insecurePeers ? "http:" : "https:";
  const [resource] = resources;
  const answer = resource?.startsWith("acct:") ? await askWebFinger(host, resource, { scheme }) : "nothing";
  const self = typeof answer === "string" ? undefined : selfOf(answer.json);
  return self?.protocol === scheme || self?.protocol === "https:" ? self.origin : `${scheme}//${host}`;
}

function selfOf(json: unknown): URL | undefined {
  const links: unknown = typeof json === "object" && json !== null && "links" in json ? json.links : [];
  for (const link of Array.isArray(links) ? (links as unknown[]) : []) {
    const isSelf = typeof link === "object" && link !== null && "rel" in link && link.rel === "self" && "href" in link;
    if (isSelf && typeof link.href === "string") return URL.parse(link.href) ?? undefined;
  }
  return undefined;
}

async function introduce({ app }: Desk, oauth: HomeOAuth, issuer: string): Promise<OAuthClient> {
  const known = await findOAuthClient(app, issuer);
  if (known) return known;
  const client = await oauth.register(issuer);
  await keepOAuthClient(app, client);
  return client;
}

/** A page with a link, not a redirect: the policy for forms would hold that back, and nobody is sent off without seeing where. */
async function leadHome(
  desk: Desk,
  c: Context,
  oauth: HomeOAuth,
  client: OAuthClient,
  back: string,
): Promise<Response> {
  const { app } = desk;
  const state = newSecret();
  const verifier = newSecret();
  const browser = ensureBrowser(desk, c);
  const accountId = findViewer(c)?.accountId;
  const detail = { issuer: client.issuer, verifier, back };
  const token = {
    purpose: "fediverse",
    accountId,
    browser,
    detail,
    secret: state,
    lifetime: limits.mailedLink,
  } as const;
  await app.db.transaction(async (tx) => issueToken(app, tx, token));
  const url = await oauth.addressOf(client, state, verifier);
  const reader = { ...readReader(c, desk.site), path: "/sign-in" };
  return await sendPrivately(c, <HomewardPage reader={reader} url={url} host={new URL(client.issuer).host} />);
}

interface Return {
  readonly oauth: HomeOAuth;
  readonly identities: IdentityFinder;
  readonly token: Token;
  readonly state: string;
}

/** Somebody is back from their server: it is asked who they are. */
async function welcome(desk: Desk, c: Context, { oauth, identities, token, state }: Return): Promise<Response> {
  const { app } = desk;
  const { issuer = "", verifier = "", back = "/" } = token.detail;
  const viewer = findViewer(c)?.accountId;
  if ((token.accountId ?? undefined) !== viewer) throw new DomainError("not-allowed", "another account is signed in");
  const isFirst = await app.db.transaction(async (tx) => await spendToken(app, tx, token.id));
  const client = await findOAuthClient(app, issuer);
  if (!isFirst || !client) return await sendPrivately(c, <SpentPage reader={readReader(c, desk.site)} />, 410);
  try {
    const username = await oauth.readUsername(client, new URL(c.req.url), state, verifier);
    const proved = await identities.findIdentity(issuer, username);
    if (!proved) return await refuse(desk, c, back, "no-answer");
    const userAgent = c.req.header("user-agent") ?? "";
    const use = { linkTo: viewer, browser: ensureBrowser(desk, c), userAgent, back };
    return await answerRedeemed(desk, c, await useIdentity(app, proved, use));
  } catch (error) {
    if (error instanceof OAuthFailure) return await refuse(desk, c, back, "no-answer");
    if (error instanceof DomainError && error.code === "conflict")
      return await refuse(desk, c, back, "linked-elsewhere");
    throw error;
  }
}

/** Says on the page from which somebody came what did not work. */
async function refuse(desk: Desk, c: Context, back: string, fault: SignInFault): Promise<Response> {
  if (findViewer(c)) return await showSettings(desk, c, { section: "identities", message: `sign-in.${fault}` });
  return await showSignIn(desk, c, { back, fault });
}
