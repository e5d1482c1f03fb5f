import type { RemoteActor } from "../src/author/remote-actor.ts";
import { DomainError } from "../src/core/errors.ts";
import type { AuthorId } from "../src/core/ids.ts";
import { isBlocked } from "../src/jobs/peer-rules.ts";
import { type ActorSource, fetchActor } from "./actors.ts";
import { originOf } from "./as2.ts";
import { FetchFailure } from "./documents.ts";
import { lookUpAddress } from "./webfinger-lookup.ts";

/**
 * Gets an actor from its home by what a person calls it.
 *
 * @param wanted its address, `@name@host`, or its IRI
 * @throws {DomainError} `not-found` when there is no such actor.
 */
export async function lookUpActor(
  source: ActorSource,
  wanted: string,
): Promise<RemoteActor & { readonly authorId: AuthorId }> {
  const { config } = source.app;
  const address = /^@?([^@\s/]+@[^@\s/]+)$/.exec(wanted)?.[1];
  const scheme = config.insecurePeers ? schemeOf(config.origin) : "https:";
  const iri = address ? (await lookUpAddress(address, scheme, (host) => isBlocked(source.app.db, host)))?.iri : wanted;
  if (iri === undefined || originOf(iri) === undefined)
    throw new DomainError("not-found", `there is no actor ${wanted}`);
  try {
    return await fetchActor(source, iri);
  } catch (error) {
    if (error instanceof FetchFailure)
      throw new DomainError("not-found", `${iri} cannot be had: ${error.message}`, { cause: error });
    throw error;
  }
}

/** In local play everybody speaks as we do. */
function schemeOf(origin: string): string {
  return new URL(origin).protocol;
}
