import { and, eq } from "drizzle-orm";
import type { PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { postNames, posts, threads } from "../db/schema/post.ts";

/** Where something that is at home elsewhere can be read here. */
export interface PlaceHere {
  readonly id: PostId;
  readonly threadId: ThreadId;
  readonly title: string;
  readonly language: string | undefined;
  readonly community: { readonly handle: string; readonly name: string; readonly language: string };
}

/** The places where a post stands that bears this name, in any public community; only where it can be read. */
export async function listPlacesOf(db: Db, name: string): Promise<readonly PlaceHere[]> {
  const rows = await db
    .select({
      id: posts.id,
      threadId: posts.threadId,
      title: threads.title,
      language: threads.language,
      community: { handle: communities.handle, name: communities.name, language: communities.language },
    })
    .from(postNames)
    .innerJoin(posts, and(eq(posts.id, postNames.postId), eq(posts.communityId, postNames.communityId)))
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(and(eq(postNames.name, name), eq(posts.state, "published"), eq(communities.visibility, "public")))
    .orderBy(communities.handle)
    .limit(limits.listedItems);
  return rows.map((row) => ({ ...row, language: row.language ?? undefined }));
}
