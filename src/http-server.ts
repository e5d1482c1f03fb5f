import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { getLogger } from "@logtape/logtape";
import { type Context, Hono } from "hono";
import { limits } from "./core/limits.ts";
import { whyNotListening } from "./core/listening.ts";
import { isUnavailable } from "./db/client.ts";

const sweepInterval = 20;
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
  // Whoever asked hung up: what that broke is no fault of ours, and nobody hears the answer.
  if (c.req.raw.signal.aborted) return c.body(null, 400);
  if (isUnavailable(error)) {
    log.debug("the database is away: {method} {path}", { method: c.req.method, path: c.req.path });
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
  const silent = watchSilent(server);
  server.listen(at.port, at.host);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw whyNotListening(cause, at, ["HOST", "PORT"]);
  }
  const { port } = server.address() as AddressInfo;
  return { port, stop: () => stop(server, silent) };
}

/** Connections on which nothing was asked yet. Node counts them among the busy ones. */
function watchSilent(server: Server): ReadonlySet<Socket> {
  const silent = new Set<Socket>();
  server.on("connection", (socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", ({ socket }) => silent.delete(socket));
  return silent;
}

async function stop(server: Server, silent: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, "close");
  server.close();
  for (const socket of silent) socket.destroy();
  // A connection whose last answer is on its way becomes idle only after that.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepInterval);
  const impatience = setTimeout(() => server.closeAllConnections(), limits.httpPatience);
  await closed;
  clearInterval(sweep);
  clearTimeout(impatience);
}
