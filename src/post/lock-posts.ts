import { and, eq } from "drizzle-orm";
import { lockCommunities } from "../community/lock-communities.ts";
import type { AuthorId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { posts } from "../db/schema/post.ts";
import { lockPages } from "./lock-pages.ts";

/**
 * An author's post by its name, in every community where it stands, for a change: the communities are locked, then the posts, then the pages
 * on which they are shown.
 */
export async function lockPostsOf(
  tx: Tx,
  { authorId, sourceId }: { readonly authorId: AuthorId; readonly sourceId: string },
): Promise<readonly (typeof posts.$inferSelect)[]> {
  const theirs = and(eq(posts.sourceId, sourceId), eq(posts.authorId, authorId));
  const places = await tx.selectDistinct({ id: posts.communityId }).from(posts).where(theirs);
  await lockCommunities(
    tx,
    places.map(({ id }) => id),
  );
  const found = await tx.select().from(posts).where(theirs).orderBy(posts.communityId).for("update");
  const ids = found.map(({ id }) => id);
  if (ids.length > 0) await lockPages(tx, anyOf(posts.id, ids));
  return found;
}
