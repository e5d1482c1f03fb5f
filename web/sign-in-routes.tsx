import type { Context, Hono } from "hono";
import { getCookie } from "hono/cookie";
import { isWithinRate } from "../src/account/rate.ts";
import { endSession } from "../src/account/sessions.ts";
import { askByMail, type Redeemed, redeemToken } from "../src/account/sign-in.ts";
import { findToken, findTokenOfBrowser, isOfBrowser, type Token, tryCode } from "../src/account/tokens.ts";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { newSecret } from "../src/core/secrets.ts";
import { createNetworkReader } from "./client-network.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import { requires, SignInNeeded } from "./policy.ts";
import { readReader } from "./reader.ts";
import { localPath } from "./settings.ts";
import { ClosedPage, CodePage, LinkPage, type SignInFault, SignInPage, SpentPage } from "./sign-in-page.tsx";
import { cookieName, dropSession, findViewer, getViewer, keepSession, setPrivate } from "./viewer.ts";

/** Signing in by mail and by the links that the command line gives, and signing out. GET changes nothing: scanners open links. */
export function registerSignIn(web: Hono, desk: Desk): void {
  const { app, site } = desk;
  const networkOf = createNetworkReader(app.config.trustedProxy);

  web.get("/sign-in", requires("public"), async (c) => {
    const back = localPath(c.req.query("back") ?? "/", site.origin);
    if (findViewer(c)) return c.redirect(back === "/" ? "/settings" : back, 303);
    return await showSignIn(desk, c, { back });
  });
  web.post("/sign-in", requires("public"), async (c) => {
    const form = await readForm(c);
    const back = localPath(form.get("back") ?? "/", site.origin);
    const address = form.get("address") ?? "";
    const fault = await ask(desk, c, { address, back, network: networkOf(c) });
    return fault ? await showSignIn(desk, c, { back, address, fault }) : c.redirect("/sign-in/code", 303);
  });
  web.get("/sign-in/code", requires("public"), (c) =>
    sendPrivately(c, <CodePage reader={readReader(c, site)} wrong={false} />),
  );
  web.post("/sign-in/code", requires("public"), async (c) => {
    const code = (await readForm(c)).get("code") ?? "";
    const browser = readBrowser(desk, c);
    const token = browser === undefined ? undefined : await findTokenOfBrowser(app, browser);
    if (!token || !(await tryCode(app, token, code)))
      return await sendPrivately(c, <CodePage reader={readReader(c, site)} wrong />, 403);
    return await redeem(desk, c, token);
  });
  web.get("/sign-in/link/:secret", requires("public"), async (c) => {
    const token = await findToken(app, c.req.param("secret"));
    const reader = readReader(c, site);
    if (!token || !isLink(token)) return await sendPrivately(c, <SpentPage reader={reader} />, 410);
    if (token.purpose === "address" && !findViewer(c)) throw new SignInNeeded();
    const here = isOfBrowser(token, readBrowser(desk, c));
    return await sendPrivately(
      c,
      <LinkPage reader={reader} token={token} path={c.req.path} asksCode={!here} wrong={false} />,
    );
  });
  web.post("/sign-in/link/:secret", requires("public"), async (c) => {
    const form = await readForm(c);
    const token = await findToken(app, c.req.param("secret"));
    const reader = readReader(c, site);
    if (!token || !isLink(token)) return await sendPrivately(c, <SpentPage reader={reader} />, 410);
    const here = isOfBrowser(token, readBrowser(desk, c));
    if (!here && !(await tryCode(app, token, form.get("code") ?? "")))
      return await sendPrivately(c, <LinkPage reader={reader} token={token} path={c.req.path} asksCode wrong />, 403);
    return await redeem(desk, c, token);
  });
  web.post("/sign-out", requires("signed-in"), async (c) => {
    const { accountId, sessionId } = getViewer(c);
    await endSession(app, accountId, sessionId);
    dropSession(c, site.origin);
    return c.redirect("/", 303);
  });
}

