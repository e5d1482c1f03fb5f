import { asc, eq } from "drizzle-orm";
import type { AuthorId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { accounts, linkedIdentities } from "../db/schema/account.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";

/** Somebody on another server who is a person of this one. */
export interface Elsewhere {
  readonly authorId: AuthorId;
  readonly handle: string;
  readonly host: string;
  readonly iri: string;
}

/** Whoever else an author with an account here is, as they proved. */
export async function listElsewhere(db: Db, authorId: AuthorId): Promise<readonly Elsewhere[]> {
  return await db
    .select({
      authorId: linkedIdentities.authorId,
      handle: authors.handle,
      host: authors.host,
      iri: remoteActors.iri,
    })
    .from(linkedIdentities)
    .innerJoin(accounts, eq(accounts.id, linkedIdentities.accountId))
    .innerJoin(authors, eq(authors.id, linkedIdentities.authorId))
    .innerJoin(remoteActors, eq(remoteActors.authorId, linkedIdentities.authorId))
    .where(eq(accounts.authorId, authorId))
    .orderBy(asc(linkedIdentities.provedAt), asc(linkedIdentities.authorId));
}
