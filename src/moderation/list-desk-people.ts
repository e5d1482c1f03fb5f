import { and, eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import { listSelves } from "../author/list-selves.ts";
import { jointMembership } from "../community/membership.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { anyOf } from "../db/many.ts";
import { members } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { findPolicies, type PeerPolicy } from "../jobs/peer-rules.ts";

/** Somebody as moderators of a community see them: as the person that they are, whichever of their accounts speaks. */
export interface DeskPerson extends AuthorView {
  readonly id: AuthorId;
  readonly isLocal: boolean;
  /** Since when this server knows them. */
  readonly knownSince: Date;
  readonly membership: (typeof members.$inferSelect)["state"] | undefined;
  readonly joinedAt: Date | undefined;
  readonly bannedUntil: Date | undefined;
  readonly trusted: boolean;
  /** Posts of theirs in the community that can be read, that wait, and that were refused or taken away. */
  readonly published: number;
  readonly held: number;
  readonly refused: number;
  readonly warnings: number;
  /** Other communities of this server to which they belong. */
  readonly elsewhere: number;
  /** What this server thinks of theirs. */
  readonly server: PeerPolicy;
}

interface Counts extends Record<string, unknown> {
  readonly id: AuthorId;
  readonly published: number;
  readonly held: number;
  readonly refused: number;
  readonly warnings: number;
}

/** These people, by their ids as authors. */
export async function listDeskPeople(
  app: App,
  communityId: CommunityId,
  authorIds: readonly AuthorId[],
): Promise<ReadonlyMap<AuthorId, DeskPerson>> {
  if (authorIds.length === 0) return new Map();
  const selvesOf = await listSelves(app.db, authorIds);
  const everyone = [...new Set(authorIds.flatMap(selvesOf))];
  const [known, counts, memberships] = await Promise.all([
    app.db
      .select({ id: authors.id, createdAt: authors.createdAt, local: authors.localActorId, author: authorColumns })
      .from(authors)
      .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
      .where(anyOf(authors.id, authorIds)),
    countAll(app, communityId, everyone),
    app.db
      .select()
      .from(members)
      .where(and(anyOf(members.authorId, everyone), mayBeKnown(communityId))),
  ]);
  const policies = await findPolicies(app.db, [...new Set(known.map(({ author }) => author.host))]);
  const now = app.now();
  return new Map(
    known.map(({ id, createdAt, local, author }) => {
      const selves = selvesOf(id);
      const theirs = memberships.filter(({ authorId }) => selves.includes(authorId));
      const here = theirs.filter((member) => member.communityId === communityId);
      const sum = (count: "published" | "held" | "refused" | "warnings") =>
        selves.reduce((total, self) => total + (counts.get(self)?.[count] ?? 0), 0);
      const person: DeskPerson = {
        ...toAuthorView(author),
        id,
        isLocal: local !== null,
        knownSince: createdAt,
        membership: jointMembership(here, now),
        joinedAt: here.find(({ state }) => state === "active")?.joinedAt ?? undefined,
        bannedUntil: here.find(({ state }) => state === "banned")?.bannedUntil ?? undefined,
        trusted: here.some(({ trusted }) => trusted),
        published: sum("published"),
        held: sum("held"),
        refused: sum("refused"),
        warnings: sum("warnings"),
        elsewhere: new Set(
          theirs.flatMap((member) =>
            member.communityId !== communityId && member.state === "active" ? member.communityId : [],
          ),
        ).size,
        server: policies.get(author.host) ?? "open",
      };
      return [id, person];
    }),
  );
}

/** That somebody belongs to another community that is private is for nobody to know, not even how many they are. */
function mayBeKnown(communityId: CommunityId) {
  return sql`(${members.communityId} = ${communityId} or exists (
    select from community c where c.id = ${members.communityId} and c.visibility = 'public'))`;
}

async function countAll(
  app: App,
  communityId: CommunityId,
  ids: readonly AuthorId[],
): Promise<ReadonlyMap<AuthorId, Counts>> {
  const rows = await app.db.execute<Counts & Record<string, unknown>>(sql`
    select author.id,
      count(*) filter (where post.state = 'published')::int as published,
      count(*) filter (where post.state = 'held')::int as held,
      count(*) filter (where post.state in ('rejected', 'removed'))::int as refused,
      (select count(*) from decision where decision.author_id = author.id and decision.community_id = ${communityId}
        and decision.action = 'warn')::int as warnings
    from author left join post on post.author_id = author.id and post.community_id = ${communityId}
    where ${anyOf(authors.id, ids)} group by author.id`);
  return new Map(rows.map((row) => [row.id, row]));
}
