import { and, eq, inArray, sql } from "drizzle-orm";
import type { PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { prepared } from "../db/prepared.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import { readRejection } from "../jobs/peer-rejections.ts";

const query = prepared((db) =>
  db
    .select({
      url: postAttachments.url,
      host: authors.host,
      home: remoteActors.host,
      handle: communities.handle,
      visibility: communities.visibility,
      state: posts.state,
    })
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .leftJoin(
      postAttachments,
      and(
        eq(postAttachments.postId, posts.id),
        eq(postAttachments.position, sql.placeholder("position")),
        inArray(postAttachments.kind, ["image", "emoji"]),
      ),
    )
    .where(
      and(eq(posts.id, sql.placeholder("postId")), inArray(posts.state, ["published", "held", "removed", "deleted"])),
    )
    .prepare("image"),
);

/** Who may see an image: everybody, unless it is said. */
export interface ImageViewers {
  /** The community whose members alone may. */
  readonly only: string | undefined;
  /** The community whose moderators alone may, for the post waits for them. */
  readonly waitsIn: string | undefined;
}

/** Where an image is, and for whom. */
export interface PlacedImage extends ImageViewers {
  /** `undefined`: its post is gone, and it with it. */
  readonly url: string | undefined;
}

/** An image that came with a post; `undefined` when nobody ever read it there, or the media of its author's server are not taken. */
export async function findImage(db: Db, postId: PostId, position: number): Promise<PlacedImage | undefined> {
  const [row] = await query(db).execute({ postId, position });
  if (!row) return undefined;
  const only = row.visibility === "private" ? row.handle : undefined;
  if (row.state === "removed" || row.state === "deleted") return { url: undefined, only, waitsIn: undefined };
  if (row.url === null) return undefined;
  const isRejected = await readRejection(db, "media");
  if (isRejected([new URL(row.url).host, row.host, ...(row.home === null ? [] : [row.home])])) return undefined;
  return { url: row.url, only, waitsIn: row.state === "held" ? row.handle : undefined };
}
