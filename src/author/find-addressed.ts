import { and, eq, sql } from "drizzle-orm";
import type { LocalActorId } from "../core/ids.ts";
import { ownIris } from "../core/own-iris.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { homeOf } from "./author-view.ts";

/** Somebody who can be mentioned. */
export interface Addressed {
  /** Their address, as in `ana@mastodon.example`. */
  readonly address: string;
  readonly iri: string;
  /** Their page. */
  readonly url: string;
  /** Where they are told; `undefined` for who has an account here. */
  readonly inbox: string | undefined;
  readonly host: string;
}

/** The people who are known by these addresses. */
export async function findAddressed(
  db: Db,
  origin: string,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, Addressed>> {
  if (addresses.length === 0) return new Map();
  const handles = addresses.map((address) => address.slice(0, address.indexOf("@")));
  const rows = await db
    .select({ author: authors, actor: remoteActors })
    .from(authors)
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(and(anyOf(authors.handle, handles), eq(authors.state, "active")))
    .orderBy(sql`${authors.localActorId} is not null`, authors.id);
  const wanted = new Set(addresses);
  return new Map(
    rows.flatMap(({ author, actor }) => {
      const addressed = toAddressed(origin, author, actor);
      return addressed && wanted.has(addressed.address) ? [[addressed.address, addressed] as const] : [];
    }),
  );
}

/** An author as they are mentioned; `undefined` for who is on file by mail alone. */
export function toAddressed(
  origin: string,
  author: Pick<typeof authors.$inferSelect, "handle" | "host" | "url" | "localActorId">,
  actor: typeof remoteActors.$inferSelect | null,
): Addressed | undefined {
  if (author.localActorId !== null) return toLocal(origin, author.handle, author.localActorId);
  if (!actor) return undefined;
  return {
    address: `${author.handle}@${author.host}`,
    iri: actor.iri,
    url: homeOf(actor.iri, author.url),
    inbox: actor.sharedInbox ?? actor.inbox,
    host: actor.host,
  };
}

function toLocal(origin: string, handle: string, actorId: LocalActorId): Addressed {
  const { host } = new URL(origin);
  return {
    address: `${handle}@${host}`,
    iri: ownIris(origin).actor(actorId),
    url: `${origin}/@${handle}`,
    inbox: undefined,
    host,
  };
}
