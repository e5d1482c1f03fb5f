import { and, asc, eq, sql } from "drizzle-orm";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities, members } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";

/** Somebody who asked to join a community and waits for a moderator: `admit` and `decline` are the answers. */
export interface JoinRequest {
  /** The handle of the community. */
  readonly community: string;
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly author: AuthorView;
  /** `name@host`, for commands. */
  readonly handle: string;
  /** By which door they asked. */
  readonly channel: "activitypub" | "mail" | "web";
  /** What they said of themselves. */
  readonly note: string;
  readonly askedAt: Date;
}

/** Who waits to be let in, the longest first, in one community or in all. */
export async function listJoinRequests(db: Db, communityId?: CommunityId): Promise<readonly JoinRequest[]> {
  const rows = await db
    .select({
      community: communities.handle,
      communityId: members.communityId,
      authorId: members.authorId,
      author: authorColumns,
      channel: sql<"activitypub" | "mail" | "web">`coalesce((
        select min(d.channel) from member_delivery d
        where d.community_id = ${members.communityId} and d.author_id = ${members.authorId}), 'web')`,
      note: members.note,
      askedAt: members.updatedAt,
    })
    .from(members)
    .innerJoin(communities, eq(communities.id, members.communityId))
    .innerJoin(authors, eq(authors.id, members.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, members.authorId))
    .where(and(eq(members.state, "pending"), communityId && eq(members.communityId, communityId)))
    .orderBy(asc(members.updatedAt), asc(members.authorId));
  return rows.map(({ author, ...row }) => ({
    ...row,
    handle: `${author.handle}@${author.host}`,
    author: toAuthorView(author),
  }));
}
