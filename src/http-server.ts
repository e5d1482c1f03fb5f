import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { getLogger } from "@logtape/logtape";
import { type Context, Hono } from "hono";
import { DomainError } from "./core/errors.ts";
import { limits } from "./core/limits.ts";
import { isUnavailable } from "./db/client.ts";

const log = getLogger(["folkmoot", "web"]);

/** A web server that listens. */
export interface HttpServer {
  /** The port, also when any was asked for. */
  readonly port: number;
  /** Takes nothing new, lets what runs finish for a while, then cuts it off. */
  stop(): Promise<void>;
}

/** All that answers over HTTP: each part answers what it knows and leaves the rest to the next. */
export function composeHttp(parts: readonly Hono[]): Hono {
  const http = new Hono();
  for (const part of parts) http.route("/", part);
  http.notFound((c) => c.text("not found", 404));
  http.onError(answerError);
  return http;
}

/** What failed is logged here and never told to a stranger. */
export function answerError(error: Error, c: Context): Response {
  if (isUnavailable(error)) {
    log.warning("the database is away: {method} {path}", { method: c.req.method, path: c.req.path });
    return c.text("try again in a moment", 503, { "retry-after": "5" });
  }
  log.error("{method} {path} failed", { method: c.req.method, path: c.req.path, error });
  return c.text("something went wrong here", 500);
}

/**
 * Listens for HTTP.
 *
 * @throws {DomainError} `conflict` when the port is taken, `invalid` when the address cannot be used.
 */
export async function listenHttp(
  http: Hono,
  at: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const server = createServer(
    {
      headersTimeout: limits.httpHeaders,
      requestTimeout: limits.httpRequest,
      connectionsCheckingInterval: limits.httpCheckInterval,
      keepAliveTimeout: limits.httpKeepAlive,
    },
    getRequestListener(http.fetch),
  );
  server.maxConnections = limits.httpConnections;
  server.listen(at.port, at.host);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw refusal(cause, at);
  }
  const { port } = server.address() as AddressInfo;
  return { port, stop: () => stop(server) };
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const impatience = setTimeout(() => server.closeAllConnections(), limits.httpPatience);
  await closed;
  clearTimeout(impatience);
}

function refusal(cause: unknown, { host, port }: { readonly host: string; readonly port: number }): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EADDRINUSE")
    return new DomainError("conflict", `port ${port} on ${host} is taken: stop what listens there, or set PORT`, {
      cause,
    });
  if (code === "EADDRNOTAVAIL" || code === "EACCES" || code === "ENOTFOUND")
    return new DomainError("invalid", `cannot listen on ${host}, port ${port}: set HOST and PORT`, { cause });
  return cause;
}
