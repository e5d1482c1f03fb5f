import { sql } from "drizzle-orm";
import type { Db } from "../db/client.ts";
import { bossSchema, deadQueue } from "./boss.ts";

/** Something that failed too often and waits for a person. */
export interface Failure {
  readonly what: "inbound" | "job" | "delivery";
  /** What names it: the IRI of an activity, the kind of a job, an inbox. */
  readonly name: string;
  readonly error: string;
  readonly createdAt: Date;
}

/** pg-boss forgets why a job failed within an hour or so. */
const forgotten = "the reason is not kept any more: see the log";

/** The newest of what failed too often, with its last words. */
export async function listFailures(db: Db, limit: number): Promise<readonly Failure[]> {
  const jobs = sql`${sql.identifier(bossSchema)}.job`;
  const rows = await db.execute<Row>(sql`
    (select 'inbound' as what, iri as name, outcome as error, created_at
      from inbound_activity where state = 'dead' order by id desc limit ${limit})
    union all
    (select 'job', dead.source_name || ' ' || dead.data::text, failed.output ->> 'message', dead.created_on
      from ${jobs} dead left join ${jobs} failed on failed.name = dead.source_name and failed.id = dead.source_id
      where dead.name = ${deadQueue.name} and dead.state in ('created', 'retry', 'active')
      order by dead.created_on desc limit ${limit})
    union all
    (select 'delivery', inbox, last_error, created_at
      from delivery where dead_at is not null order by dead_at desc limit ${limit})
    order by created_at desc limit ${limit}`);
  return rows.map(({ what, name, error, created_at }) => ({
    what,
    name,
    error: error ?? forgotten,
    createdAt: new Date(created_at),
  }));
}

interface Row extends Record<string, unknown> {
  readonly what: Failure["what"];
  readonly name: string;
  readonly error: string | null;
  readonly created_at: string;
}
