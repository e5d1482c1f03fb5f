import type { MiddlewareHandler } from "hono";

/**
 * Refuses a page to whoever wants ActivityStreams rather than HTML (RFC 9110, section 12.5.1). Where there is such a form, the
 * federation door has answered already; here there is none, and a page must not pass for one. What is not there at all is not found in any form.
 */
export const refuseActivities: MiddlewareHandler = async (c, next) => {
  if (!prefersActivity(c.req.header("accept"))) return await next();
  const reads = c.req.method === "GET" || c.req.method === "HEAD";
  if (reads) await next();
  const status = reads ? (absences[c.res.status] ?? 406) : 406;
  // Else what a page says of itself would stay.
  c.res = undefined;
  c.res = c.text(words[status], status, { vary: "Accept" });
};

const absences: Readonly<Record<number, 404 | 410 | 503>> = { 404: 404, 410: 410, 500: 503, 503: 503 };
const words = {
  404: "there is nothing here",
  406: "there is no ActivityPub form of this",
  410: "it is gone",
  503: "it cannot be told now",
} as const;

function prefersActivity(accept: string | undefined): boolean {
  if (!accept?.includes("json")) return false;
  const wishes = accept.split(",").map((part) => {
    const [type = "", ...parameters] = part.split(";").map((one) => one.trim().toLowerCase());
    const weight = Number(parameters.find((one) => one.startsWith("q="))?.slice(2) ?? 1);
    const isActivity = type === "application/activity+json" || type === "application/ld+json";
    return { type, weight, isActivity };
  });
  const best = (match: (wish: (typeof wishes)[number]) => boolean) =>
    Math.max(0, ...wishes.filter(match).map(({ weight }) => weight));
  const activity = best(({ isActivity }) => isActivity);
  return activity > 0 && activity >= best(({ type }) => type === "text/html" || type === "application/xhtml+xml");
}
