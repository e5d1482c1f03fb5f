import type { Db } from "./client.ts";

/**
 * A query that is put together once for each database, not each time it is asked: for Drizzle that is often more work than the
 * answer is. Values go in by `sql.placeholder`.
 */
export function prepared<Query>(build: (db: Db) => Query): (db: Db) => Query {
  const built = new WeakMap<Db, Query>();
  return (db) => {
    const known = built.get(db);
    if (known) return known;
    const query = build(db);
    built.set(db, query);
    return query;
  };
}
