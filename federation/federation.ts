import { createFederation, type Federation, MemoryKvStore } from "@fedify/fedify";
import { findLocalPerson } from "../src/account/local-person.ts";
import { readSignUpPolicy } from "../src/account/sign-up-policy.ts";
import type { App } from "../src/app.ts";
import { type Community, findPublicCommunity } from "../src/community/get-community.ts";
import type { KeyRing } from "../src/community/local-keys.ts";
import { countUsage } from "../src/community/usage.ts";
import type { LocalActorId } from "../src/core/ids.ts";
import { version } from "../src/core/version.ts";
import { actorIdOf } from "./actor-documents.ts";
import { intentsOf } from "./capabilities.ts";
import { contextLoader } from "./contexts.ts";
import { irisOf } from "./iris.ts";
import { toGroup, toInstance, toPerson } from "./to-actor.ts";

/** How Fedify knows the actor of the server itself, which stands at a path of its own. */
const instance = "instance";

export interface LocalActors {
  readonly app: App;
  readonly ring: KeyRing;
  readonly instanceId: LocalActorId;
}

/**
 * Fedify's part of the door: how our actors are found (WebFinger) and described, and NodeInfo. Activities neither come nor go through
 * it: see `acceptActivity` and `startDeliverer`.
 */
export function createFolkmootFederation(actors: LocalActors): Federation<App> {
  const { app } = actors;
  const federation = createFederation<App>({
    kv: new MemoryKvStore(),
    origin: app.config.origin,
    contextLoaderFactory: () => contextLoader,
    documentLoaderFactory: () => contextLoader,
  });
  const usage = rememberUsage(app);
  registerActors(federation, actors);
  const intents = intentsOf(app.config.origin);
  federation.setWebFingerLinksDispatcher(() => intents);
  federation.setInboxListeners("/actors/{identifier}/inbox", "/inbox");
  federation.setNodeInfoDispatcher("/nodeinfo/2.1", async () => ({
    software: { name: "folkmoot", version },
    protocols: ["activitypub"],
    services: { inbound: [], outbound: ["atom1.0"] },
    openRegistrations: (await readSignUpPolicy(app.db)) === "open",
    usage: await usage(),
    metadata: { nodeName: new URL(app.config.origin).host },
  }));
  return federation;
}

/** Counting takes a while in a large archive, and nobody needs it exact: it is done once an hour. */
function rememberUsage(app: App) {
  let counted: { at: number; usage: ReturnType<typeof countUsage> } | undefined;
  return () => {
    const at = app.now().getTime();
    if (!counted || at - counted.at > 60 * 60 * 1000) counted = { at, usage: countUsage(app) };
    return counted.usage;
  };
}

function registerActors(federation: Federation<App>, { app, ring, instanceId }: LocalActors): void {
  const iris = irisOf(app.config.origin);
  const { hostname } = new URL(app.config.origin);
  federation
    .setActorDispatcher("/actors/{identifier}", async (_, identifier) => {
      if (identifier === instance) return await toInstance(hostname, await ring.get(instanceId), iris);
      const community = await findByActor(app, identifier);
      if (community) return await toGroup(community, await ring.get(actorIdOf(community)), iris);
      const person = await findLocalPerson(app.db, identifier);
      return person?.state === "active" ? await toPerson(person, await ring.get(person.actorId), iris) : null;
    })
    .mapActorAlias("/actor", instance)
    .mapHandle(async (_, handle) => {
      if (handle === hostname) return instance;
      const community = await findPublicCommunity(app.db, handle);
      if (community && handle.toLowerCase() === community.handle) return community.id;
      const person = await findLocalPerson(app.db, handle);
      return person && handle.toLowerCase() === person.handle ? person.actorId : null;
    });
}

async function findByActor(app: App, identifier: string): Promise<Community | undefined> {
  const community = await findPublicCommunity(app.db, identifier);
  return community?.id === identifier ? community : undefined;
}
