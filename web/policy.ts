import type { Context, MiddlewareHandler } from "hono";
import type { Standing } from "../src/account/viewer.ts";
import { DomainError } from "../src/core/errors.ts";
import { findViewer } from "./viewer.ts";

/** Who may use a route. Those about communities are about the one that the path names as `:handle`. */
export type Policy = "public" | "signed-in" | Standing | "admin";

/** Who asks must sign in first. */
export class SignInNeeded extends DomainError {
  constructor() {
    super("not-allowed", "nobody is signed in");
  }
}

const declared = new WeakMap<object, Policy>();
const ranks: readonly Standing[] = ["member", "moderator", "owner"];

/**
 * Lets through who may use a route, and says so to whoever reads the routes: it is the first handler of every one.
 *
 *     web.get("/c/:handle/desk", requires("moderator"), (c) => …)
 *
 * What the path names and does not exist, or not for whoever asks, is not found; only then does the route begin.
 *
 * @throws {SignInNeeded} when nobody is signed in, {DomainError} `not-allowed` when that is not enough, `not-found`
 */
export function requires(policy: Policy): MiddlewareHandler {
  const guard: MiddlewareHandler = async (c, next) => {
    if (policy !== "public") await check(c, policy);
    await c.get("findPlace")?.();
    await next();
  };
  declared.set(guard, policy);
  return guard;
}

/** The policy that a handler of a route is, if it is one. */
export function policyOf(handler: object): Policy | undefined {
  return declared.get(handler);
}

async function check(c: Context, policy: Exclude<Policy, "public">): Promise<void> {
  const viewer = findViewer(c);
  if (!viewer) throw new SignInNeeded();
  if (policy === "signed-in") return;
  if (policy === "admin") {
    if (!viewer.admin) throw notFor("admin", "those who run this server");
    return;
  }
  const standing = await c.get("standingIn")(c.req.param("handle") ?? "");
  if (standing === undefined || ranks.indexOf(standing) < ranks.indexOf(policy))
    throw notFor(policy, `a ${policy} of the community`);
}

function notFor(policy: Standing | "admin", whom: string): DomainError {
  return new DomainError("not-allowed", `that is for ${whom}`, { fault: { name: `not-${policy}` } });
}
