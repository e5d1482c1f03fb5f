import type { Community } from "../src/community/get-community.ts";
import type { KeyRing } from "../src/community/local-keys.ts";
import type { LocalActorId } from "../src/core/ids.ts";
import type { JsonObject } from "./as2.ts";
import { contextLoader } from "./contexts.ts";
import { type Iris, irisOf } from "./iris.ts";
import { extend, toGroup, toInstance } from "./to-actor.ts";

/** Writes the actor documents of this server. */
export interface ActorWriter {
  communityDocument(community: Community): Promise<JsonObject>;
  instanceDocument(): Promise<JsonObject>;
}

/** Makes each document once a version: serialising one takes milliseconds, and it is asked for often. */
export function createActorWriter(origin: string, ring: KeyRing, instanceId: LocalActorId): ActorWriter {
  const iris: Iris = irisOf(origin);
  const { host, hostname } = new URL(origin);
  const written = new Map<string, { updatedAt: number; document: Promise<JsonObject> }>();
  let instance: Promise<JsonObject> | undefined;

  const writeCommunity = async (community: Community) => {
    const group = await toGroup(community, await ring.get(actorIdOf(community)), iris);
    return extend((await group.toJsonLd({ contextLoader })) as JsonObject, {
      postingRestrictedToMods: community.postPolicy === "moderators",
      webfinger: `${community.handle}@${host}`,
      published: community.createdAt.toISOString(),
      updated: community.updatedAt.toISOString(),
    });
  };
  const writeInstance = async () => {
    const actor = await toInstance(hostname, await ring.get(instanceId), iris);
    return extend((await actor.toJsonLd({ contextLoader })) as JsonObject, { webfinger: `${hostname}@${host}` });
  };

  return {
    async communityDocument(community) {
      const known = written.get(community.id);
      if (known?.updatedAt === community.updatedAt.getTime()) return await known.document;
      const document = writeCommunity(community);
      written.set(community.id, { updatedAt: community.updatedAt.getTime(), document });
      return await document;
    },
    async instanceDocument() {
      instance ??= writeInstance();
      return await instance;
    },
  };
}

/** A community and its actor have one id. */
export function actorIdOf(community: Pick<Community, "id">): LocalActorId {
  return community.id as string as LocalActorId;
}