/** Questions to devices and to other servers are tokens too, and no links; what was proved once is not proved again. */
function isLink({ purpose, provedAt }: Token): boolean {
  return provedAt === null && (purpose === "sign-in" || purpose === "sign-up" || purpose === "address");
}

interface Asked {
  readonly address: string;
  readonly back: string;
  readonly network: string | undefined;
}

/** Sends the mail that somebody asks for. @returns why not, if not: never whether the address is known */
async function ask(desk: Desk, c: Context, { address, back, network }: Asked): Promise<SignInFault | undefined> {
  const { app, site } = desk;
  if (!sendsMail(desk)) return "no-mail";
  if (!(await maySignIn(desk, network))) return "too-often";
  const browser = ensureBrowser(desk, c);
  const { locale: language } = readReader(c, site);
  try {
    return (await askByMail(app, { address, browser, language, back })) ? undefined : "too-often";
  } catch (error) {
    if (error instanceof DomainError && error.code === "invalid") return "no-address";
    throw error;
  }
}

/** Whether somebody from this network may try again to sign in. Counts it. */
export async function maySignIn({ app }: Desk, network: string | undefined): Promise<boolean> {
  const rate = { limit: limits.signInsPerNetwork, window: limits.signInWindow };
  return network === undefined || (await isWithinRate(app, ["sign-in", network], rate));
}

/** Whether mail goes out: to a relay, or into the box that developers read. */
export function sendsMail({ app: { config } }: Desk): boolean {
  return config.smtpUrl !== undefined || config.insecurePeers;
}

const statuses = {
  "no-mail": 409,
  "no-address": 400,
  "too-often": 429,
  "no-server": 400,
  "no-answer": 422,
  "linked-elsewhere": 409,
  "no-passkey": 403,
} as const;

/** The page with all ways in. */
export async function showSignIn(
  desk: Desk,
  c: Context,
  { back, address = "", fault }: { back: string; address?: string; fault?: SignInFault },
): Promise<Response> {
  const page = (
    <SignInPage reader={readReader(c, desk.site)} back={back} address={address} fault={fault} mail={sendsMail(desk)} />
  );
  return await sendPrivately(c, page, fault ? statuses[fault] : 200);
}

/** Does what a token proves, and says so to the browser. */
async function redeem(desk: Desk, c: Context, token: Token): Promise<Response> {
  const browser = ensureBrowser(desk, c);
  const viewer = findViewer(c)?.accountId;
  const userAgent = c.req.header("user-agent") ?? "";
  return await answerRedeemed(desk, c, await redeemToken(desk.app, token, { browser, userAgent, viewer }));
}

/** What came of a token, as an answer. Whoever was signed in here before is not any more. */
export async function answerRedeemed(desk: Desk, c: Context, redeemed: Redeemed): Promise<Response> {
  const { app, site } = desk;
  switch (redeemed.kind) {
    case "spent":
      return await sendPrivately(c, <SpentPage reader={readReader(c, site)} />, 410);
    case "closed":
      return await sendPrivately(c, <ClosedPage reader={readReader(c, site)} />, 403);
    case "sign-up":
      return c.redirect("/sign-up", 303);
    case "identity-linked":
      return c.redirect("/settings#identities", 303);
    case "address-proved":
      return c.redirect("/settings#addresses", 303);
    case "signed-in": {
      const before = findViewer(c);
      if (before) await endSession(app, before.accountId, before.sessionId);
      keepSession(c, site.origin, redeemed.session);
      return c.redirect(localPath(redeemed.back, site.origin), 303);
    }
  }
}

/** What binds a browser to what it asked for. */
export function readBrowser({ site }: Desk, c: Context): string | undefined {
  const value = getCookie(c, cookieName(site.origin, "asked"));
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/** The same, given to the browser if it has none. */
export function ensureBrowser(desk: Desk, c: Context): string {
  const browser = readBrowser(desk, c) ?? newSecret();
  setPrivate(c, desk.site.origin, cookieName(desk.site.origin, "asked"), browser, limits.givenLink);
  return browser;
}
