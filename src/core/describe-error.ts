/**
 * An error for a log or a terminal: what happened and where, without the values of a failed query, which may be somebody's words or
 * keys.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`;
  // A query's error repeats the query with all its values; what the database said of it is the cause.
  if ("query" in error && error.cause instanceof Error) return describeError(error.cause);
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const cause = error.cause instanceof Error ? [`caused by ${describeError(error.cause)}`] : [];
  return [`${error.name}: ${error.message}${code}`, ...frames, ...cause].join("\n");
}

/** The same in one line, for a table or a list. */
export function describeBriefly(error: unknown): string {
  return describeError(error).split("\n")[0] ?? "";
}
