import { and, eq, inArray, sql } from "drizzle-orm";
import type { PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { prepared } from "../db/prepared.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { posts } from "../db/schema/post.ts";

const query = prepared((db) =>
  db
    .select({ url: postAttachments.url })
    .from(postAttachments)
    .innerJoin(posts, eq(posts.id, postAttachments.postId))
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

/** Where an image is that came with a post; `undefined` when the post cannot be read. */
export async function findImage(db: Db, postId: PostId, position: number): Promise<string | undefined> {
  const [row] = await query(db).execute({ postId, position });
  return row?.url;
}
