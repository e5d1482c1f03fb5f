import { expect, test } from "vitest";
import { changeCommunity } from "../src/community/change-community.ts";
import { peers } from "../src/db/schema/traffic.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";

async function world({ app }: Federated) {
  const communityId = await makeCommunity(app);
  for (const software of ["lemmy", "mastodon"]) {
    const host = `${software}.example`;
    await app.db.insert(peers).values({ host, software, createdAt: app.now() });
    await makeMember(app, communityId, { authorId: await makeAuthor(app, { host }) });
  }
  const { authorId, actorId } = await makePerson(app, { handle: "mo", name: "Mo" });
  return {
    communityId,
    authorId,
    group: `https://moot.example/actors/${communityId}`,
    mo: `https://moot.example/actors/${actorId}`,
  };
}

test("a changed community tells every follower; those who believe moderators alone hear who changed it", () =>
  withFederation(async (federated) => {
    const { app, settle, owed } = federated;
    const { communityId, authorId, group, mo } = await world(federated);

    await changeCommunity(app, communityId, { name: "The cats" }, authorId);
    await settle();

    const told = (await owed()).map(({ inbox, activity }) => ({ host: new URL(inbox).host, activity }));
    const object = { id: group, type: "Group", name: "The cats" };
    const own = { type: "Update", actor: group, cc: [`${group}/followers`], object };
    const announce = { type: "Announce", actor: group, object: { type: "Update", actor: mo, cc: [group], object } };
    expect(
      told.toSorted((a, b) => `${a.host}${a.activity["type"]}`.localeCompare(`${b.host}${b.activity["type"]}`)),
    ).toMatchObject([
      { host: "lemmy.example", activity: announce },
      { host: "lemmy.example", activity: own },
      { host: "mastodon.example", activity: own },
    ]);
    const { id } = (
      told.find(({ activity }) => activity["type"] === "Announce")!.activity as { object: { id: string } }
    ).object;
    expect((await federated.door.routes.request(id, { headers: { accept: "application/activity+json" } })).status).toBe(
      200,
    );
  }));

test("what the command line changes is told by the community alone", () =>
  withFederation(async (federated) => {
    const { communityId } = await world(federated);

    await changeCommunity(federated.app, communityId, { summary: "Of cats." }, "command-line");
    await federated.settle();

    expect((await federated.owed()).map(({ activity }) => activity["type"])).toEqual(["Update", "Update"]);
  }));
