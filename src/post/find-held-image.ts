import { and, eq } from "drizzle-orm";
import type { CommunityId, EditId, UploadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { uploads } from "../db/schema/draft.ts";
import { heldEdits } from "../db/schema/held-edit.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import { readRejection } from "../jobs/peer-rejections.ts";

/** An image as it was brought here, or where it is. */
export type HeldImage = { readonly bytes: Buffer } | { readonly url: string };

/**
 * An image that comes with new words for a post of a community, for the moderators who read them first.
 *
 * @returns `undefined` when it waits no more, or the media of its author's server are not taken
 */
export async function findHeldImage(
  db: Db,
  communityId: CommunityId,
  { editId, position, size }: { readonly editId: EditId; readonly position: number; readonly size: "small" | "large" },
): Promise<HeldImage | undefined> {
  const [row] = await db
    .select({ attachments: heldEdits.attachments, host: authors.host, home: remoteActors.host })
    .from(heldEdits)
    .innerJoin(posts, eq(posts.id, heldEdits.postId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(and(eq(heldEdits.id, editId), eq(heldEdits.state, "held"), eq(posts.communityId, communityId)));
  const image = row?.attachments[position];
  if (!row || image?.kind !== "image") return undefined;
  if (image.uploadId) return await readUpload(db, image.uploadId, size);
  const isRejected = await readRejection(db, "media");
  const hosts = [new URL(image.url).host, row.host, ...(row.home === null ? [] : [row.home])];
  return isRejected(hosts) ? undefined : { url: image.url };
}

async function readUpload(db: Db, id: UploadId, size: "small" | "large"): Promise<HeldImage | undefined> {
  const [row] = await db.select({ bytes: uploads[size] }).from(uploads).where(eq(uploads.id, id));
  return row?.bytes ? { bytes: row.bytes } : undefined;
}
