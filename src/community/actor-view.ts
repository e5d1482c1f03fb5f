import { and, asc, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { memberRoles } from "../db/schema/community.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import { activities } from "../db/schema/traffic.ts";

/** The newest public activities of a community and how many there are, newest first. */
export async function listOutbox(
  db: Db,
  communityId: CommunityId,
  limit: number,
): Promise<{ total: number; bodies: readonly string[] }> {
  const mine = and(
    eq(activities.signerId, sql`${communityId}::uuid`),
    eq(activities.audience, "public"),
    eq(activities.type, "Announce"),
  );
  const [counted, rows] = await Promise.all([
    db.select({ total: sql<number>`count(*)::int` }).from(activities).where(mine),
    db.select({ body: activities.body }).from(activities).where(mine).orderBy(desc(activities.createdAt)).limit(limit),
  ]);
  return { total: counted[0]?.total ?? 0, bodies: rows.map(({ body }) => body) };
}

/** The names of the pinned threads' first posts. */
export async function listFeatured(db: Db, communityId: CommunityId): Promise<readonly string[]> {
  const rows = await db
    .select({ sourceId: posts.sourceId })
    .from(threads)
    .innerJoin(posts, eq(posts.id, sql`${threads.id}`))
    .where(and(eq(threads.communityId, communityId), isNotNull(threads.pinnedAt), eq(posts.state, "published")))
    .orderBy(desc(threads.pinnedAt));
  return rows.map(({ sourceId }) => sourceId);
}

/** The actors of those who moderate a community, where they have one elsewhere. */
export async function listModeratorIris(db: Db, communityId: CommunityId): Promise<readonly string[]> {
  const rows = await db
    .select({ iri: remoteActors.iri })
    .from(memberRoles)
    .innerJoin(remoteActors, eq(remoteActors.authorId, memberRoles.authorId))
    .where(eq(memberRoles.communityId, communityId))
    .orderBy(asc(memberRoles.grantedAt));
  return rows.map(({ iri }) => iri);
}
