import { sql } from "drizzle-orm";
import type { Db } from "../db/client.ts";

/** How much is owed in all. */
export interface DeliveryTotals {
  readonly waiting: number;
  /** Given up, for a person to look at. */
  readonly dead: number;
  /** Hosts that are left alone for a while since they failed. */
  readonly hostsHeldBack: number;
}

/** What is owed to all hosts together. It counts every row: not for hot paths. */
export async function deliveryTotals(db: Db, now: Date): Promise<DeliveryTotals> {
  const [row] = await db.execute<DeliveryTotals & Record<string, unknown>>(sql`
    select count(*) filter (where dead_at is null)::int as waiting, count(dead_at)::int as dead,
      (select count(*)::int from peer where failures > 0 and held_until > ${now.toISOString()}::timestamptz) as "hostsHeldBack"
    from delivery`);
  return { waiting: row?.waiting ?? 0, dead: row?.dead ?? 0, hostsHeldBack: row?.hostsHeldBack ?? 0 };
}
