import { and, desc, eq, isNull } from "drizzle-orm";
import type { AuthorId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";

/** Where an author who lives elsewhere is reached. */
export async function findActorOf(
  db: Db,
  authorId: AuthorId,
): Promise<{ iri: string; inbox: string; sharedInbox: string | null; host: string } | undefined> {
  const [row] = await db
    .select({
      iri: remoteActors.iri,
      inbox: remoteActors.inbox,
      sharedInbox: remoteActors.sharedInbox,
      host: remoteActors.host,
    })
    .from(remoteActors)
    .where(eq(remoteActors.authorId, authorId));
  return row;
}

/** The author on file of an address elsewhere, `name@host`; who is gone is not found. */
export async function findAuthorByAddress(db: Db, handle: string, host: string): Promise<AuthorId | undefined> {
  const [row] = await db
    .select({ id: authors.id })
    .from(authors)
    .innerJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(and(eq(authors.handle, handle), eq(authors.host, host), isNull(remoteActors.goneAt)))
    .orderBy(desc(authors.id))
    .limit(1);
  return row?.id;
}

/** The actor of somebody who lives elsewhere, by `name@host`. */
export async function findPerson(db: Db, address: string): Promise<string | undefined> {
  const [handle, host] = address.split("@");
  if (!handle || !host || address.includes("\0")) return undefined;
  const [row] = await db
    .select({ iri: remoteActors.iri })
    .from(authors)
    .innerJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(and(eq(authors.handle, handle), eq(authors.host, host)));
  return row?.iri;
}
