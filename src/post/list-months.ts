import { and, asc, eq, sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { posts } from "../db/schema/post.ts";

/** A month of a community (UTC) in which something was said. */
export interface MonthView {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly posts: number;
}

/** The months of a community with a post that can be read, oldest first. */
export async function listMonths(db: Db, communityId: CommunityId): Promise<readonly MonthView[]> {
  const month = sql<string>`to_char(${posts.writtenAt} at time zone 'UTC', 'YYYY-MM')`.as("month");
  const rows = await db
    .select({ month, posts: sql<number>`count(*)::int` })
    .from(posts)
    .where(and(eq(posts.communityId, communityId), eq(posts.state, "published")))
    .groupBy(sql`month`)
    .orderBy(asc(sql`month`));
  return rows.map((row) => {
    const [year, number] = row.month.split("-").map(Number);
    return { year: year!, month: number!, posts: row.posts };
  });
}
