import { sql } from "drizzle-orm";
import type { Db } from "../db/client.ts";
import { bossSchema, deadQueue } from "./boss.ts";

/** How much of a kind of job waits. */
export interface JobDepth {
  readonly kind: string;
  /** Due now, those that somebody is just doing included. */
  readonly due: number;
  readonly oldestAt: Date | undefined;
  /** For later: put down so, or waiting for another try. */
  readonly later: number;
  /** Failed too often: for a person to look at. */
  readonly dead: number;
}

/** What waits, by kind, for status. Kinds of which nothing waits are absent. */
export async function jobDepth(db: Db, now: Date): Promise<readonly JobDepth[]> {
  const at = now.toISOString();
  const rows = await db.execute<{ kind: string; due: number; oldest: string | null; later: number; dead: number }>(sql`
    select coalesce(source_name, name) as kind,
      count(*) filter (where name <> ${deadQueue.name} and start_after <= ${at}::timestamptz)::int as due,
      min(start_after) filter (where name <> ${deadQueue.name} and start_after <= ${at}::timestamptz) as oldest,
      count(*) filter (where name <> ${deadQueue.name} and start_after > ${at}::timestamptz)::int as later,
      count(*) filter (where name = ${deadQueue.name})::int as dead
    from ${sql.identifier(bossSchema)}.job
    where state in ('created', 'retry', 'active') and name not like '\_\_pgboss%'
    group by 1 order by 1`);
  return rows.map(({ oldest, ...row }) => ({ ...row, oldestAt: oldest ? new Date(oldest) : undefined }));
}
