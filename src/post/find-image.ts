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
    .from(postAttachments)
    .innerJoin(posts, eq(posts.id, postAttachments.postId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .where(
      and(
        eq(postAttachments.postId, sql.placeholder("postId")),
        eq(postAttachments.position, sql.placeholder("position")),
        inArray(postAttachments.kind, ["image", "emoji"]),
        inArray(posts.state, ["published", "held"]),
      ),
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
  readonly url: string;
}

/** An image that came with a post; `undefined` when nobody reads the post, or the media of its author's server are not taken. */
export async function findImage(db: Db, postId: PostId, position: number): Promise<PlacedImage | undefined> {
  const [row] = await query(db).execute({ postId, position });
  if (!row) return undefined;
  const isRejected = await readRejection(db, "media");
  if (isRejected([new URL(row.url).host, row.host, ...(row.home === null ? [] : [row.home])])) return undefined;
  return {
    url: row.url,
    only: row.visibility === "private" ? row.handle : undefined,
    waitsIn: row.state === "held" ? row.handle : undefined,
  };
}
