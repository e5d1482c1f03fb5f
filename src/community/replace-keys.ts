import { and, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { CommunityId, LocalActorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import { localActorKeys } from "../db/schema/identity.ts";
import { auditEntries } from "../db/schema/server.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { ensureInstanceActor, generateKeys, keyNames, type NewKey } from "./local-keys.ts";

/** How keys are replaced. */
export interface Replacement {
  /** The old ones are in wrong hands: they are forgotten at once, and what they signed is not honoured any longer. */
  readonly leaked: boolean;
  /** Who does it, for the record: `command-line`, or the id of an author. */
  readonly by: string;
}

/**
 * Gives a community new keys, and tells its followers. The old ones are honoured for as long as a delivery may be under way.
 *
 * @returns the names of the new keys
 * @throws {DomainError} `not-found`
 */
export async function replaceCommunityKeys(
  app: App,
  id: CommunityId,
  replacement: Replacement,
): Promise<readonly string[]> {
  const keys = await generateKeys();
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    const [community] = await tx
      .update(communities)
      .set({ updatedAt: now, version: sql`${communities.version} + 1` })
      .where(eq(communities.id, id))
      .returning({ version: communities.version });
    if (!community) throw new DomainError("not-found", "there is no such community");
    // A community and its actor have one id.
    const names = await replaceKeys(tx, id as string as LocalActorId, { keys, ...replacement }, now);
    await dispatch(app, tx, [{ kind: "community-changed", communityId: id, version: community.version }]);
    return names;
  });
}

/**
 * Gives the actor that speaks for the server itself new keys. Nobody follows it: whoever is asked by it next meets a key of a name that they
 * do not know, and fetches it.
 *
 * @returns the names of the new keys
 */
export async function replaceInstanceKeys(app: App, replacement: Replacement): Promise<readonly string[]> {
  const { id } = await ensureInstanceActor(app);
  const keys = await generateKeys();
  return await app.db.transaction((tx) => replaceKeys(tx, id, { keys, ...replacement }, app.now()));
}

/** Puts new keys in the place of an actor's, within the transaction of whoever tells the world. @returns the names of the new ones */
export async function replaceKeys(
  tx: Tx,
  actorId: LocalActorId,
  { keys, leaked, by }: Replacement & { readonly keys: readonly NewKey[] },
  now: Date,
): Promise<readonly string[]> {
  const theirs = eq(localActorKeys.actorId, actorId);
  if (leaked) await tx.delete(localActorKeys).where(theirs);
  else
    await tx
      .update(localActorKeys)
      .set({ retiredAt: now })
      .where(and(theirs, isNull(localActorKeys.retiredAt)));
  // A name is never used for another key: others keep keys by their names.
  const suffix = now.getTime().toString(36);
  const rows = keys.map((key) => ({ ...key, name: `${keyNames[key.algorithm]}-${suffix}`, actorId, createdAt: now }));
  await tx.insert(localActorKeys).values(rows);
  const detail = { leaked, names: rows.map(({ name }) => name) };
  await tx.insert(auditEntries).values({ actor: by, action: "keys-replaced", subject: actorId, detail, at: now });
  return detail.names;
}

/** Forgets keys that were replaced so long ago that nothing of theirs can be under way. */
export async function forgetFormerKeys(app: App): Promise<void> {
  const now = app.now();
  const before = new Date(now.getTime() - limits.deliveryLifetime);
  await app.db.transaction(async (tx) => {
    const forgotten = await tx
      .delete(localActorKeys)
      .where(and(isNotNull(localActorKeys.retiredAt), lt(localActorKeys.retiredAt, before)))
      .returning({ actorId: localActorKeys.actorId });
    // The documents that show them are kept by this date.
    const ids = forgotten.map(({ actorId }) => actorId);
    await tx.update(communities).set({ updatedAt: now }).where(anyOf(communities.id, ids));
    await tx.execute(sql`
      update account set updated_at = ${now.toISOString()}::timestamptz
      from author where author.id = account.author_id and author.local_actor_id = any(${sql.param(ids)}::uuid[])`);
  });
}
