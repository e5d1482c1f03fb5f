import { and, eq, inArray, notInArray, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Db, Tx } from "../db/client.ts";
import { remoteKeys } from "../db/schema/identity.ts";
import type { RemoteActor } from "./remote-actor.ts";

/** A key whose owner was proved: the key led to the actor, and the actor lists the key. */
export interface ProvedKey {
  readonly iri: string;
  readonly actorIri: string;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKeyPem: string;
}

/** A key that is on file. */
export async function findRemoteKey(
  db: Db,
  iri: string,
): Promise<(ProvedKey & { readonly fetchedAt: Date }) | undefined> {
  const [row] = await db.select().from(remoteKeys).where(eq(remoteKeys.iri, iri));
  return row;
}

/** Puts a proved key on file. Its actor must be there already. */
export async function recordRemoteKey(app: App, key: ProvedKey): Promise<void> {
  const row = { ...key, fetchedAt: app.now() };
  await app.db.insert(remoteKeys).values(row).onConflictDoUpdate({ target: remoteKeys.iri, set: row });
}

/**
 * Brings the keys of an actor up to date with its document: what it lists no longer goes, what it lists anew stays out until it is proved.
 *
 * A key that is a fragment of the actor's own IRI is proved by the document itself, as both are at one place. A key with an IRI of its
 * own (GoToSocial) is not: anybody on that host could list it, so it enters by `recordRemoteKey`.
 */
export async function updateKeysOf(tx: Tx, { iri: actorIri, keys }: RemoteActor, fetchedAt: Date): Promise<void> {
  const listed = keys.map(({ iri }) => iri);
  await tx
    .delete(remoteKeys)
    .where(and(eq(remoteKeys.actorIri, actorIri), listed.length > 0 ? notInArray(remoteKeys.iri, listed) : undefined));
  const elsewhere = keys.filter(({ iri }) => !isFragmentOf(actorIri, iri)).map(({ iri }) => iri);
  const proved =
    elsewhere.length === 0
      ? []
      : await tx
          .select({ iri: remoteKeys.iri })
          .from(remoteKeys)
          .where(and(eq(remoteKeys.actorIri, actorIri), inArray(remoteKeys.iri, elsewhere)));
  const rows = keys
    .filter(({ iri }) => isFragmentOf(actorIri, iri) || proved.some((row) => row.iri === iri))
    .map(({ iri, publicKeyPem }) => ({ iri, actorIri, publicKeyPem, fetchedAt }));
  if (rows.length === 0) return;
  await tx
    .insert(remoteKeys)
    .values(rows)
    .onConflictDoUpdate({
      target: remoteKeys.iri,
      set: { publicKeyPem: sql`excluded.public_key_pem`, fetchedAt: sql`excluded.fetched_at` },
      setWhere: eq(remoteKeys.actorIri, actorIri),
    });
}

function isFragmentOf(actorIri: string, keyIri: string): boolean {
  return keyIri === actorIri || keyIri.startsWith(`${actorIri}#`);
}
