import type { Context } from "hono";
import type { Json } from "./as2.ts";
import { activityJson } from "./iris.ts";

interface Wish {
  readonly type: string;
  readonly weight: number;
}

/**
 * What somebody who asks for a document wants to see (RFC 9110, section 12.5.1): `activity` when they name one of the two media types of
 * ActivityStreams and do not prefer a page, `page` when they name HTML, else `either`. Of the second one the profile may be missing: we have no
 * other JSON-LD, and tools ask for it so.
 */
export function readAccept(accept: string | undefined): "activity" | "page" | "either" {
  const wishes = (accept ?? "").split(",").map(readWish);
  const best = (match: (wish: Wish) => boolean) => Math.max(0, ...wishes.filter(match).map(({ weight }) => weight));
  const activity = best(({ type }) => type === activityJson || type === "application/ld+json");
  const page = best(({ type }) => type === "text/html" || type === "application/xhtml+xml");
  if (activity > 0 && activity >= page) return "activity";
  return page > 0 ? "page" : "either";
}

function readWish(text: string): Wish {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = Number(parameters.find((one) => one.startsWith("q="))?.slice(2) ?? 1);
  return { type, weight: Number.isNaN(weight) ? 0 : weight };
}

/** How long others may keep a public document, in seconds. */
const freshness = 180;

/** Answers with an ActivityStreams document. */
export function activityResponse(c: Context, document: Json | string, status: 200 | 410 = 200): Response {
  return c.body(typeof document === "string" ? document : JSON.stringify(document), status, {
    "content-type": activityJson,
    "cache-control": `public, max-age=${freshness}`,
    vary,
    "x-content-type-options": "nosniff",
  });
}

/** On what the answer to a request for a document depends, for whoever keeps answers. */
export const vary = "Accept, Signature";

/** Leads to the other form of the same thing. */
export function elsewhere(c: Context, url: string): Response {
  c.header("vary", vary);
  return c.redirect(url, 302);
}
