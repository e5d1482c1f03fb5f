export interface RecurringLimits {
  /** How often a text must have come before. Unset = 3. */
  readonly after?: number;
  /** Most texts that are ever said to recur. Unset = 400. */
  readonly most?: number;
}

/** How many texts are watched that came too seldom so far. */
const watched = 2_000;

/**
 * Tells which texts come again and again: those are worth preparing, which saves a question to Postgres, and its parsing and planning, each
 * time. A prepared statement lasts as long as its session, in two memories, so texts that differ each time must never be prepared, and the
 * others only up to a number.
 *
 * @returns whether a text that comes now recurs
 */
export function createRecurring({ after = 3, most = 400 }: RecurringLimits = {}): (text: string) => boolean {
  const recurring = new Set<string>();
  const seen = new Map<string, number>();
  return (text) => {
    if (recurring.has(text)) return true;
    if (recurring.size >= most) return false;
    const times = seen.get(text) ?? 0;
    if (times < after) {
      if (seen.size >= watched) seen.clear();
      seen.set(text, times + 1);
      return false;
    }
    seen.delete(text);
    recurring.add(text);
    return true;
  };
}
