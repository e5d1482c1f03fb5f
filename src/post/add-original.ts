import { eq, max } from "drizzle-orm";
import type { PostId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { postOriginals } from "../db/schema/post.ts";
import type { Original } from "./submission.ts";

/** Keeps the bytes of the next version of a post. @returns its number */
export async function addOriginal(tx: Tx, postId: PostId, original: Original, now: Date): Promise<number> {
  const [last] = await tx
    .select({ revision: max(postOriginals.revision) })
    .from(postOriginals)
    .where(eq(postOriginals.postId, postId));
  const revision = (last?.revision ?? -1) + 1;
  await tx.insert(postOriginals).values({
    postId,
    revision,
    mediaType: original.mediaType,
    messageId: original.messageId ?? null,
    bytes: Buffer.from(original.bytes),
    createdAt: now,
  });
  return revision;
}
