import type { App } from "../src/app.ts";
import type { KeyRing } from "../src/community/local-keys.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import { isObject, type Json, textOf } from "./as2.ts";
import { irisOf, keyIri, readLocalActor } from "./iris.ts";
import { proveActivity } from "./prove-activity.ts";

/**
 * What actors of ours say to everybody, with their proof, made once for all who get it. What is said to one person gets none: they could
 * show it to others. Nor does an Announce: nobody passes it on, its object bears the author's own proof, and it is what we say most often.
 */
export async function proveOwed(app: App, ring: KeyRing, owed: readonly OwedActivity[]): Promise<OwedActivity[]> {
  const iris = irisOf(app.config.origin);
  return await Promise.all(
    owed.map(async (one) => {
      const { activity } = one;
      const isPassedOn = activity.audience === "public" && activity.type !== "Announce";
      const actorId = isPassedOn ? actorToProve(app, activity.body) : undefined;
      if (!actorId) return one;
      const { ed25519 } = await ring.get(actorId);
      return {
        ...one,
        activity: {
          ...activity,
          body: proveActivity(activity.body, ed25519, keyIri(iris.actor(actorId), ed25519), app.now()),
        },
      };
    }),
  );
}

/** The actor of ours whose activity it is, if it bears no proof yet. */
function actorToProve({ config }: App, body: string) {
  const document: Json = JSON.parse(body);
  if (!isObject(document) || document["proof"] !== undefined) return undefined;
  return readLocalActor(config.origin, textOf(document["actor"]) ?? "");
}
