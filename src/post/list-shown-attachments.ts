import { eq } from "drizzle-orm";
import type { PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import { readRejection } from "../jobs/peer-rejections.ts";
import { listAttachments, type PlacedAttachment } from "./attachments.ts";

/**
 * What came with each of these posts, as it is shown: images of servers whose media are not taken, or by their people, are only linked, and
 * their emoji stay words.
 */
export async function listShownAttachments(
  db: Db,
  postIds: readonly PostId[],
): Promise<(postId: PostId) => readonly PlacedAttachment[]> {
  const [attachmentsOf, isRejected] = await Promise.all([listAttachments(db, postIds), readRejection(db, "media")]);
  const illustrated = postIds.filter((id) => attachmentsOf(id).some(isDrawn));
  if (illustrated.length === 0) return attachmentsOf;
  const homes = await readHomes(db, illustrated);
  return (postId) =>
    attachmentsOf(postId).flatMap((one) => {
      if (!isDrawn(one) || !isRejected([new URL(one.url).host, ...(homes.get(postId) ?? [])])) return one;
      return one.kind === "emoji" ? [] : { ...one, kind: "file" as const };
    });
}

/** What we would fetch to show it. */
function isDrawn({ kind, uploadId }: PlacedAttachment): boolean {
  return (kind === "image" || kind === "emoji") && uploadId === undefined;
}

/** By which servers the authors of posts are known: by their address, and by their actor. */
async function readHomes(db: Db, postIds: readonly PostId[]): Promise<ReadonlyMap<PostId, readonly string[]>> {
  const rows = await db
    .select({ id: posts.id, host: authors.host, home: remoteActors.host })
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .where(anyOf(posts.id, postIds));
  return new Map(rows.map(({ id, host, home }) => [id, home === null ? [host] : [host, home]]));
}
