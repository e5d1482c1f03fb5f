import { eq } from "drizzle-orm";
import { forgetFollowsOf } from "../account/followers.ts";
import type { App } from "../app.ts";
import { leaveCommunity } from "../community/leave-community.ts";
import type { AuthorId } from "../core/ids.ts";
import { memberDeliveries } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { deletePostsOf } from "./delete-post.ts";
import type { Original } from "./submission.ts";
import { forgetReactionsOf } from "./withdraw-reactions.ts";

/** An account is gone: its posts are deleted, its reactions and memberships end, its name is forgotten. May be repeated. */
export async function deleteAuthor(
  app: App,
  authorId: AuthorId,
  authorName: string,
  original: Original,
): Promise<void> {
  await app.db
    .update(authors)
    .set({ state: "deleted", name: "", bioHtml: "", avatarUrl: null, url: null })
    .where(eq(authors.id, authorId));
  await deletePostsOf(app, authorId, authorName, original);
  await forgetReactionsOf(app, authorName);
  await forgetFollowsOf(app.db, authorId);
  const hears = await app.db.select().from(memberDeliveries).where(eq(memberDeliveries.authorId, authorId));
  for (const { communityId, channel } of hears) {
    await leaveCommunity(app, {
      communityId,
      authorId,
      channel,
      act: "account-deleted",
      evidence: original.messageId ?? authorName,
    });
  }
}
