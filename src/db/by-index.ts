import { sql } from "drizzle-orm";
import type { Db, Tx } from "./client.ts";

/**
 * A transaction about tables that are empty now and have a million rows in an hour. Postgres keeps the plan of a statement, and one that it
 * made while there was next to nothing in a table reads the whole of it, then for every row that is asked for: here it goes by the
 * indices, whatever is in the table.
 */
export async function byIndex<Result>(db: Db, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return await db.transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`);
    return await work(tx);
  });
}
