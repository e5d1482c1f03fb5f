import { lt, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { hashSecret } from "../core/secrets.ts";
import type { Db } from "../db/client.ts";
import { rateCounts } from "../db/schema/account.ts";

/** How often something may be done within a window of time. */
export interface Rate {
  readonly limit: number;
  /** Milliseconds. */
  readonly window: number;
}

/** Counts that something was asked by or about `words`, and says whether that was still within the rate. Exact also when many ask at once. */
export async function isWithinRate(app: App, words: readonly string[], { limit, window }: Rate): Promise<boolean> {
  const now = app.now();
  const over = sql`${rateCounts.since} <= ${new Date(now.getTime() - window).toISOString()}::timestamptz`;
  const [row] = await app.db
    .insert(rateCounts)
    .values({ key: hashSecret(...words), count: 1, since: now })
    .onConflictDoUpdate({
      target: rateCounts.key,
      set: {
        count: sql`case when ${over} then 1 else ${rateCounts.count} + 1 end`,
        since: sql`case when ${over} then excluded.since else ${rateCounts.since} end`,
      },
    })
    .returning({ count: rateCounts.count });
  return (row?.count ?? 1) <= limit;
}

/** Forgets what was counted before. */
export async function forgetRates(db: Db, before: Date): Promise<void> {
  await db.delete(rateCounts).where(lt(rateCounts.since, before));
}
