import { DomainError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";

/** Names that a stranger would believe to speak for the server, and those that mail reserves (RFC 2142, RFC 5321 section 4.5.1). */
const reserved: ReadonlySet<string> = new Set([
  "abuse",
  "actor",
  "admin",
  "administrator",
  "bounce",
  "bounces",
  "daemon",
  "folkmoot",
  "hostmaster",
  "instance",
  "localhost",
  "mailer_daemon",
  "mailerdaemon",
  "no_reply",
  "nobody",
  "noc",
  "noreply",
  "postmaster",
  "root",
  "security",
  "server",
  "system",
  "webmaster",
  "www",
]);

/**
 * Checks the name that somebody wants before the @. Mastodon, Misskey and mail all take lower-case letters, digits and `_`.
 *
 * @throws {DomainError} `invalid` when it is no handle, `not-allowed` when it is reserved.
 */
export function checkHandle(handle: string): void {
  if (handle.length > limits.handleLength)
    throw new DomainError("invalid", `a handle has at most ${limits.handleLength} characters`, {
      fault: { name: "handle-long", values: { most: limits.handleLength } },
    });
  if (!/^[a-z0-9_]+$/.test(handle))
    throw new DomainError("invalid", `"${handle}" cannot be a handle: use only a to z, 0 to 9 and _`, {
      fault: { name: "handle-letters", values: { handle } },
    });
  if (reserved.has(handle))
    throw new DomainError("not-allowed", `the handle ${handle} is reserved`, {
      fault: { name: "handle-reserved", values: { handle } },
    });
}
