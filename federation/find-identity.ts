import type { IdentityFinder } from "../src/account/identity.ts";
import { type ActorSource, fetchActor } from "./actors.ts";
import { originOf } from "./as2.ts";
import { FetchFailure } from "./documents.ts";
import { lookUpAddress } from "./webfinger-lookup.ts";

/** Finds whom a server means by a name: its WebFinger leads to an actor on the same server, who has that name. */
export function createIdentityFinder(source: ActorSource): IdentityFinder {
  return {
    async findIdentity(serverOrigin, username) {
      const { host, protocol } = new URL(serverOrigin);
      const found = await lookUpAddress(`${username}@${host}`, protocol);
      if (!found || originOf(found.iri) !== serverOrigin) return undefined;
      try {
        const actor = await fetchActor(source, found.iri);
        const fits = actor.iri === found.iri && actor.handle.toLowerCase() === username.toLowerCase();
        return fits && actor.type === "Person"
          ? { authorId: actor.authorId, handle: actor.handle, name: actor.name }
          : undefined;
      } catch (error) {
        if (error instanceof FetchFailure) return undefined;
        throw error;
      }
    },
  };
}
