import { afterAll, beforeAll } from "vitest";
import { makePrivate } from "../../src/community/make-private.ts";
import { type Federated, withFederation } from "../federated-app.ts";
import { makePrivateWorld, type PrivateWorld } from "./private-world.ts";

/** Since when a community is private. */
export const beginnings = ["from its beginning", "since later"] as const;

/** What the tests of one beginning look at, all of them: none takes away what another looks for. */
export interface Scene extends PrivateWorld {
  readonly app: Federated["app"];
}

/** Fills a private world before the tests of a `describe` and ends it after them. @returns the scene as it is while they run */
export function openScene(beginning: (typeof beginnings)[number]): () => Scene {
  const ended = Promise.withResolvers<void>();
  let scene: Scene | undefined;
  let over: Promise<void> | undefined;

  beforeAll(async () => {
    const opened = Promise.withResolvers<Scene>();
    over = withFederation(async (federated) => {
      const close = async (communityId: PrivateWorld["communityId"], by: { readonly authorId: string }) =>
        await makePrivate(federated.app, communityId, by.authorId);
      const world = await makePrivateWorld(federated, beginning === "since later" ? close : undefined);
      opened.resolve({ ...world, app: federated.app });
      await ended.promise;
    });
    over.catch(opened.reject);
    scene = await opened.promise;
  });
  afterAll(async () => {
    ended.resolve();
    await over;
  });
  return () => scene!;
}
