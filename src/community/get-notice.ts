import { eq } from "drizzle-orm";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { notices } from "../db/schema/post.ts";

/** A notice with what it takes to send it. */
export async function findNotice(db: Db, id: string) {
  const [row] = await db
    .select({ notice: notices, community: communities, author: authors, actor: remoteActors })
    .from(notices)
    .innerJoin(communities, eq(communities.id, notices.communityId))
    .innerJoin(authors, eq(authors.id, notices.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, notices.authorId))
    .where(eq(notices.id, id));
  return row;
}
