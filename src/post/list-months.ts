import { sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";

/** A month of a community (UTC) in which something was said. */
export interface MonthView {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly posts: number;
}

/** The months of a community with a post that can be read, oldest first. Each is counted in the index alone: no date is written out for a post. */
export async function listMonths(db: Db, communityId: CommunityId): Promise<readonly MonthView[]> {
  const readable = sql`community_id = ${communityId} and state = 'published'`;
  return await db.execute<MonthView & Record<string, unknown>>(sql`
    select extract(year from month)::int as year, extract(month from month)::int as month, said.posts
    from (
      select min(written_at) at time zone 'UTC' as first, max(written_at) at time zone 'UTC' as last
      from post where ${readable}) as bounds
    cross join lateral generate_series(date_trunc('month', bounds.first), bounds.last, interval '1 month') as month
    cross join lateral (
      select count(*)::int as posts from post
      where ${readable} and written_at >= month at time zone 'UTC'
        and written_at < (month + interval '1 month') at time zone 'UTC') as said
    where said.posts > 0
    order by year, month`);
}
