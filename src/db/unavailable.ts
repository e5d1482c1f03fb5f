/** Codes of a database that is away for now: Node's, postgres.js's, and those of SQLSTATE. */
const unavailable =
  /^(E(CONNREFUSED|CONNRESET|PIPE|NOENT|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH)|CONNECT(_TIMEOUT|ION_(CLOSED|ENDED|DESTROYED))|08...|57P0[1-3]|53300)$/;

/**
 * Whether an error means that the database cannot be reached just now, and the same may succeed later. Doors answer "try again".
 * Also told of what only looks like an error: pg-boss hands on copies.
 */
export function isUnavailable(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ("code" in error && typeof error.code === "string" && unavailable.test(error.code)) return true;
  if ("cause" in error && isUnavailable(error.cause)) return true;
  return error instanceof AggregateError && error.errors.some(isUnavailable);
}
