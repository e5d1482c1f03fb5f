import type { Connection } from "./client.ts";

/** What a database says of itself. */
export interface Inspection {
  /** Such as 18. */
  readonly major: number;
  /** Whether what was committed survives a loss of power. */
  readonly durable: boolean;
  readonly now: Date;
}

/** Asks the database how it is. */
export async function inspectDatabase({ sql }: Connection): Promise<Inspection> {
  const [row] = await sql<{ version: number; durable: boolean; now: Date }[]>`
    select current_setting('server_version_num')::int as version,
      current_setting('fsync') = 'on' and current_setting('synchronous_commit') not in ('off', 'local') as durable,
      clock_timestamp() as now`;
  if (!row) throw new Error("the database says nothing of itself");
  return { major: Math.floor(row.version / 10_000), durable: row.durable, now: new Date(row.now) };
}
