import { and, eq } from "drizzle-orm";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { notices } from "../db/schema/notice.ts";
import { posts } from "../db/schema/post.ts";

/** A notice with what it takes to send it. */
export async function findNotice(db: Db, id: string) {
  const [row] = await db
    .select({
      notice: notices,
      community: communities,
      author: authors,
      actor: remoteActors,
      post: { id: posts.id, state: posts.state },
    })
    .from(notices)
    .innerJoin(communities, eq(communities.id, notices.communityId))
    .innerJoin(authors, eq(authors.id, notices.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, notices.authorId))
    .leftJoin(posts, and(eq(posts.communityId, notices.communityId), eq(posts.sourceId, notices.cause)))
    .where(eq(notices.id, id));
  return row;
}
