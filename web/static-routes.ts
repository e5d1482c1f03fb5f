import type { Context, Hono } from "hono";
import type { Assets } from "./assets.ts";
import { requires } from "./policy.ts";

const year = 365 * 24 * 60 * 60;

/** The files that pages need. An address with an old hash has the new content, but is not kept. */
export function registerStatic(web: Hono, assets: Assets): void {
  web.get("/static/:hash/:name{.+}", requires("public"), async (c, next) => {
    const asset = assets.find(c.req.param("name"));
    if (!asset) return await next();
    const isCurrent = c.req.param("hash") === asset.hash;
    const encoding = chooseEncoding(c);
    const packed = asset.bytes[encoding];
    const body = packed ?? asset.bytes.identity;
    return c.body(body, 200, {
      "content-type": asset.mediaType,
      "cache-control": isCurrent ? `public, max-age=${year}, immutable` : "no-cache",
      vary: "Accept-Encoding",
      ...(packed && encoding !== "identity" && { "content-encoding": encoding }),
    });
  });
}

function chooseEncoding(c: Context): "br" | "gzip" | "identity" {
  const accepted = (c.req.header("accept-encoding") ?? "").split(",").map((one) => one.trim());
  const takes = (name: string) =>
    accepted.some((one) => one === name || (one.startsWith(`${name};`) && !/q=0(\.0*)?$/.test(one)));
  return takes("br") ? "br" : takes("gzip") ? "gzip" : "identity";
}
