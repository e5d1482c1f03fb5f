import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listFollowed, unfollowGroup } from "../src/community/followed-groups.ts";
import { world } from "../test/conversations.ts";
import { withFederation } from "../test/federated-app.ts";
import { askToFollow } from "./follow-group.ts";

test("a community that stops following a group tells it, and asks anew by another name when it comes back", () =>
  withFederation(async (federated) => {
    const { app, door, peer, settle } = federated;
    const { communityId, group } = await world(federated);
    const dogs = peer.person("dogs", { type: "Group" });
    await askToFollow(door.source, communityId, dogs.iri);
    await settle();
    const [followed] = await listFollowed(app.db, communityId);
    expect(followed).toMatchObject({ iri: dogs.iri, accepted: false });

    expect(await unfollowGroup(app, communityId, followed!.groupId)).toBe(true);
    expect(await unfollowGroup(app, communityId, followed!.groupId)).toBe(false);
    await settle();
    app.advance(1000);
    await askToFollow(door.source, communityId, dogs.iri);
    await settle();

    const said = (await federated.owed()).map(({ activity }) => activity);
    expect(said.map(({ type }) => type)).toEqual(["Follow", "Undo", "Follow"]);
    const { "@context": _, ...follow } = said[0]!;
    expect(said[1]).toMatchObject({ actor: group, object: follow, to: [dogs.iri] });
    expect(said[2]!["id"]).not.toBe(said[0]!["id"]);
    expect(await listFollowed(app.db, communityId)).toHaveLength(1);
  }));

test("NodeBB's Accept is taken, though the name of a group stands in its id with a blank", () =>
  withFederation(async (federated) => {
    const { app, door, peer, settle, receive } = federated;
    const { communityId } = await world(federated);
    const category = peer.person("category", { type: "Group" });
    await askToFollow(door.source, communityId, category.iri);
    await settle();
    const [follow] = await federated.owed();
    const accept = readFileSync(new URL("../test/fixtures/nodebb/accept-of-a-group-with-a-blank.json", import.meta.url))
      .toString()
      .replaceAll("https://nodebb.example/category/2", category.iri)
      .replaceAll("https://moot.example/activities/follow/1", String(follow!.activity["id"]))
      .replaceAll("GROUP", communityId);

    const answer = await receive(category.request("https://moot.example/inbox", JSON.parse(accept)));

    expect(answer.status).toBe(202);
    expect(await listFollowed(app.db, communityId)).toMatchObject([{ iri: category.iri, accepted: true }]);
  }));

test("a Follow that was taken back before it was sent is not sent", () =>
  withFederation(async (federated) => {
    const { app, door, peer, settle } = federated;
    const { communityId } = await world(federated);
    const dogs = peer.person("dogs", { type: "Group" });
    await askToFollow(door.source, communityId, dogs.iri);
    const [followed] = await listFollowed(app.db, communityId);
    await unfollowGroup(app, communityId, followed!.groupId);
    await settle();

    expect((await federated.owed()).map(({ activity }) => activity["type"])).toEqual(["Undo"]);
  }));
