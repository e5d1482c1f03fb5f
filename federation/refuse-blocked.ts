import type { MiddlewareHandler } from "hono";
import { readAccept, vary } from "./negotiate.ts";

/**
 * Refuses whoever signs as somebody of a blocked server, whatever they ask for or send: before any key is looked for, and with the same
 * answer for what is here and what is not. Others may keep no answer for a signed request in place of one for an unsigned one.
 */
export function refuseBlocked(isBlocked: (host: string) => Promise<boolean>): MiddlewareHandler {
  return async (c, next) => {
    const hosts = signersOf(c.req.header("signature"), c.req.header("signature-input"));
    for (const host of hosts)
      if (await isBlocked(host)) return c.text("nothing is taken from your server, nor given to it", 403, { vary });
    await next();
    if (readAccept(c.req.header("accept")) === "activity") c.res.headers.set("vary", vary);
  };
}

/** The hosts of the keys that a request names, in either kind of signature. Nothing of it is proved. */
function signersOf(...headers: readonly (string | undefined)[]): readonly string[] {
  return headers.flatMap((header) =>
    [...(header ?? "").matchAll(/\bkeyid="([^"]{1,2000})"/gi)].flatMap(([, keyId]) => URL.parse(keyId!)?.host ?? []),
  );
}
