import type { LocalPerson } from "../src/account/local-person.ts";
import type { Community } from "../src/community/get-community.ts";
import type { KeyRing, LocalKeys } from "../src/community/local-keys.ts";
import type { LocalActorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { Recent } from "../src/core/recent.ts";
import type { JsonObject } from "./as2.ts";
import { generatorOf, implemented } from "./capabilities.ts";
import { contextLoader } from "./contexts.ts";
import { type Iris, irisOf } from "./iris.ts";
import { extend, toGroup, toInstance, toPerson } from "./to-actor.ts";

/** Writes the actor documents of this server. */
export interface ActorWriter {
  communityDocument(community: Community): Promise<JsonObject>;
  personDocument(person: LocalPerson): Promise<JsonObject>;
  instanceDocument(): Promise<JsonObject>;
}

/** Makes each document once a version: serialising one takes milliseconds, and it is asked for often. */
export function createActorWriter(origin: string, ring: KeyRing, instanceId: LocalActorId): ActorWriter {
  const iris: Iris = irisOf(origin);
  const { host, hostname } = new URL(origin);
  const written = new Recent<{ updatedAt: number; document: Promise<JsonObject> }>(limits.keysAtHand);
  const generator = generatorOf(iris.instance);
  let instance: { readonly names: string; readonly document: Promise<JsonObject> } | undefined;

  const writeCommunity = async (community: Community) => {
    const group = await toGroup(community, await ring.renew(actorIdOf(community)), iris);
    return extend((await group.toJsonLd({ contextLoader })) as JsonObject, {
      postingRestrictedToMods: community.postPolicy === "moderators" || community.closedAt !== null,
      webfinger: `${community.handle}@${host}`,
      published: community.createdAt.toISOString(),
      updated: community.updatedAt.toISOString(),
      generator,
      ...(community.aliases.length > 0 && { alsoKnownAs: community.aliases }),
      ...(community.movedTo !== null && { movedTo: community.movedTo }),
    });
  };
  const writePerson = async (person: LocalPerson) => {
    const actor = await toPerson(person, await ring.renew(person.actorId), iris);
    return extend((await actor.toJsonLd({ contextLoader })) as JsonObject, {
      webfinger: `${person.handle}@${host}`,
      published: person.createdAt.toISOString(),
      updated: person.updatedAt.toISOString(),
      generator,
    });
  };
  const writeOnce = async (id: string, updatedAt: Date, write: () => Promise<JsonObject>) => {
    const known = written.get(id);
    if (known?.updatedAt === updatedAt.getTime()) return await known.document;
    const document = write();
    written.set(id, { updatedAt: updatedAt.getTime(), document });
    return await document;
  };
  const writeInstance = async (keys: LocalKeys) => {
    const actor = await toInstance(hostname, keys, iris);
    return extend((await actor.toJsonLd({ contextLoader })) as JsonObject, {
      webfinger: `${hostname}@${host}`,
      implements: implemented,
    });
  };

  return {
    communityDocument: (community) => writeOnce(community.id, community.updatedAt, () => writeCommunity(community)),
    personDocument: (person) => writeOnce(person.actorId, person.updatedAt, () => writePerson(person)),
    async instanceDocument() {
      // Nothing but its keys ever changes, and what it signs must be found here at once.
      const keys = await ring.renew(instanceId);
      const names = [keys.rsa, keys.ed25519, ...keys.former.ed25519].map(({ name }) => name).join(" ");
      if (instance?.names !== names) instance = { names, document: writeInstance(keys) };
      return await instance.document;
    },
  };
}

/** A community and its actor have one id. */
export function actorIdOf(community: Pick<Community, "id">): LocalActorId {
  return community.id as string as LocalActorId;
}
