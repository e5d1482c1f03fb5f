import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { listFollowerInboxes } from "../community/list-followers.ts";
import type { AuthorId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import type { Destination } from "../jobs/deliveries.ts";
import { listPersonFollowerInboxes } from "./followers.ts";

/**
 * Where a person of this server is known: their own followers, the followers of each community in which they can be read or could be, and those whom they answered. Each
 * inbox once.
 */
export async function listInboxesKnowing(db: Db, authorId: AuthorId): Promise<readonly Destination[]> {
  const theirs = and(eq(posts.authorId, authorId), isNotNull(posts.publishedAt), eq(posts.quiet, false));
  const places = await db.selectDistinct({ id: posts.communityId }).from(posts).where(theirs);
  const inboxes = new Map<string, Destination>();
  const add = ({ inbox, host }: Destination) => void inboxes.set(inbox, { inbox, host });
  for (const { id } of places) (await listFollowerInboxes(db, id)).forEach(add);
  const parents = alias(posts, "parent");
  const answered = await db
    .selectDistinct({ inbox: remoteActors.inbox, sharedInbox: remoteActors.sharedInbox, host: remoteActors.host })
    .from(posts)
    .innerJoin(parents, eq(parents.id, posts.parentId))
    .innerJoin(remoteActors, eq(remoteActors.authorId, parents.authorId))
    .where(and(theirs, isNull(remoteActors.goneAt)));
  (await listPersonFollowerInboxes(db, authorId)).forEach(add);
  for (const { inbox, sharedInbox, host } of answered) add({ inbox: sharedInbox ?? inbox, host });
  return [...inboxes.values()];
}
