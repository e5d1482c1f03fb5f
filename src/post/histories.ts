import { sql } from "drizzle-orm";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";

/** What of an author's can be read in a community, and what waits for a moderator: each counted no further than it matters. */
export interface History {
  readonly published: number;
  readonly waiting: number;
}

/** Counts the posts of authors in communities. */
export async function readHistories(
  tx: Tx,
  communityIds: readonly CommunityId[],
  authorIds: readonly AuthorId[],
): Promise<(communityId: CommunityId, authorId: AuthorId) => History> {
  const none: History = { published: 0, waiting: 0 };
  if (communityIds.length === 0 || authorIds.length === 0) return () => none;
  const countUpTo = (limit: number, state: "published" | "held") => sql`(
    select count(*)::int from (
      select from post where post.author_id = a.id and post.community_id = c.id and post.state = ${state} limit ${limit}) counted)`;
  const rows = await tx.execute<{ pair: string; published: number; waiting: number }>(sql`
    select c.id || ' ' || a.id as pair,
      ${countUpTo(limits.newcomerPosts, "published")} as published,
      ${countUpTo(limits.waitingCounted, "held")} as waiting
    from unnest(${sql.param(communityIds)}::uuid[]) as c(id), unnest(${sql.param(authorIds)}::uuid[]) as a(id)`);
  const histories = new Map(rows.map(({ pair, published, waiting }) => [pair, { published, waiting }]));
  return (communityId, authorId) => histories.get(`${communityId} ${authorId}`) ?? none;
}
