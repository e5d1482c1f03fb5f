import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { desc, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { type LocalActorId, newId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { localActorKeys, localActors } from "../db/schema/identity.ts";

export type KeyAlgorithm = "rsa" | "ed25519";

/** A key in the form in which it is kept: a JSON Web Key (RFC 7517) as text. */
export interface NewKey {
  readonly algorithm: KeyAlgorithm;
  readonly publicJwk: string;
  readonly privateJwk: string;
}

/** A key ready for use. */
export interface LocalKey {
  /** The fragment by which others know it. */
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) in PEM: what `publicKeyPem` of an actor shows. */
  readonly publicPem: string;
}

export type LocalKeys = { readonly [Algorithm in KeyAlgorithm]: LocalKey } & {
  /** Those that were replaced a short while ago, the last first. What they signed is still on its way. */
  readonly former: { readonly [Algorithm in KeyAlgorithm]: readonly LocalKey[] };
};

/** The keys of our own actors, imported once each. */
export interface KeyRing {
  /** Rejects when the actor does not exist. Keys that were replaced in another process are noticed within a minute. */
  get(actorId: LocalActorId): Promise<LocalKeys>;
  /** The same, as they are now. */
  renew(actorId: LocalActorId): Promise<LocalKeys>;
}

const generate = promisify(generateKeyPair);

/** The two keys of a new actor. It takes a tenth of a second or so: call it before a transaction, never in one. */
export async function generateKeys(): Promise<readonly NewKey[]> {
  // 2048 bits: a larger key signs six times slower and no peer asks for it.
  const [rsa, ed25519] = await Promise.all([generate("rsa", { modulusLength: 2048 }), generate("ed25519")]);
  return [toNewKey("rsa", rsa), toNewKey("ed25519", ed25519)];
}

/** What the first keys of an actor are called. */
export const keyNames: { readonly [Algorithm in KeyAlgorithm]: string } = { rsa: "main-key", ed25519: "ed25519-key" };

/** Writes an actor of ours with its keys. @returns false when the handle is taken */
export async function insertLocalActor(
  tx: Tx,
  actor: { readonly id: LocalActorId; readonly kind: "instance" | "community" | "person"; readonly handle: string },
  keys: readonly NewKey[],
  now: Date,
): Promise<boolean> {
  const written = await tx
    .insert(localActors)
    .values({ ...actor, createdAt: now })
    .onConflictDoNothing({ target: localActors.handle })
    .returning({ id: localActors.id });
  if (written.length === 0) return false;
  await tx
    .insert(localActorKeys)
    .values(keys.map((key) => ({ ...key, name: keyNames[key.algorithm], actorId: actor.id, createdAt: now })));
  return true;
}

/**
 * The actor that speaks for the server itself: it signs what no community says. Made at the first start; several processes may
 * start at once.
 */
export async function ensureInstanceActor(app: App): Promise<{ readonly id: LocalActorId; readonly handle: string }> {
  const existing = await findInstanceActor(app.db);
  if (existing) return existing;
  const keys = await generateKeys();
  const now = app.now();
  const actor = {
    id: newId<LocalActorId>(now),
    kind: "instance",
    handle: new URL(app.config.origin).hostname,
  } as const;
  await app.db.transaction(async (tx) => insertLocalActor(tx, actor, keys, now));
  const made = await findInstanceActor(app.db);
  if (!made) throw new Error(`the handle ${actor.handle} of the server itself is taken`);
  return made;
}

async function findInstanceActor(db: Db) {
  const [row] = await db
    .select({ id: localActors.id, handle: localActors.handle })
    .from(localActors)
    .where(eq(localActors.kind, "instance"));
  return row;
}

/** The keys of an actor of ours; `undefined` when there is no such actor. Importing them is slow: see `createKeyRing`. */
export async function getLocalKeys(db: Db, actorId: LocalActorId): Promise<LocalKeys | undefined> {
  const rows = await db
    .select()
    .from(localActorKeys)
    .where(eq(localActorKeys.actorId, actorId))
    .orderBy(desc(localActorKeys.retiredAt));
  const current = (algorithm: KeyAlgorithm) =>
    rows.find((row) => row.algorithm === algorithm && row.retiredAt === null);
  const former = (algorithm: KeyAlgorithm) =>
    rows.filter((row) => row.algorithm === algorithm && row.retiredAt !== null).map(importKey);
  const [rsa, ed25519] = [current("rsa"), current("ed25519")];
  if (!rsa || !ed25519) return undefined;
  return {
    rsa: importKey(rsa),
    ed25519: importKey(ed25519),
    former: { rsa: former("rsa"), ed25519: former("ed25519") },
  };
}

/**
 * Keeps the keys that are in use at hand; the least recently used go when there are many.
 *
 * @param clock in milliseconds, since whenever
 */
export function createKeyRing(db: Db, clock: () => number = () => performance.now()): KeyRing {
  const ring = new Map<LocalActorId, { readonly keys: Promise<LocalKeys>; readonly readAt: number }>();
  const keep = async (actorId: LocalActorId, known?: Promise<LocalKeys>) => {
    const keys = known ?? requireKeys(db, actorId);
    const readAt = (known && ring.get(actorId)?.readAt) ?? clock();
    ring.delete(actorId);
    ring.set(actorId, { keys, readAt });
    if (ring.size > limits.keysAtHand) ring.delete(ring.keys().next().value!);
    try {
      return await keys;
    } catch (error) {
      ring.delete(actorId);
      throw error;
    }
  };
  return {
    get: async (actorId) => {
      const near = ring.get(actorId);
      const isFresh = near !== undefined && clock() - near.readAt < limits.ownKeyAtHand;
      return await keep(actorId, isFresh ? near.keys : undefined);
    },
    renew: (actorId) => keep(actorId),
  };
}

async function requireKeys(db: Db, actorId: LocalActorId): Promise<LocalKeys> {
  const keys = await getLocalKeys(db, actorId);
  if (!keys) throw new Error(`actor ${actorId} has no keys`);
  return keys;
}

function toNewKey(algorithm: KeyAlgorithm, pair: { publicKey: KeyObject; privateKey: KeyObject }): NewKey {
  return {
    algorithm,
    publicJwk: JSON.stringify(pair.publicKey.export({ format: "jwk" })),
    privateJwk: JSON.stringify(pair.privateKey.export({ format: "jwk" })),
  };
}

function importKey({ name, publicJwk, privateJwk }: typeof localActorKeys.$inferSelect): LocalKey {
  const publicKey = createPublicKey({ key: JSON.parse(publicJwk), format: "jwk" });
  return {
    name,
    privateKey: createPrivateKey({ key: JSON.parse(privateJwk), format: "jwk" }),
    publicKey,
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}
