import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { PostId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { postNames, posts } from "../db/schema/post.ts";

/** Where a post is read, or was. */
export interface PostPlace {
  readonly id: PostId;
  readonly threadId: ThreadId;
  readonly handle: string;
  readonly gone: boolean;
  /** Only members of its community may know of it. */
  readonly isPrivate: boolean;
}

/** The place of a post that can be read, or could be once; `undefined` for all others, as if they did not exist. */
export async function findPostPlace(db: Db, id: PostId): Promise<PostPlace | undefined> {
  const [row] = await selectPlaces(db)
    .where(and(eq(posts.id, id), isNotNull(posts.publishedAt)))
    .limit(1);
  return row && toPlace(row);
}

/** In which community a post stands, whatever became of it. */
export async function findPlaceOfPost(
  db: Db,
  id: PostId,
): Promise<{ readonly handle: string; readonly isPrivate: boolean } | undefined> {
  const [row] = await db
    .select({ handle: communities.handle, isPrivate: sql<boolean>`${communities.visibility} = 'private'` })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(eq(posts.id, id));
  return row;
}

/** The same by a name that the post bears in mail; the latest, should it stand in several communities. */
export async function findPlaceByMessageId(db: Db, messageId: string): Promise<PostPlace | undefined> {
  const rows = await selectPlaces(db)
    .innerJoin(postNames, and(eq(postNames.postId, posts.id), eq(postNames.communityId, posts.communityId)))
    .where(and(eq(postNames.name, messageId), eq(postNames.kind, "message-id"), isNotNull(posts.publishedAt)))
    .orderBy(desc(posts.id));
  const places = rows.map(toPlace);
  return places.find(({ gone }) => !gone) ?? places[0];
}

function selectPlaces(db: Db) {
  return db
    .select({
      id: posts.id,
      threadId: posts.threadId,
      handle: communities.handle,
      state: posts.state,
      visibility: communities.visibility,
    })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .$dynamic();
}

function toPlace({ state, visibility, ...place }: Awaited<ReturnType<typeof selectPlaces>>[number]): PostPlace {
  return { ...place, gone: state !== "published", isPrivate: visibility === "private" };
}
