import { and, asc, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import { fediverseName, ownIris } from "../core/own-iris.ts";
import type { Db } from "../db/client.ts";
import { memberRoles, members } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { postOriginals, posts, threads } from "../db/schema/post.ts";
import { activities } from "../db/schema/traffic.ts";
import { activityBody, canBeShown } from "../jobs/activity-body.ts";

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
    canBeShown,
  );
  const [counted, rows] = await Promise.all([
    db.select({ total: sql<number>`count(*)::int` }).from(activities).where(mine),
    db
      .select({ body: activityBody })
      .from(activities)
      .where(mine)
      .orderBy(desc(activities.createdAt), desc(activities.id))
      .limit(limit),
  ]);
  return { total: counted[0]?.total ?? 0, bodies: rows.flatMap(({ body }) => body ?? []) };
}

/** A pinned thread's first post: what it is called on the fediverse, and the bytes that came last, when they are of that kind. */
export interface FeaturedPost {
  readonly iri: string;
  readonly mediaType: string | undefined;
  readonly text: string | undefined;
}

/** The first posts of the pinned threads. */
export async function listFeatured(db: Db, origin: string, communityId: CommunityId): Promise<readonly FeaturedPost[]> {
  const rows = await db
    .select({
      post: { id: posts.id, channel: posts.channel, sourceId: posts.sourceId },
      mediaType: postOriginals.mediaType,
      bytes: postOriginals.bytes,
    })
    .from(threads)
    .innerJoin(posts, eq(posts.id, sql`${threads.id}`))
    .leftJoin(
      postOriginals,
      and(
        eq(postOriginals.postId, posts.id),
        eq(postOriginals.revision, sql`(select max(o.revision) from post_original o where o.post_id = ${posts.id})`),
      ),
    )
    .where(and(eq(threads.communityId, communityId), isNotNull(threads.pinnedAt), eq(posts.state, "published")))
    .orderBy(desc(threads.pinnedAt), desc(threads.id));
  return rows.map(({ post, mediaType, bytes }) => ({
    iri: fediverseName(origin, post),
    mediaType: mediaType ?? undefined,
    text: bytes?.toString("utf8"),
  }));
}

/** The actors of those who moderate a community. */
export async function listModeratorIris(db: Db, origin: string, communityId: CommunityId): Promise<readonly string[]> {
  const rows = await db
    .select({ iri: remoteActors.iri, actorId: authors.localActorId })
    .from(memberRoles)
    .innerJoin(
      members,
      and(eq(members.communityId, memberRoles.communityId), eq(members.authorId, memberRoles.authorId)),
    )
    .innerJoin(authors, eq(authors.id, memberRoles.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, memberRoles.authorId))
    .where(and(eq(memberRoles.communityId, communityId), eq(members.state, "active"), isNull(remoteActors.goneAt)))
    .orderBy(asc(memberRoles.grantedAt), asc(memberRoles.authorId));
  return rows.flatMap(({ iri, actorId }) => iri ?? (actorId ? ownIris(origin).actor(actorId) : []));
}
