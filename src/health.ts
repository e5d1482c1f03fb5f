import { getConnInfo } from "@hono/node-server/conninfo";
import { type Context, Hono } from "hono";
import { limits } from "./core/limits.ts";
import { isReachable } from "./db/reachable.ts";
import type { House } from "./house.ts";

/** What those ask who watch over the server: is it up, can it work, how is it. */
export function createHealth({ connection }: House, writeMetrics: () => Promise<string>): Hono {
  const health = new Hono();
  health.get("/healthz", (c) => c.text("up"));
  health.get("/readyz", async (c) =>
    (await isReachable(connection, limits.readyDeadline))
      ? c.text("ready")
      : c.text("the database does not answer", 503, { "retry-after": "5" }),
  );
  health.get("/metrics", async (c) =>
    isFromHere(c)
      ? c.text(await writeMetrics(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" })
      : c.text("not found", 404),
  );
  return health;
}

/** Asked by this machine for itself: a proxy on it, which asks for others, says so in a header. */
function isFromHere(c: Context): boolean {
  const proxied = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].some((name) => c.req.header(name) !== undefined);
  const address = getConnInfo(c).remote.address ?? "";
  return !proxied && (/^(::ffff:)?127\./.test(address) || address === "::1");
}
