import { and, eq, inArray, sql } from "drizzle-orm";
import type { PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { prepared } from "../db/prepared.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import { readRejection } from "../jobs/peer-rejections.ts";

const query = prepared((db) =>
  db
    .select({ url: postAttachments.url, host: authors.host, home: remoteActors.host })
    .from(postAttachments)
    .innerJoin(posts, eq(posts.id, postAttachments.postId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .where(
      and(
        eq(postAttachments.postId, sql.placeholder("postId")),
        eq(postAttachments.position, sql.placeholder("position")),
        inArray(postAttachments.kind, ["image", "emoji"]),
        eq(posts.state, "published"),
      ),
    )
    .prepare("image"),
);

/** Where an image is that came with a post; `undefined` when the post cannot be read, or the media of its author's server are not taken. */
export async function findImage(db: Db, postId: PostId, position: number): Promise<string | undefined> {
  const [row] = await query(db).execute({ postId, position });
  if (!row) return undefined;
  const isRejected = await readRejection(db, "media");
  return isRejected([new URL(row.url).host, row.host, ...(row.home === null ? [] : [row.home])]) ? undefined : row.url;
}
