import { eq, or, sql } from "drizzle-orm";
import { lockCommunities } from "../community/lock-communities.ts";
import { isBelow } from "../core/host.ts";
import type { AuthorId, ThreadId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { memberDeliveries } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import { findBlocked } from "../jobs/peer-rules.ts";
import { lockPages } from "../post/lock-pages.ts";
import { touchThreads } from "../post/publish-posts.ts";
import { touchQuotingAuthors } from "../post/touch-quoting.ts";

/**
 * Brings posts and memberships in line with the rules for these hosts, and for all below them: of blocked servers they are out of sight and
 * set aside, of the others they are back. May be repeated.
 *
 * Nobody elsewhere is told: what others show of a server is theirs to decide.
 */
export async function applyBlocks(tx: Tx, changed: readonly string[], now: Date): Promise<void> {
  const people = await listPeopleBelow(tx, changed);
  if (people.length === 0) return;
  const blocked = await findBlocked(tx, [...new Set(people.flatMap(({ host, home }) => [host, home]))]);
  const isOut = ({ host, home }: (typeof people)[number]) => blocked.has(host) || blocked.has(home);
  const out = people.filter(isOut).map(({ id }) => id);
  const back = people.filter((person) => !isOut(person)).map(({ id }) => id);
  await lockPlaces(tx, [...out, ...back]);
  await lockPages(tx, anyOf(posts.authorId, [...out, ...back]));
  await tx.update(memberDeliveries).set({ blocked: true }).where(anyOf(memberDeliveries.authorId, out));
  await tx.update(memberDeliveries).set({ blocked: false }).where(anyOf(memberDeliveries.authorId, back));
  await touchThreads(tx, [...(await hidePosts(tx, out, now)), ...(await showPosts(tx, back))]);
  await touchQuotingAuthors(tx, [...out, ...back]);
}

/** Who lives on these hosts, or below them, by their address or their actor. */
export async function listPeopleBelow(tx: Tx, names: readonly string[]) {
  const above = new Set(names);
  const hosts = await tx.execute<{ host: string }>(sql`select host from remote_actor union select host from author`);
  const below = hosts.map(({ host }) => host).filter((host) => isBelow(above, host));
  if (below.length === 0) return [];
  return await tx
    .select({ id: authors.id, host: authors.host, home: remoteActors.host })
    .from(remoteActors)
    .innerJoin(authors, eq(authors.id, remoteActors.authorId))
    .where(or(anyOf(authors.host, below), anyOf(remoteActors.host, below)));
}

async function lockPlaces(tx: Tx, authorIds: readonly AuthorId[]): Promise<void> {
  const places = await tx.selectDistinct({ id: posts.communityId }).from(posts).where(anyOf(posts.authorId, authorIds));
  await lockCommunities(
    tx,
    places.map(({ id }) => id),
  );
}

async function hidePosts(tx: Tx, authorIds: readonly string[], now: Date): Promise<readonly ThreadId[]> {
  const rows = await tx.execute<{ threadId: ThreadId }>(sql`
    with hidden as (
      update post set state = 'removed', gone_at = ${now.toISOString()}::timestamptz
      where ${anyOf(posts.authorId, authorIds)} and state in ('published', 'waiting')
      returning id, thread_id),
    noted as (insert into hidden_post (post_id) select id from hidden on conflict do nothing)
    select distinct thread_id as "threadId" from hidden`);
  return rows.map(({ threadId }) => threadId);
}

/** What a moderator decided about meanwhile stays as they decided. An answer to what cannot be read yet waits for that. */
async function showPosts(tx: Tx, authorIds: readonly string[]): Promise<readonly ThreadId[]> {
  const rows = await tx.execute<{ threadId: ThreadId }>(sql`
    with shown as (
      delete from hidden_post using post
      where post.id = hidden_post.post_id and ${anyOf(posts.authorId, authorIds)}
      returning post.id, post.state)
    update post set
      state = case when parent.state in ('held', 'waiting') then 'waiting' else 'published' end,
      published_at = case when parent.state in ('held', 'waiting') then post.published_at
        else coalesce(post.published_at, post.created_at) end,
      gone_at = null
    from shown left join post as child on child.id = shown.id left join post as parent on parent.id = child.parent_id
    where post.id = shown.id and shown.state = 'removed'
    returning post.thread_id as "threadId"`);
  return [...new Set(rows.map(({ threadId }) => threadId))];
}
