import { and, eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { communities, members } from "../db/schema/community.ts";
import { posts } from "../db/schema/post.ts";

/** How much this server is used, as NodeInfo 2.1 tells it: people who wrote here in public, and what they wrote. */
export async function countUsage(app: App) {
  const since = (days: number) => new Date(app.now().getTime() - days * 24 * 60 * 60 * 1000).toISOString();
  const authorsSince = (days: number) =>
    sql<number>`(count(distinct ${posts.authorId}) filter (where ${posts.publishedAt} > ${since(days)}::timestamptz))::int`;
  const [written] = await app.db
    .select({
      threads: sql<number>`(count(*) filter (where ${posts.parentName} is null))::int`,
      replies: sql<number>`(count(*) filter (where ${posts.parentName} is not null))::int`,
      month: authorsSince(30),
      halfYear: authorsSince(180),
    })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(and(eq(posts.state, "published"), eq(communities.visibility, "public")));
  const [belonging] = await app.db
    .select({ total: sql<number>`count(distinct ${members.authorId})::int` })
    .from(members)
    .innerJoin(communities, eq(communities.id, members.communityId))
    .where(and(eq(members.state, "active"), eq(communities.visibility, "public")));
  return {
    users: { total: belonging?.total ?? 0, activeMonth: written?.month ?? 0, activeHalfyear: written?.halfYear ?? 0 },
    localPosts: written?.threads ?? 0,
    localComments: written?.replies ?? 0,
  };
}
