import { and, eq, inArray, or, sql } from "drizzle-orm";
import { lockCommunities } from "../community/lock-communities.ts";
import { isBelow } from "../core/host.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { posts } from "../db/schema/post.ts";
import { touchThreads } from "../post/publish-posts.ts";
import { listPeopleBelow } from "./apply-blocks.ts";

/**
 * Gives the pages a new version that show images of these hosts, or of their people: they are shown in another way now. Every attachment is
 * looked at, for a rule that seldom changes.
 */
export async function touchIllustrated(tx: Tx, changed: readonly string[]): Promise<void> {
  if (changed.length === 0) return;
  const people = await listPeopleBelow(tx, changed);
  const isTheirs = or(
    anyOf(
      posts.authorId,
      people.map(({ id }) => id),
    ),
    sql`${hostOfUrl} = any(${sql.param(await listHostsBelow(tx, changed))}::text[])`,
  );
  const illustrated = await tx
    .selectDistinct({ threadId: posts.threadId, communityId: posts.communityId })
    .from(posts)
    .innerJoin(postAttachments, eq(postAttachments.postId, posts.id))
    .where(and(isTheirs, isDrawn, eq(posts.state, "published")));
  await lockCommunities(tx, [...new Set(illustrated.map(({ communityId }) => communityId))]);
  await touchThreads(
    tx,
    illustrated.map(({ threadId }) => threadId),
  );
}

const isDrawn = inArray(postAttachments.kind, ["image", "emoji"]);

/** As `URL` has it: what stands between the slashes, without a user. */
const hostOfUrl = sql<string>`lower(substring(${postAttachments.url} from '^[a-zA-Z]+://(?:[^/?#@]*@)?([^/?#]+)'))`;

/** Where images stand that are shown here, if it is one of these hosts or below. */
async function listHostsBelow(tx: Tx, names: readonly string[]): Promise<readonly string[]> {
  const above = new Set(names);
  const rows = await tx.selectDistinct({ host: hostOfUrl }).from(postAttachments).where(isDrawn);
  return rows.flatMap(({ host }) => (host && isBelow(above, host) ? host : []));
}
