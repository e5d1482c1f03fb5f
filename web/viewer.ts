import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { findStanding, findViewer as findViewerOf, type Standing, type Viewer } from "../src/account/viewer.ts";
import type { App } from "../src/app.ts";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** Set by `knowViewer`; ask `findViewer`. */
    viewer?: Viewer;
    standingIn: (communityHandle: string) => Promise<Standing | undefined>;
    /** Set by `knowPlaces`. @throws {DomainError} `not-found` when what the path names is not there for whoever asks */
    findPlace?: () => Promise<void>;
  }
}

/** Whoever asks, if they are signed in. What they get is theirs alone: see `sendPage`. */
export function findViewer(c: Context): Viewer | undefined {
  return c.get("viewer");
}

/** Whoever asks, on a route whose policy lets in only who is signed in. @throws {DomainError} `not-allowed` */
export function getViewer(c: Context): Viewer {
  const viewer = findViewer(c);
  if (!viewer) throw new DomainError("not-allowed", "nobody is signed in");
  return viewer;
}

/** Files and pictures, which are the same for everybody who may see them. */
const isForAll = /^\/(static|media)\//;

/** Finds out who asks, by the cookie of their session. Nobody without one costs a question. */
export function knowViewer(app: App): MiddlewareHandler {
  const name = sessionCookie(app.config.origin);
  return async (c, next) => {
    const secret = getCookie(c, name);
    if (isForAll.test(c.req.path)) {
      c.set("standingIn", async (handle) => {
        const asking = secret === undefined ? undefined : await findViewerOf(app, secret);
        return asking && (await findStanding(app.db, asking.accountId, handle));
      });
      return await next();
    }
    const viewer = secret === undefined ? undefined : await findViewerOf(app, secret);
    if (viewer) c.set("viewer", viewer);
    // Before the route, which may take it away again.
    if (viewer?.prolonged && secret !== undefined) keepSession(c, app.config.origin, secret);
    c.set("standingIn", async (handle) => (viewer ? await findStanding(app.db, viewer.accountId, handle) : undefined));
    await next();
    // Whatever a session took part in is nobody else's: also what was made without a thought of it.
    if (viewer) c.header("cache-control", "private, no-store");
  };
}

/** Hands the browser what it signs in with. */
export function keepSession(c: Context, origin: string, secret: string): void {
  setPrivate(c, origin, sessionCookie(origin), secret, limits.sessionIdle);
}

/** Takes it away again. */
export function dropSession(c: Context, origin: string): void {
  deleteCookie(c, sessionCookie(origin), { path: "/", secure: isSecure(origin) });
}

/** A cookie that scripts, other hosts and other sites' forms do not get. */
export function setPrivate(c: Context, origin: string, name: string, value: string, age: number): void {
  setCookie(c, name, value, {
    path: "/",
    maxAge: Math.floor(age / 1000),
    httpOnly: true,
    sameSite: "Lax",
    secure: isSecure(origin),
  });
}

/** With the prefix that only this very host can set it, where there is https (RFC 6265bis, section 4.1.3.2). */
export function cookieName(origin: string, name: string): string {
  return isSecure(origin) ? `__Host-${name}` : name;
}

function sessionCookie(origin: string): string {
  return cookieName(origin, "session");
}

function isSecure(origin: string): boolean {
  return origin.startsWith("https:");
}
