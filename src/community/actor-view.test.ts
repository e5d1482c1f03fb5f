import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makeMember } from "../../test/make.ts";
import { withApp } from "../../test/with-app.ts";
import type { LocalActorId } from "../core/ids.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { oweAll } from "../jobs/deliveries.ts";
import { listModeratorIris, listOutbox } from "./actor-view.ts";

test("of what a community told at the same moment the newest comes first too", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const owed = ["1", "3", "2", "4"].map((name) => {
      const id = `announce/${name}`;
      const signerId = communityId as string as LocalActorId;
      const activity = { id, signerId, type: "Announce", body: JSON.stringify({ id }), audience: "public" } as const;
      return { activity, deliveries: [], orderKey: id };
    });
    await app.db.transaction((tx) => oweAll(tx, owed, app.now()));

    const { bodies } = await listOutbox(app.db, communityId, 3);

    expect(bodies.map((body) => JSON.parse(body).id)).toEqual(["announce/4", "announce/3", "announce/2"]);
  }));

test("moderators who became it at the same moment are always told of in one order", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorIds = [];
    for (const handle of ["ana", "ben", "cleo"]) authorIds.push(await makeAuthor(app, { handle }));
    for (const authorId of authorIds.toReversed()) await makeMember(app, communityId, { authorId, role: "moderator" });
    const actors = await app.db.select().from(remoteActors);
    const iriOf = new Map(actors.map(({ authorId, iri }) => [authorId, iri]));

    const iris = await listModeratorIris(app.db, app.config.origin, communityId);

    expect(iris).toEqual(authorIds.toSorted().map((id) => iriOf.get(id)));
  }));
