import { and, eq, isNotNull } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Tx } from "../db/client.ts";
import { authors } from "../db/schema/identity.ts";
import { postNames, posts } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { addOriginal } from "./add-original.ts";
import { listOriginals } from "./outgoing-post.ts";

/** A post of somebody here that may quote now what it quotes, or may no more, is told once more as it is. Of all others nothing is told. */
export async function tellAnew(app: App, tx: Tx, sourceId: string): Promise<void> {
  const [post] = await tx
    .select({ id: posts.id })
    .from(postNames)
    .innerJoin(posts, eq(posts.id, postNames.postId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .where(and(eq(postNames.name, sourceId), eq(posts.state, "published"), isNotNull(authors.localActorId)));
  const [original] = post ? await listOriginals(tx, [{ postId: post.id }]) : [];
  if (!post || !original) return;
  const { mediaType, text } = original;
  const revision = await addOriginal(tx, post.id, { mediaType, bytes: Buffer.from(text) }, app.now());
  await dispatch(app, tx, [{ kind: "post-edited", postId: post.id, revision }]);
}
