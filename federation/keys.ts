import { createPublicKey } from "node:crypto";
import { findRemoteKey, recordRemoteKey } from "../src/author/remote-keys.ts";
import { limits } from "../src/core/limits.ts";
import { Recent } from "../src/core/recent.ts";
import { type ActorSource, fetchActor } from "./actors.ts";
import { idOf, originOf } from "./as2.ts";
import { FetchFailure } from "./documents.ts";
import { type KeyFinder, KeyUnavailable, type RemoteKey } from "./http-signature.ts";

/** A key as it was last read from the file. */
interface KeyAtHand {
  readonly key: RemoteKey;
  readonly publicKeyPem: string;
  readonly readAt: number;
}

/** When the home of a key was asked for it, and in vain why. */
interface Asked {
  readonly at: number;
  readonly failure?: FetchFailure["kind"];
}

/**
 * Finds the keys of other servers: those at hand, else those on file, else at their homes. A key counts only when it led to an actor that
 * lists it.
 *
 * Nobody's home is asked twice for one key within `limits.keyRetry`, whether it could not be had or did not fit. Whoever asks for a key
 * that is just being asked for waits for that answer.
 */
export function createKeyFinder(source: ActorSource): KeyFinder {
  const atHand = new Recent<KeyAtHand>(limits.remoteKeysAtHand);
  const asked = new Recent<Asked>(limits.remoteKeysAtHand);
  const underWay = new Map<string, Promise<RemoteKey | undefined>>();
  const now = () => source.app.now().getTime();

  const readFile = async (iri: string) => {
    const filed = await findRemoteKey(source.app.db, iri);
    if (!filed) return undefined;
    const before = atHand.get(iri);
    const isSame = before?.publicKeyPem === filed.publicKeyPem && before.key.actorIri === filed.actorIri;
    const key = isSame ? before.key : toRemoteKey(filed);
    atHand.set(iri, { key, publicKeyPem: filed.publicKeyPem, readAt: now() });
    return key;
  };
  const askHome = async (iri: string) => {
    const last = asked.get(iri);
    if (last && now() - last.at < limits.keyRetry) {
      if (last.failure === "unreachable") throw new KeyUnavailable(`${iri} could not be reached`);
      return undefined;
    }
    asked.set(iri, { at: now() });
    try {
      await fileKey(source, iri);
      return await readFile(iri);
    } catch (error) {
      if (!(error instanceof FetchFailure)) throw error;
      asked.set(iri, { at: now(), failure: error.kind });
      if (error.kind === "unreachable") throw new KeyUnavailable(`${iri} could not be reached`, { cause: error });
      return undefined;
    }
  };
  const askOnce = (iri: string) => {
    const answer = underWay.get(iri) ?? askHome(iri).finally(() => underWay.delete(iri));
    underWay.set(iri, answer);
    return answer;
  };

  return {
    find: async (iri) => {
      const near = atHand.get(iri);
      if (near && now() - near.readAt < limits.keyAtHand) return near.key;
      return (await readFile(iri)) ?? (await askOnce(iri));
    },
    refresh: async (iri) => {
      const near = atHand.get(iri)?.key;
      const filed = await readFile(iri);
      // Another process, or an Update of the actor, may have put the new one on file.
      return filed && filed !== near ? filed : await askOnce(iri);
    },
  };
}

/**
 * Gets a key from its home and puts it on file, with its actor, if the actor lists it. Its document is its actor, leads to it (GoToSocial),
 * or is the key alone, which names its owner.
 *
 * @throws {FetchFailure}
 */
async function fileKey(source: ActorSource, iri: string): Promise<void> {
  const actor = await fetchActor(source, await ownerOf(source, iri));
  const listed = actor.keys.find((key) => key.iri === iri);
  if (!listed || originOf(listed.iri) !== originOf(actor.iri))
    throw new FetchFailure("invalid", `${actor.iri} does not list ${iri}`);
  await recordRemoteKey(source.app, { iri, actorIri: actor.iri, publicKeyPem: listed.publicKeyPem });
}

async function ownerOf({ fetcher }: ActorSource, iri: string): Promise<string> {
  // A fragment stands in the document of the rest of the IRI, which nearly always is the actor.
  if (iri.includes("#")) return iri.slice(0, iri.indexOf("#"));
  const { document, iri: id } = await fetcher.fetchDocument(iri);
  const isKey = document["publicKeyPem"] !== undefined || document["publicKeyMultibase"] !== undefined;
  return (isKey ? idOf(document["owner"] ?? document["controller"]) : undefined) ?? id;
}

function toRemoteKey({
  iri,
  actorIri,
  publicKeyPem,
}: {
  iri: string;
  actorIri: string;
  publicKeyPem: string;
}): RemoteKey {
  return { iri, actorIri, publicKey: createPublicKey(publicKeyPem) };
}
