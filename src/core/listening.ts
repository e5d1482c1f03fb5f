import { DomainError } from "./errors.ts";

/**
 * Why nobody can be heard at an address of this machine, as far as whoever runs the server can put it right; anything else as it is.
 *
 * @param variables with which the address is said, the port last
 */
export function whyNotListening(
  cause: unknown,
  { host, port }: { readonly host: string; readonly port: number },
  variables: readonly string[],
): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EADDRINUSE")
    return new DomainError(
      "conflict",
      `port ${port} on ${host} is taken: stop what listens there, or set ${variables.at(-1)}`,
      { cause },
    );
  if (code === "EADDRNOTAVAIL" || code === "EACCES" || code === "ENOTFOUND")
    return new DomainError("invalid", `cannot listen on ${host}, port ${port}: set ${variables.join(" and ")}`, {
      cause,
    });
  return cause;
}
