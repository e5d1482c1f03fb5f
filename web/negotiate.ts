import type { MiddlewareHandler } from "hono";

/**
 * Refuses a page to whoever wants ActivityStreams rather than HTML (RFC 9110, section 12.5.1). Where there is such a form, the
 * federation door has answered already; here there is none, and a page must not pass for one.
 */
export const refuseActivities: MiddlewareHandler = async (c, next) => {
  if (!prefersActivity(c.req.header("accept"))) return await next();
  return c.text("there is no ActivityPub form of this", 406, { vary: "Accept" });
};

function prefersActivity(accept: string | undefined): boolean {
  if (!accept?.includes("json")) return false;
  const wishes = accept.split(",").map((part) => {
    const [type = "", ...parameters] = part.split(";").map((one) => one.trim().toLowerCase());
    const weight = Number(parameters.find((one) => one.startsWith("q="))?.slice(2) ?? 1);
    const isActivity =
      type === "application/activity+json" ||
      (type === "application/ld+json" &&
        parameters.some((one) => one.includes("https://www.w3.org/ns/activitystreams")));
    return { type, weight, isActivity };
  });
  const best = (match: (wish: (typeof wishes)[number]) => boolean) =>
    Math.max(0, ...wishes.filter(match).map(({ weight }) => weight));
  const activity = best(({ isActivity }) => isActivity);
  return activity > 0 && activity >= best(({ type }) => type === "text/html" || type === "application/xhtml+xml");
}
