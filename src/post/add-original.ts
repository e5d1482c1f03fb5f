import { eq, max, sql } from "drizzle-orm";
import type { PostId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { arrayOf, insertMany } from "../db/many.ts";
import { postOriginals } from "../db/schema/post.ts";
import type { Original } from "./submission.ts";

/** A post that is written now, and how it came. */
interface Brought {
  readonly post: { readonly id: PostId };
  readonly submission: { readonly original: Original };
}

/** Keeps the bytes of the first versions of posts. */
export async function addFirstOriginals(tx: Tx, brought: readonly Brought[], now: Date): Promise<void> {
  await copyReceived(tx, brought.filter(isReceived), now);
  await insertMany(
    tx,
    postOriginals,
    brought
      .filter((one) => !isReceived(one))
      .map(({ post, submission }) => toRow(post.id, 0, submission.original, now)),
  );
}

function isReceived({ submission }: Brought): boolean {
  return submission.original.inboundId !== undefined;
}

/**
 * Bytes that lie in the database are not sent there once more, nor read and packed again: a worker has them while it holds the activity.
 * One that has lost it to another finds none, which the table refuses.
 */
async function copyReceived(tx: Tx, received: readonly Brought[], now: Date): Promise<void> {
  if (received.length === 0) return;
  const column = (read: (original: Original) => unknown, type?: string) =>
    arrayOf(
      received.map(({ submission }) => read(submission.original)),
      type,
    );
  await tx.execute(sql`
    insert into post_original (post_id, revision, media_type, message_id, bytes, created_at)
    select post_id, 0, media_type, message_id, body, ${now.toISOString()}::timestamptz
    from unnest(${arrayOf(
      received.map(({ post }) => post.id),
      "uuid",
    )}, ${column(({ mediaType }) => mediaType)},
      ${column(({ messageId }) => messageId)}, ${column(({ inboundId }) => inboundId, "bigint")})
      as given (post_id, media_type, message_id, inbound_id)
    left join inbound_activity on inbound_activity.id = inbound_id`);
}

/** Keeps the bytes of the next version of a post. @returns its number */
export async function addOriginal(tx: Tx, postId: PostId, original: Original, now: Date): Promise<number> {
  const [last] = await tx
    .select({ revision: max(postOriginals.revision) })
    .from(postOriginals)
    .where(eq(postOriginals.postId, postId));
  const revision = (last?.revision ?? -1) + 1;
  await tx.insert(postOriginals).values(toRow(postId, revision, original, now));
  return revision;
}

function toRow(
  postId: PostId,
  revision: number,
  { mediaType, messageId, bytes }: Original,
  now: Date,
): typeof postOriginals.$inferInsert {
  return { postId, revision, mediaType, messageId: messageId ?? null, bytes: Buffer.from(bytes), createdAt: now };
}
