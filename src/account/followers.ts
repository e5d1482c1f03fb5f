import { and, eq, isNull, ne, or, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId, LocalActorId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { personFollowers } from "../db/schema/account.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { peers } from "../db/schema/traffic.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { findLocalPerson } from "./local-person.ts";

/** Somebody elsewhere follows a person of this server. */
export interface PersonFollow {
  readonly actorId: LocalActorId;
  readonly followerId: AuthorId;
  /** The name of the message that asks. */
  readonly sourceId: string;
}

/** Lets somebody hear what a person of this server posts. Asking again is answered again. @returns false when there is no such person */
export async function followPerson(app: App, { actorId, followerId, sourceId }: PersonFollow): Promise<boolean> {
  const person = await findLocalPerson(app.db, actorId);
  if (person?.state !== "active") return false;
  const { authorId: personId } = person;
  await app.db.transaction(async (tx) => {
    const row = { personId, followerId, sourceId, createdAt: app.now() };
    const target = [personFollowers.personId, personFollowers.followerId];
    await tx.insert(personFollowers).values(row).onConflictDoUpdate({ target, set: { sourceId } });
    await dispatch(app, tx, [
      { kind: "person-followed", personId, followerId, sourceId, askedAt: row.createdAt.toISOString() },
    ]);
  });
  return true;
}

/** Takes a follow back, by the person or by its name. @returns false when there was none */
export async function unfollowPerson(
  app: App,
  followerId: AuthorId,
  by: { readonly actorId: LocalActorId } | { readonly sourceId: string },
): Promise<boolean> {
  const person = "actorId" in by ? await findLocalPerson(app.db, by.actorId) : undefined;
  if ("actorId" in by && !person) return false;
  const which = "sourceId" in by ? eq(personFollowers.sourceId, by.sourceId) : undefined;
  const gone = await app.db
    .delete(personFollowers)
    .where(
      and(eq(personFollowers.followerId, followerId), which, person && eq(personFollowers.personId, person.authorId)),
    )
    .returning({ personId: personFollowers.personId });
  return gone.length > 0;
}

/** Where the followers of a person are, each inbox once; none on blocked servers, none that is gone. */
export async function listPersonFollowerInboxes(
  db: Db,
  personId: AuthorId,
): Promise<readonly { readonly inbox: string; readonly host: string }[]> {
  const inbox = sql<string>`coalesce(${remoteActors.sharedInbox}, ${remoteActors.inbox})`;
  return await db
    .selectDistinct({ inbox, host: remoteActors.host })
    .from(personFollowers)
    .innerJoin(authors, eq(authors.id, personFollowers.followerId))
    .innerJoin(remoteActors, eq(remoteActors.authorId, personFollowers.followerId))
    .leftJoin(peers, eq(peers.host, remoteActors.host))
    .where(
      and(
        eq(personFollowers.personId, personId),
        eq(authors.state, "active"),
        isNull(remoteActors.goneAt),
        or(isNull(peers.policy), ne(peers.policy, "blocked")),
      ),
    );
}

/** How many follow a person. */
export async function countPersonFollowers(db: Db, personId: AuthorId): Promise<number> {
  return await db.$count(personFollowers, eq(personFollowers.personId, personId));
}

/** Forgets whom somebody followed who is gone. */
export async function forgetFollowsOf(db: Db, followerId: AuthorId): Promise<void> {
  await db.delete(personFollowers).where(eq(personFollowers.followerId, followerId));
}
