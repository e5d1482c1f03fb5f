import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { type AuthorId, newId } from "../core/ids.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import type { RemoteActor } from "./remote-actor.ts";
import { updateKeysOf } from "./remote-keys.ts";

/** What is on file of an actor: enough to deliver to it and to decide whether to ask its home again. */
export interface KnownActor {
  readonly authorId: AuthorId;
  readonly inbox: string;
  readonly sharedInbox: string | undefined;
  readonly host: string;
  readonly type: string;
  readonly state: "active" | "suspended" | "deleted";
  readonly fetchedAt: Date;
  readonly goneAt: Date | undefined;
}

/**
 * Puts an actor of another server on file as an author, with its keys, or brings it up to date.
 *
 * May run twice at once for one actor: there is one author in the end. An actor that is gone stays as it is: see `markActorBack`.
 */
export async function recordRemoteActor(app: App, actor: RemoteActor): Promise<AuthorId> {
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    const known = (await lockActor(tx, actor.iri)) ?? (await insertActor(tx, actor, now));
    if (!known.isNew && known.goneAt === null) await updateActor(tx, actor, known, now);
    if (known.goneAt === null) await updateKeysOf(tx, actor, now);
    return known.authorId;
  });
}

/** Those of these actors that are on file, by their IRIs. */
export async function findRemoteActors(db: Db, iris: readonly string[]): Promise<ReadonlyMap<string, KnownActor>> {
  if (iris.length === 0) return new Map();
  const rows = await db
    .select({
      iri: remoteActors.iri,
      authorId: remoteActors.authorId,
      inbox: remoteActors.inbox,
      sharedInbox: remoteActors.sharedInbox,
      host: remoteActors.host,
      type: remoteActors.type,
      state: authors.state,
      fetchedAt: remoteActors.fetchedAt,
      goneAt: remoteActors.goneAt,
    })
    .from(remoteActors)
    .innerJoin(authors, eq(authors.id, remoteActors.authorId))
    .where(anyOf(remoteActors.iri, iris));
  return new Map(
    rows.map(({ iri, ...row }) => [
      iri,
      { ...row, sharedInbox: row.sharedInbox ?? undefined, goneAt: row.goneAt ?? undefined },
    ]),
  );
}

/** Notes that an actor's home says it is gone: nothing is delivered to it any more. What it wrote is another matter. */
export async function markActorGone(app: App, iri: string): Promise<void> {
  await app.db.update(remoteActors).set({ goneAt: app.now() }).where(eq(remoteActors.iri, iri));
}

/** Notes that the home of an actor that was gone shows it again. Posts that were deleted stay deleted. */
export async function markActorBack(app: App, iri: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    const [row] = await tx
      .update(remoteActors)
      .set({ goneAt: null })
      .where(eq(remoteActors.iri, iri))
      .returning({ authorId: remoteActors.authorId });
    if (!row) return;
    const [author] = await tx.select({ state: authors.state }).from(authors).where(eq(authors.id, row.authorId));
    if (author?.state !== "deleted") return;
    await tx.update(authors).set({ state: "active" }).where(eq(authors.id, row.authorId));
  });
}

interface Locked {
  readonly authorId: AuthorId;
  readonly goneAt: Date | null;
  readonly isNew?: true;
}

async function lockActor(tx: Tx, iri: string): Promise<Locked | undefined> {
  const [row] = await tx
    .select({ authorId: remoteActors.authorId, goneAt: remoteActors.goneAt })
    .from(remoteActors)
    .where(eq(remoteActors.iri, iri))
    .for("update");
  return row;
}

/** Whoever comes second takes back their author and has the first one's. */
async function insertActor(tx: Tx, actor: RemoteActor, now: Date): Promise<Locked> {
  const authorId = newId<AuthorId>(now);
  await tx.insert(authors).values({ ...toAuthor(actor, undefined), id: authorId, createdAt: now });
  const inserted = await tx
    .insert(remoteActors)
    .values({ ...toActor(actor), iri: actor.iri, authorId, fetchedAt: now })
    .onConflictDoNothing({ target: remoteActors.iri })
    .returning({ authorId: remoteActors.authorId });
  if (inserted.length > 0) return { authorId, goneAt: null, isNew: true };
  await tx.delete(authors).where(eq(authors.id, authorId));
  const first = await lockActor(tx, actor.iri);
  if (!first) throw new Error(`the actor ${actor.iri} is neither new nor known`);
  return first;
}

async function updateActor(tx: Tx, actor: RemoteActor, { authorId }: Locked, now: Date): Promise<void> {
  const [before] = await tx
    .select({ handle: authors.handle, host: authors.host })
    .from(authors)
    .where(eq(authors.id, authorId));
  await tx.update(authors).set(toAuthor(actor, before)).where(eq(authors.id, authorId));
  await tx
    .update(remoteActors)
    .set({ ...toActor(actor), fetchedAt: now })
    .where(eq(remoteActors.iri, actor.iri));
}

/** A confirmed host after the @ outlives documents about which nobody asked WebFinger, as long as the name before it stays. */
function toAuthor(actor: RemoteActor, before: { handle: string; host: string } | undefined) {
  const kept = before?.handle === actor.handle ? before.host : undefined;
  return {
    handle: actor.handle,
    host: actor.handleHost ?? kept ?? actor.host,
    name: actor.name,
    bioHtml: actor.bioHtml,
    url: actor.url ?? null,
    avatarUrl: actor.avatarUrl ?? null,
    indexable: actor.indexable,
  };
}

function toActor(actor: RemoteActor) {
  return {
    type: actor.type,
    host: actor.host,
    inbox: actor.inbox,
    sharedInbox: actor.sharedInbox ?? null,
    followersIri: actor.followersIri ?? null,
    document: actor.document,
  };
}
