import { and, asc, eq, inArray } from "drizzle-orm";
import { membershipAt } from "../community/membership.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { communities, memberRoles, members } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { peers } from "../db/schema/traffic.ts";
import type { Standing } from "./policy.ts";

/**
 * Locks the communities, so that a reply and the post it answers, arriving at once, see each other; and tells how each author stands
 * in each of them. Communities that do not exist are absent from the answer.
 */
export async function lockAndReadStandings(
  tx: Tx,
  communityIds: readonly CommunityId[],
  authorIds: readonly AuthorId[],
  now: Date,
): Promise<(communityId: CommunityId, authorId: AuthorId) => Standing | undefined> {
  const places = await tx
    .select({ id: communities.id, postPolicy: communities.postPolicy, holdPolicy: communities.holdPolicy })
    .from(communities)
    .where(inArray(communities.id, [...new Set(communityIds)]))
    .orderBy(asc(communities.id))
    .for("no key update");
  const [people, memberships] = await Promise.all([
    listAuthors(tx, [...new Set(authorIds)]),
    listMemberships(
      tx,
      places.map(({ id }) => id),
      [...new Set(authorIds)],
    ),
  ]);

  return (communityId, authorId) => {
    const place = places.find(({ id }) => id === communityId);
    const author = people.get(authorId);
    if (!place || !author) return undefined;
    const membership = memberships.get(`${communityId} ${authorId}`);
    return {
      postPolicy: place.postPolicy,
      holdPolicy: place.holdPolicy,
      membership: membership && membershipAt(membership, now),
      trusted: membership?.trusted ?? false,
      moderates: membership?.state === "active" && membership.role !== null,
      authorState: author.state,
      serverPolicy: author.policy ?? "open",
    };
  };
}

async function listAuthors(tx: Tx, ids: readonly AuthorId[]) {
  const rows = await tx
    .select({ id: authors.id, state: authors.state, policy: peers.policy })
    .from(authors)
    .leftJoin(peers, eq(peers.host, authors.host))
    .where(inArray(authors.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row]));
}

async function listMemberships(tx: Tx, communityIds: readonly CommunityId[], authorIds: readonly AuthorId[]) {
  if (communityIds.length === 0) return new Map<string, never>();
  const rows = await tx
    .select({
      communityId: members.communityId,
      authorId: members.authorId,
      state: members.state,
      bannedUntil: members.bannedUntil,
      joinedAt: members.joinedAt,
      trusted: members.trusted,
      role: memberRoles.role,
    })
    .from(members)
    .leftJoin(
      memberRoles,
      and(eq(memberRoles.communityId, members.communityId), eq(memberRoles.authorId, members.authorId)),
    )
    .where(and(inArray(members.communityId, [...communityIds]), inArray(members.authorId, [...authorIds])));
  return new Map(rows.map((row) => [`${row.communityId} ${row.authorId}`, row]));
}
