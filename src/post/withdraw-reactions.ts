import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { posts } from "../db/schema/post.ts";
import { reactions } from "../db/schema/reaction.ts";
import { findPostsByName } from "./find-posts.ts";
import { isOf, noteReactions, type ReactedPost, type ReactionKind, touchPages } from "./react.ts";
import type { Original } from "./submission.ts";

/** Somebody takes a reaction back: the one of that name, else that kind of theirs to that post. */
export interface Withdrawal {
  readonly authorName: string;
  readonly sourceId?: string | undefined;
  readonly of?: { readonly postName: string; readonly kind: ReactionKind } | undefined;
  /** What others are told. Unset: they know it from somebody else. */
  readonly original?: Original | undefined;
  /** Only where the post stands in these. Unset: wherever it stands. */
  readonly communityIds?: readonly CommunityId[] | undefined;
}

/** Takes reactions back. Only their author can. @returns how many there were */
export async function withdrawReactions(app: App, withdrawals: readonly Withdrawal[]): Promise<number> {
  if (withdrawals.length === 0) return 0;
  return await app.db.transaction(async (tx) => {
    const changed: { post: ReactedPost; original: Original | undefined }[] = [];
    for (const withdrawal of withdrawals) {
      for (const { post, kind } of await remove(tx, withdrawal))
        changed.push({ post, original: kind === "boost" ? undefined : withdrawal.original });
    }
    await noteReactions(app, tx, changed, app.now());
    return changed.length;
  });
}

/** Forgets what an author ever made of posts. */
export async function forgetReactionsOf(app: App, authorName: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    const gone = await tx
      .delete(reactions)
      .where(eq(reactions.authorName, authorName))
      .returning({ postId: reactions.postId });
    const found = await tx
      .selectDistinct({ threadId: posts.threadId })
      .from(posts)
      .where(
        anyOf(
          posts.id,
          gone.map(({ postId }) => postId),
        ),
      );
    await touchPages(
      tx,
      found.map(({ threadId }) => threadId),
    );
  });
}

interface Removed {
  readonly post: ReactedPost;
  readonly kind: ReactionKind;
}

async function remove(tx: Tx, withdrawal: Withdrawal): Promise<readonly Removed[]> {
  const named = withdrawal.sourceId === undefined ? [] : await removeByName(tx, withdrawal.sourceId, withdrawal);
  return named.length > 0 ? named : await removeByPost(tx, withdrawal);
}

async function removeByName(tx: Tx, sourceId: string, { authorName }: Withdrawal): Promise<readonly Removed[]> {
  const gone = await tx
    .delete(reactions)
    .where(and(eq(reactions.sourceId, sourceId), eq(reactions.authorName, authorName)))
    .returning({ postId: reactions.postId, kind: reactions.kind });
  if (gone.length === 0) return [];
  const found = await tx
    .select({ id: posts.id, threadId: posts.threadId })
    .from(posts)
    .where(
      anyOf(
        posts.id,
        gone.map(({ postId }) => postId),
      ),
    )
    .orderBy(posts.communityId, posts.id);
  return found.map((post) => ({ post, kind: gone.find(({ postId }) => postId === post.id)!.kind }));
}

/** Some call a reaction by another name when they take it back (Lemmy). */
async function removeByPost(tx: Tx, { authorName, of, communityIds }: Withdrawal): Promise<readonly Removed[]> {
  if (!of) return [];
  const found = await findPostsByName(tx, [of.postName]);
  const removed: Removed[] = [];
  for (const { id, threadId, communityId } of found) {
    if (communityIds && !communityIds.includes(communityId)) continue;
    const gone = await tx
      .delete(reactions)
      .where(isOf(id, authorName, of.kind))
      .returning({ kind: reactions.kind });
    removed.push(...gone.map(({ kind }) => ({ post: { id, threadId }, kind })));
  }
  return removed;
}
