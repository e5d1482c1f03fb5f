import { createPublicKey } from "node:crypto";
import { findRemoteKey, recordRemoteKey } from "../src/author/remote-keys.ts";
import { limits } from "../src/core/limits.ts";
import { type ActorSource, fetchActor } from "./actors.ts";
import { idOf, originOf, textOf } from "./as2.ts";
import { FetchFailure } from "./documents.ts";
import type { KeyFinder, RemoteKey } from "./http-signature.ts";

/**
 * Finds the keys of other servers: those at hand, else those on file, else at their homes. A key counts only when it led to an actor that
 * lists it. One that cannot be had is not asked for again for a while, nor is one asked for anew that does not verify.
 */
export function createKeyFinder(source: ActorSource): KeyFinder {
  const atHand = new Map<string, RemoteKey>();
  const askedAt = new Map<string, number>();
  const underWay = new Map<string, Promise<RemoteKey | undefined>>();
  const now = () => source.app.now().getTime();

  const keep = (key: RemoteKey) => {
    atHand.delete(key.iri);
    atHand.set(key.iri, key);
    if (atHand.size > limits.remoteKeysAtHand) atHand.delete(atHand.keys().next().value!);
    return key;
  };
  const ask = async (iri: string) => {
    if (now() - (askedAt.get(iri) ?? Number.NEGATIVE_INFINITY) < limits.keyRetry) return undefined;
    if (askedAt.size > limits.remoteKeysAtHand) askedAt.clear();
    askedAt.set(iri, now());
    const key = await fetchKey(source, iri);
    if (key) keep(key);
    else atHand.delete(iri);
    return key;
  };
  const askOnce = (iri: string) => {
    const asked = underWay.get(iri) ?? ask(iri).finally(() => underWay.delete(iri));
    underWay.set(iri, asked);
    return asked;
  };

  return {
    find: async (iri) => {
      const known = atHand.get(iri);
      if (known) return known;
      const filed = await findRemoteKey(source.app.db, iri);
      return filed ? keep(toRemoteKey(iri, filed.actorIri, filed.publicKeyPem)) : await askOnce(iri);
    },
    refresh: askOnce,
  };
}

/** Gets a key from its home. Its document is its actor, leads to it (GoToSocial), or is the key alone, which names its owner. */
async function fetchKey(source: ActorSource, iri: string): Promise<RemoteKey | undefined> {
  try {
    const actor = await fetchActor(source, await ownerOf(source, iri));
    const listed = actor.keys.find((key) => key.iri === iri);
    if (!listed || originOf(listed.iri) !== originOf(actor.iri)) return undefined;
    await recordRemoteKey(source.app, { iri, actorIri: actor.iri, publicKeyPem: listed.publicKeyPem });
    return toRemoteKey(iri, actor.iri, listed.publicKeyPem);
  } catch (error) {
    if (error instanceof FetchFailure) return undefined;
    throw error;
  }
}

async function ownerOf({ fetcher }: ActorSource, iri: string): Promise<string> {
  // A fragment stands in the document of the rest of the IRI, which nearly always is the actor.
  if (iri.includes("#")) return iri.slice(0, iri.indexOf("#"));
  const { document, iri: id } = await fetcher.fetchDocument(iri);
  return textOf(document["publicKeyPem"]) === undefined ? id : (idOf(document["owner"]) ?? id);
}

function toRemoteKey(iri: string, actorIri: string, publicKeyPem: string): RemoteKey {
  return { iri, actorIri, publicKey: createPublicKey(publicKeyPem) };
}
