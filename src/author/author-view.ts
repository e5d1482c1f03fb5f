import { sql } from "drizzle-orm";
import type { AuthorId } from "../core/ids.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { avatarPath } from "../media/image-paths.ts";

/** Somebody as pages name them. */
export interface AuthorView {
  /** Never empty. */
  readonly name: string;
  readonly host: string;
  /** What stands after `/@` in the path of their page: `ana`, or `ana@remote.example`. `undefined`: they have none. */
  readonly address: string | undefined;
  /** False when they asked search engines to stay away (FEP-5feb). */
  readonly indexable: boolean;
  /** Set when they are gone and their words stayed: `name` is a dash. */
  readonly isGone?: true;
  /** The path of a picture of them, which stands here. */
  readonly avatar?: string | undefined;
}

/** What `toAuthorView` reads; the query joins `remote_actor` where there is one. */
export const authorColumns = {
  id: authors.id,
  name: authors.name,
  handle: authors.handle,
  host: authors.host,
  indexable: authors.indexable,
  avatarUrl: authors.avatarUrl,
  isGone: sql<boolean>`${authors.state} = 'deleted'`,
  isLocal: sql<boolean>`${authors.localActorId} is not null`,
  iri: remoteActors.iri,
  /** The account here of who proved to be this author elsewhere. */
  person: sql<PersonHere | null>`(
    select json_build_object('handle', here.handle, 'name', here.name, 'indexable', here.indexable, 'avatarUrl', here.avatar_url)
    from linked_identity link join account on account.id = link.account_id join author here on here.id = account.author_id
    where link.author_id = ${authors.id} and here.state = 'active')`,
};

export interface PersonHere {
  readonly handle: string;
  readonly name: string;
  readonly indexable: boolean;
  readonly avatarUrl: string | null;
}

export interface AuthorRow {
  readonly id: AuthorId;
  readonly name: string;
  readonly handle: string;
  readonly host: string;
  readonly indexable: boolean;
  readonly avatarUrl: string | null;
  readonly isGone: boolean;
  readonly isLocal: boolean;
  readonly iri: string | null;
  readonly person: PersonHere | null;
}

/**
 * Only who has an actor has a page: what is known of the others is an e-mail address, which nobody shows. Who has an account here goes by
 * it, whichever of their accounts elsewhere they speak with.
 */
export function toAuthorView({ person, ...row }: AuthorRow): AuthorView {
  const { name, handle, host, indexable, isLocal, iri } = row;
  if (person)
    return {
      name: person.name || person.handle,
      host,
      indexable: indexable && person.indexable,
      address: person.handle,
      ...ownAvatar(person),
    };
  // Their words may have stayed, their name has not.
  if (row.isGone) return { name: "—", host, indexable: false, address: undefined, isGone: true };
  const elsewhere = iri === null ? undefined : `${handle}@${host}`;
  return {
    name: name || handle,
    host,
    indexable,
    address: isLocal ? handle : elsewhere,
    ...(isLocal ? ownAvatar(row) : elsewhere && avatarElsewhere(row)),
  };
}

/** What stands here is seen where it is. */
function ownAvatar({ avatarUrl }: Pick<AuthorRow, "avatarUrl">): Pick<AuthorView, "avatar"> {
  return avatarUrl === null ? {} : { avatar: new URL(avatarUrl).pathname.replace("/large.", "/small.") };
}

/** What stands elsewhere is seen here too: nobody's browser asks other servers. */
function avatarElsewhere({ id, avatarUrl }: Pick<AuthorRow, "id" | "avatarUrl">): Pick<AuthorView, "avatar"> {
  return avatarUrl === null ? {} : { avatar: avatarPath(id, avatarUrl) };
}

/** Where somebody or something is at home: the page they name, if it is on the host of their IRI, else the IRI. */
export function homeOf(iri: string, url: string | null): string {
  return url !== null && URL.parse(url)?.host === URL.parse(iri)?.host ? url : iri;
}
