import { asc, eq } from "drizzle-orm";
import type { PostId } from "../core/ids.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf, insertMany } from "../db/many.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import type { Attachment } from "./submission.ts";

/** What came with a post, at its place among all that came with it. */
export interface PlacedAttachment extends Attachment {
  readonly position: number;
}

/** Writes what came with new posts, for many at once. */
export async function addAttachments(
  tx: Tx,
  posts: readonly { readonly postId: PostId; readonly attachments: readonly Attachment[] | undefined }[],
): Promise<void> {
  await insertMany(
    tx,
    postAttachments,
    posts.flatMap(({ postId, attachments = [] }) =>
      attachments.map(({ kind, url, mediaType, alt, width, height, uploadId, approvedBy }, position) => ({
        postId,
        position,
        kind,
        url,
        mediaType: mediaType ?? null,
        alt: alt ?? null,
        width: width ?? null,
        height: height ?? null,
        uploadId: uploadId ?? null,
        approvedBy: approvedBy ?? null,
      })),
    ),
  );
}

/** Takes away what came with a post. */
export async function dropAttachments(tx: Tx, postId: PostId): Promise<void> {
  await tx.delete(postAttachments).where(eq(postAttachments.postId, postId));
}

/** What came with each of these posts, in its order; nothing for those with which nothing came. */
export async function listAttachments(
  db: Db,
  postIds: readonly PostId[],
): Promise<(postId: PostId) => readonly PlacedAttachment[]> {
  const rows =
    postIds.length === 0
      ? []
      : await db
          .select()
          .from(postAttachments)
          .where(anyOf(postAttachments.postId, postIds))
          .orderBy(asc(postAttachments.postId), asc(postAttachments.position));
  const byPost = Map.groupBy(rows, ({ postId }) => postId);
  return (postId) => (byPost.get(postId) ?? []).map(toAttachment);
}

function toAttachment(row: typeof postAttachments.$inferSelect): PlacedAttachment {
  return {
    position: row.position,
    kind: row.kind,
    url: row.url,
    mediaType: row.mediaType ?? undefined,
    alt: row.alt ?? undefined,
    width: row.width ?? undefined,
    height: row.height ?? undefined,
    uploadId: row.uploadId ?? undefined,
    approvedBy: row.approvedBy ?? undefined,
  };
}
