import { and, asc, eq } from "drizzle-orm";
import type { CommunityId, PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import { listAttachments, type PlacedAttachment } from "../post/attachments.ts";

/** A post that waits for a moderator. */
export interface HeldPost {
  readonly id: PostId;
  readonly community: string;
  readonly author: { readonly name: string; readonly handle: string; readonly host: string };
  /** The title of its thread. */
  readonly title: string;
  /** Sanitised. */
  readonly html: string;
  readonly attachments: readonly PlacedAttachment[];
  /** Which rule held it. */
  readonly reason: string | null;
  readonly createdAt: Date;
}

/** What waits for a moderator, oldest first, in one community or in all. */
export async function listHeld(db: Db, communityId?: CommunityId): Promise<readonly HeldPost[]> {
  const rows = await db
    .select({
      id: posts.id,
      community: communities.handle,
      author: { name: authors.name, handle: authors.handle, host: authors.host },
      title: threads.title,
      html: posts.html,
      reason: posts.reason,
      createdAt: posts.createdAt,
    })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .where(and(eq(posts.state, "held"), communityId && eq(posts.communityId, communityId)))
    .orderBy(asc(posts.id));
  const attachmentsOf = await listAttachments(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, attachments: attachmentsOf(row.id) }));
}
