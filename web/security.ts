import type { Context, MiddlewareHandler } from "hono";
import { DomainError } from "../src/core/errors.ts";

/** Only what is ours, nothing inline, and no page of ours in a frame. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Says to browsers what a page of ours never does. */
export const secureHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  // What is no page may ask for less still.
  if (!c.res.headers.has("content-security-policy")) c.header("content-security-policy", contentSecurityPolicy);
  c.header("x-content-type-options", "nosniff");
  // Not `no-referrer`: forms would then be sent from the origin `null`.
  c.header("referrer-policy", "same-origin");
  c.header("cross-origin-opener-policy", "same-origin");
};

/**
 * Refuses requests that change something and were sent by another site's page. Browsers say so in Sec-Fetch-Site, older ones at least
 * in Origin; who sends neither is no browser, and cannot be tricked into lending its cookies.
 *
 * @throws {DomainError} `not-allowed`
 */
export function refuseCrossSite(origin: string): MiddlewareHandler {
  return async (c, next) => {
    if (!isSafe(c) && !isOneClick(c) && !isSameSite(c, origin))
      throw new DomainError("not-allowed", "the form was sent by another site");
    await next();
  };
}

/** What mail programs send when somebody wants no more mail (RFC 8058): its address proves enough, and no cookie is read. */
function isOneClick({ req }: Context): boolean {
  return /^\/mail\/[\w-]+\/unsubscribe$/.test(req.path);
}

function isSafe({ req }: Context): boolean {
  return req.method === "GET" || req.method === "HEAD" || req.method === "OPTIONS";
}

function isSameSite({ req }: Context, origin: string): boolean {
  const site = req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const sender = req.header("origin");
  return sender === undefined || sender === origin;
}

/**
 * Refuses addresses with a NUL in them: no name has one, and Postgres takes none.
 *
 * @throws {DomainError} `not-found`
 */
export const refuseNul: MiddlewareHandler = async (c, next) => {
  if (c.req.url.includes("%00")) throw new DomainError("not-found", "no address has a NUL in it");
  await next();
};
