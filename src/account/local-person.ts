import { and, eq, sql } from "drizzle-orm";
import { DomainError } from "../core/errors.ts";
import { type AccountId, type AuthorId, type LocalActorId, readId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { accounts } from "../db/schema/account.ts";
import { authors } from "../db/schema/identity.ts";

/** A person of this server as everybody may see them. */
export interface LocalPerson {
  readonly authorId: AuthorId;
  readonly actorId: LocalActorId;
  readonly handle: string;
  readonly name: string;
  readonly bioHtml: string;
  /** A picture of them, in WebP. */
  readonly avatarUrl: string | null;
  readonly indexable: boolean;
  readonly state: "active" | "suspended" | "deleted";
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A person of this server by their handle or the id of their actor. */
export async function findLocalPerson(db: Db, handleOrActorId: string): Promise<LocalPerson | undefined> {
  const actorId = readId<LocalActorId>(handleOrActorId);
  // Nothing else can be a handle; and Postgres is not asked about a NUL.
  if (!actorId && !/^[a-z0-9_]{1,64}$/i.test(handleOrActorId)) return undefined;
  const [row] = await db
    .select({
      authorId: authors.id,
      actorId: authors.localActorId,
      handle: authors.handle,
      name: authors.name,
      bioHtml: authors.bioHtml,
      avatarUrl: authors.avatarUrl,
      indexable: authors.indexable,
      state: authors.state,
      createdAt: accounts.createdAt,
      updatedAt: accounts.updatedAt,
    })
    .from(authors)
    .innerJoin(accounts, eq(accounts.authorId, authors.id))
    .where(
      actorId
        ? eq(authors.localActorId, actorId)
        : and(eq(authors.handle, handleOrActorId.toLowerCase()), sql`${authors.localActorId} is not null`),
    );
  return row?.actorId ? { ...row, actorId: row.actorId } : undefined;
}

/** Whether anybody has an account here. */
export async function hasAccounts(db: Db): Promise<boolean> {
  const rows = await db.select({ id: accounts.id }).from(accounts).limit(1);
  return rows.length > 0;
}

/** @throws {DomainError} `not-found` when there is no such person */
export async function getLocalPerson(db: Db, handleOrActorId: string): Promise<LocalPerson> {
  const person = await findLocalPerson(db, handleOrActorId);
  if (!person) throw new DomainError("not-found", `nobody here is called ${handleOrActorId}`);
  return person;
}

/** The account of a person of this server. @throws {DomainError} `not-found` when there is none that stands */
export async function getAccountId(db: Db, handle: string): Promise<AccountId> {
  const person = await getLocalPerson(db, handle);
  const [row] = await db.select({ id: accounts.id }).from(accounts).where(eq(accounts.authorId, person.authorId));
  if (!row || person.state === "deleted") throw new DomainError("not-found", `nobody here is called ${handle}`);
  return row.id;
}
