import type { Hono } from "hono";
import type { App } from "../src/app.ts";
import type { KeyRing, LocalKey, LocalKeys } from "../src/community/local-keys.ts";
import type { LocalActorId, PostId } from "../src/core/ids.ts";
import { createBatcher } from "../src/jobs/batcher.ts";
import { recordInbound } from "../src/jobs/inbound.ts";
import { createBlockList } from "../src/jobs/peer-rules.ts";
import type { Channel } from "../src/outbound/channel.ts";
import type { ConversationRun } from "../src/post/read-later.ts";
import { createActorWriter } from "./actor-documents.ts";
import { type ActorSource, refreshActor, resolveActors } from "./actors.ts";
import { createActivityPubChannel } from "./channel.ts";
import { checkQuotes, recheckQuotes } from "./check-quotes.ts";
import type { Signer } from "./deliver-request.ts";
import { createFetcher } from "./documents.ts";
import type { Door } from "./door.ts";
import { createFolkmootFederation } from "./federation.ts";
import { fetchAncestors } from "./fetch-ancestors.ts";
import { readInbox } from "./inbound-worker.ts";
import { irisOf, keyIri } from "./iris.ts";
import { createKeyFinder } from "./keys.ts";
import { readConversation } from "./read-conversation.ts";
import { recountPoll } from "./recount-poll.ts";
import { createFederationRoutes } from "./routes.ts";

export interface FederationOptions {
  readonly app: App;
  readonly ring: KeyRing;
  /** The actor that speaks for the server itself. */
  readonly instanceId: LocalActorId;
}

/** The federation door, open. Nothing in it runs by itself: whoever opened it calls what works. */
export interface FederationDoor {
  readonly routes: Hono;
  readonly channel: Channel;
  /** Reads the next activities that were accepted. @returns how many; 0 when nothing is due */
  readInbox(): Promise<number>;
  /** Looks for what an orphan answers. */
  fetchParent(postId: PostId): Promise<void>;
  /** Reads what else is said in a thread, elsewhere. */
  readConversation(run: ConversationRun): Promise<void>;
  /** Asks the home of a poll for its votes. */
  recountPoll(postId: PostId): Promise<void>;
  /** Asks whether a post may quote what it quotes. */
  checkQuotes(postId: PostId): Promise<void>;
  /** Asks once more where that was asked long ago. */
  recheckQuotes(): Promise<void>;
  /** Brings an actor up to date. */
  refreshActor(iri: string): Promise<void>;
  /** Whose key signs deliveries. */
  signerOf(actorId: LocalActorId): Promise<Signer>;
  readonly source: ActorSource;
}

/** How many activities are committed together when many come at once. */
const recordedAtOnce = 200;

/** Opens the door on a house. The guard must stand: everything here reaches other servers through it. */
export function openFederation({ app, ring, instanceId }: FederationOptions): FederationDoor {
  const iris = irisOf(app.config.origin);
  const blocked = createBlockList(app);
  const fetcher = createFetcher({
    origin: app.config.origin,
    signer: async () => toSigner(iris.instance, await ring.get(instanceId)),
    now: app.now,
    isBlocked: (host) => blocked.has(host),
  });
  const source: ActorSource = { app, fetcher };
  const door: Door = { app, fetcher, resolveActors: (actors) => resolveActors(source, actors) };
  const writer = createActorWriter(app.config.origin, ring, instanceId);
  const reception = {
    app,
    keys: createKeyFinder(source),
    record: createBatcher(
      (activities: Parameters<typeof recordInbound>[1]) => recordInbound(app.db, activities, app.now()),
      { maxBatch: recordedAtOnce },
    ),
    isBlocked: (host: string) => blocked.has(host),
  };
  const federation = createFolkmootFederation({ app, ring, instanceId });
  return {
    routes: createFederationRoutes(reception, { app, writer, federation }),
    channel: createActivityPubChannel({ writer, ring }),
    readInbox: () => readInbox(door),
    fetchParent: (postId) => fetchAncestors(door, postId),
    readConversation: (run) => readConversation(door, run),
    recountPoll: (postId) => recountPoll(door, postId),
    checkQuotes: (postId) => checkQuotes(door, postId),
    recheckQuotes: () => recheckQuotes(door),
    refreshActor: (iri) => refreshActor(source, iri),
    signerOf: async (actorId) =>
      toSigner(actorId === instanceId ? iris.instance : iris.actor(actorId), await ring.get(actorId)),
    source,
  };
}

function toSigner(actor: string, { rsa, former }: LocalKeys): Signer {
  const signerWith = (key: LocalKey) => ({ keyId: keyIri(actor, key), privateKey: key.privateKey });
  const last = former.rsa[0];
  return { ...signerWith(rsa), ...(last && { former: signerWith(last) }) };
}
