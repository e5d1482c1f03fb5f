import { and, asc, eq } from "drizzle-orm";
import type { CommunityId, EditId, PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { heldEdits } from "../db/schema/held-edit.ts";
import { authors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import { listAttachments } from "../post/attachments.ts";
import type { Attachment } from "../post/submission.ts";

/** A post that waits for a moderator, or new words for one that everybody reads. */
export interface HeldPost {
  /** By which it is decided about: that of the post, or of the new words. */
  readonly id: PostId | EditId;
  readonly kind: "post" | "edit";
  readonly postId: PostId;
  readonly community: string;
  readonly author: { readonly name: string; readonly handle: string; readonly host: string };
  /** The title of its thread. */
  readonly title: string;
  /** Sanitised. */
  readonly html: string;
  readonly attachments: readonly Attachment[];
  /** Which rule held it. */
  readonly reason: string | null;
  readonly createdAt: Date;
}

/** What waits for a moderator, in one community or in all: posts, the oldest first, and then new words. */
export async function listHeld(db: Db, communityId?: CommunityId): Promise<readonly HeldPost[]> {
  return [...(await listPosts(db, communityId)), ...(await listEdits(db, communityId))];
}

const common = {
  postId: posts.id,
  community: communities.handle,
  author: { name: authors.name, handle: authors.handle, host: authors.host },
  title: threads.title,
};

async function listPosts(db: Db, communityId?: CommunityId): Promise<readonly HeldPost[]> {
  const rows = await db
    .select({ ...common, html: posts.html, reason: posts.reason, createdAt: posts.createdAt })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .where(and(eq(posts.state, "held"), communityId && eq(posts.communityId, communityId)))
    .orderBy(asc(posts.id));
  const attachmentsOf = await listAttachments(
    db,
    rows.map(({ postId }) => postId),
  );
  return rows.map((row) => ({ ...row, id: row.postId, kind: "post", attachments: attachmentsOf(row.postId) }));
}

async function listEdits(db: Db, communityId?: CommunityId): Promise<readonly HeldPost[]> {
  const rows = await db
    .select({ ...common, edit: heldEdits })
    .from(heldEdits)
    .innerJoin(posts, eq(posts.id, heldEdits.postId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .where(and(eq(heldEdits.state, "held"), communityId && eq(posts.communityId, communityId)))
    .orderBy(asc(heldEdits.id));
  return rows.map(({ edit, ...row }) => {
    const { id, html, reason, attachments, createdAt } = edit;
    return { ...row, id, kind: "edit", html, reason, attachments, createdAt };
  });
}
