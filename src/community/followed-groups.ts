import { and, eq, isNotNull, or } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { communities, followedGroups } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { dispatch } from "../outbound/dispatch.ts";

/** The communities here that follow this actor, and were accepted: whose word is therefore heard. */
export async function listFollowing(db: Db, actorIri: string): Promise<readonly CommunityId[]> {
  const rows = await db
    .select({ communityId: followedGroups.communityId })
    .from(followedGroups)
    .innerJoin(remoteActors, eq(remoteActors.authorId, followedGroups.authorId))
    .where(and(eq(remoteActors.iri, actorIri), isNotNull(followedGroups.acceptedAt)));
  return rows.map(({ communityId }) => communityId);
}

/** The group that a community of ours asked to follow said yes or no. @returns whether there was such a question to that actor */
export async function answerFollowing(
  app: App,
  answer: { readonly followIri: string; readonly actorIri: string; readonly accepted: boolean },
): Promise<boolean> {
  const [asked] = await app.db
    .select({ communityId: followedGroups.communityId, authorId: followedGroups.authorId })
    .from(followedGroups)
    .innerJoin(remoteActors, eq(remoteActors.authorId, followedGroups.authorId))
    .where(and(eq(followedGroups.followIri, answer.followIri), eq(remoteActors.iri, answer.actorIri)));
  if (!asked) return false;
  const row = and(eq(followedGroups.communityId, asked.communityId), eq(followedGroups.authorId, asked.authorId));
  if (answer.accepted) await app.db.update(followedGroups).set({ acceptedAt: app.now() }).where(row);
  else await app.db.delete(followedGroups).where(row);
  return true;
}

/**
 * A community asks to hear a group elsewhere. Asking again changes nothing but that the Follow is sent once more.
 *
 * @param followIri what the Follow will be called
 * @throws {DomainError} `conflict` for a private community
 */
export async function followGroup(
  app: App,
  communityId: CommunityId,
  groupId: AuthorId,
  followIri: string,
): Promise<void> {
  await app.db.transaction(async (tx) => {
    const [community] = await tx
      .select({ visibility: communities.visibility })
      .from(communities)
      .where(eq(communities.id, communityId));
    if (community?.visibility === "private")
      throw new DomainError("conflict", "a private community has no place on the fediverse");
    await tx
      .insert(followedGroups)
      .values({ communityId, authorId: groupId, followIri, createdAt: app.now() })
      .onConflictDoNothing();
    await dispatch(app, tx, [{ kind: "group-followed", communityId, groupId }]);
  });
}

/** A community that becomes private hears no group any longer. */
export async function leaveGroups(app: App, tx: Tx, communityId: CommunityId): Promise<void> {
  const followed = await tx
    .select({ groupId: followedGroups.authorId })
    .from(followedGroups)
    .where(eq(followedGroups.communityId, communityId));
  for (const { groupId } of followed) await leave(app, tx, communityId, groupId);
}

/** What the Follow of a group by a community is called; `undefined` when there is none. */
export async function findFollowIri(db: Db, communityId: CommunityId, groupId: AuthorId): Promise<string | undefined> {
  const [row] = await db
    .select({ followIri: followedGroups.followIri })
    .from(followedGroups)
    .where(and(eq(followedGroups.communityId, communityId), eq(followedGroups.authorId, groupId)));
  return row?.followIri;
}

/** The groups that a community follows, or asked to follow. */
export async function listFollowed(
  db: Db,
  communityId: CommunityId,
): Promise<readonly { groupId: AuthorId; iri: string; address: string; accepted: boolean }[]> {
  const rows = await db
    .select({
      groupId: followedGroups.authorId,
      iri: remoteActors.iri,
      handle: authors.handle,
      host: authors.host,
      acceptedAt: followedGroups.acceptedAt,
    })
    .from(followedGroups)
    .innerJoin(remoteActors, eq(remoteActors.authorId, followedGroups.authorId))
    .innerJoin(authors, eq(authors.id, followedGroups.authorId))
    .where(eq(followedGroups.communityId, communityId))
    .orderBy(followedGroups.createdAt, followedGroups.authorId);
  return rows.map(({ handle, host, acceptedAt, ...row }) => ({
    ...row,
    address: `@${handle}@${host}`,
    accepted: acceptedAt !== null,
  }));
}

/** A community does not hear a group any longer, which is told so. @returns whether it did, or asked to */
export async function unfollowGroup(app: App, communityId: CommunityId, groupId: AuthorId): Promise<boolean> {
  return await app.db.transaction((tx) => leave(app, tx, communityId, groupId));
}

async function leave(app: App, tx: Tx, communityId: CommunityId, groupId: AuthorId): Promise<boolean> {
  const [left] = await tx
    .delete(followedGroups)
    .where(and(eq(followedGroups.communityId, communityId), eq(followedGroups.authorId, groupId)))
    .returning({ followIri: followedGroups.followIri });
  if (left) await dispatch(app, tx, [{ kind: "group-left", communityId, groupId, followIri: left.followIri }]);
  return left !== undefined;
}

/** A community follows a group at its new home instead of the old one. */
export async function replaceFollowed(
  app: App,
  communityId: CommunityId,
  { oldIri, groupId, followIri }: { readonly oldIri: string; readonly groupId: AuthorId; readonly followIri: string },
): Promise<void> {
  await app.db.transaction(async (tx) => {
    const [old] = await tx
      .select({ authorId: remoteActors.authorId })
      .from(remoteActors)
      .where(eq(remoteActors.iri, oldIri));
    if (old) await leave(app, tx, communityId, old.authorId);
    await tx
      .insert(followedGroups)
      .values({ communityId, authorId: groupId, followIri, createdAt: app.now() })
      .onConflictDoNothing();
    await dispatch(app, tx, [{ kind: "group-followed", communityId, groupId }]);
  });
}

/** The communities here that hear a group, named by its actor or its page. */
export async function listHearing(
  db: Db,
  group: string,
): Promise<readonly { handle: string; name: string; language: string }[]> {
  return await db
    .select({ handle: communities.handle, name: communities.name, language: communities.language })
    .from(followedGroups)
    .innerJoin(communities, eq(communities.id, followedGroups.communityId))
    .innerJoin(authors, eq(authors.id, followedGroups.authorId))
    .innerJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(
      and(
        isNotNull(followedGroups.acceptedAt),
        or(eq(remoteActors.iri, group), eq(authors.url, group)),
        eq(communities.visibility, "public"),
      ),
    )
    .orderBy(communities.handle)
    .limit(limits.listedItems);
}
