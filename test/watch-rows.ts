import { sql } from "drizzle-orm";
import type { Db } from "../src/db/client.ts";
import { arrayOf } from "../src/db/many.ts";

/** Remembers all rows as they are now, and tells later which tables have others, but for those that may. */
export async function watchRows(
  db: Db,
  mayChange: ReadonlySet<string> = new Set(),
): Promise<{ changed(db: Db): Promise<readonly string[]> }> {
  const tables = await db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const digests = sql.raw(
    tables
      .map(
        ({ name }) =>
          `select '${name}' as name, md5(string_agg(t::text, '' order by t::text)) as digest from "${name}" t`,
      )
      .join(" union all "),
  );
  const read = async (from: Db) => {
    const found = await from.execute<{ name: string; digest: string | null }>(digests);
    return new Map(found.map(({ name, digest }) => [name, digest]));
  };
  const before = await read(db);
  let counted = await countWritten(db, mayChange);
  return {
    async changed(now) {
      // Counting is cheap, and most of what is refused wrote nothing.
      const written = await countWritten(now, mayChange);
      if (written === 0 || written === counted) return [];
      counted = written;
      return [...(await read(now))].flatMap(([name, digest]) =>
        digest === before.get(name) || mayChange.has(name) ? [] : [name],
      );
    },
  };
}

/** How many rows this transaction has written, be they taken back or not; without those that may be. */
async function countWritten(db: Db, mayChange: ReadonlySet<string>): Promise<number> {
  const [row] = await db.execute<{ count: string }>(sql`
    select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) as count from pg_stat_xact_user_tables
    where relname <> all(${arrayOf([...mayChange])})`);
  return Number(row?.count ?? 0);
}
