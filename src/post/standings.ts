import { and, asc, eq, inArray } from "drizzle-orm";
import { listSelves } from "../author/list-selves.ts";
import { jointMembership } from "../community/membership.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { communities, memberRoles, members } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { findPolicies } from "../jobs/peer-rules.ts";
import { readBackgrounds } from "./backgrounds.ts";
import type { CountedStanding } from "./tally.ts";

/**
 * Locks the communities, so that a reply and the post it answers, arriving at once, see each other; and tells how each author stands
 * in each of them: as the person that they are, whichever of their identities speaks. Communities that do not exist are absent from the
 * answer.
 */
export async function lockAndReadStandings(
  tx: Tx,
  communityIds: readonly CommunityId[],
  authorIds: readonly AuthorId[],
  now: Date,
): Promise<(communityId: CommunityId, authorId: AuthorId) => CountedStanding | undefined> {
  const places = await tx
    .select({
      id: communities.id,
      postPolicy: communities.postPolicy,
      holdPolicy: communities.holdPolicy,
      movedTo: communities.movedTo,
      closedAt: communities.closedAt,
      visibility: communities.visibility,
    })
    .from(communities)
    .where(inArray(communities.id, [...new Set(communityIds)]))
    .orderBy(asc(communities.id))
    .for("no key update");
  const selvesOf = await listSelves(tx, [...new Set(authorIds)]);
  const everyone = [...new Set(authorIds.flatMap(selvesOf))];
  const placeIds = places.map(({ id }) => id);
  const [people, memberships, backgroundOf] = await Promise.all([
    listAuthors(tx, everyone),
    listMemberships(tx, placeIds, everyone),
    readBackgrounds(tx, placeIds, selvesByAuthor(authorIds, selvesOf), now),
  ]);

  const standingOf = (communityId: CommunityId, authorId: AuthorId): CountedStanding | undefined => {
    const place = places.find(({ id }) => id === communityId);
    const author = people.get(authorId);
    if (!place || !author) return undefined;
    const selves = selvesOf(authorId);
    const held = selves.flatMap((self) => memberships.get(`${communityId} ${self}`) ?? []);
    const isSuspended = selves.some((self) => people.get(self)?.state === "suspended");
    return {
      ...backgroundOf(communityId, authorId),
      moved: place.movedTo !== null,
      closed: place.closedAt !== null,
      isPrivate: place.visibility === "private",
      postPolicy: place.postPolicy,
      holdPolicy: place.holdPolicy,
      membership: jointMembership(held, now),
      trusted: held.some(({ trusted }) => trusted),
      moderates: held.some(({ state, role }) => state === "active" && role !== null),
      // Who deleted one of their accounts elsewhere is still who they are; who was shut out is so everywhere.
      authorState: isSuspended ? "suspended" : author.state,
      serverPolicy: author.policy,
    };
  };
  const known = new Map<string, CountedStanding | undefined>();
  return (communityId, authorId) => {
    const who = `${communityId} ${authorId}`;
    if (!known.has(who)) known.set(who, standingOf(communityId, authorId));
    return known.get(who);
  };
}

function selvesByAuthor(authorIds: readonly AuthorId[], selvesOf: (authorId: AuthorId) => readonly AuthorId[]) {
  return new Map([...new Set(authorIds)].map((authorId) => [authorId, selvesOf(authorId)]));
}

async function listAuthors(tx: Tx, ids: readonly AuthorId[]) {
  const rows = await tx
    .select({ id: authors.id, state: authors.state, host: authors.host, home: remoteActors.host })
    .from(authors)
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(inArray(authors.id, [...ids]));
  const hostsOf = ({ host, home }: (typeof rows)[number]) => (home === null || home === host ? [host] : [home, host]);
  const policies = await findPolicies(tx, [...new Set(rows.flatMap(hostsOf))]);
  return new Map(
    rows.map((row) => {
      const rules = hostsOf(row).flatMap((host) => policies.get(host) ?? []);
      const policy = rules.includes("blocked") ? "blocked" : (rules[0] ?? "open");
      return [row.id, { state: row.state, policy } as const];
    }),
  );
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
