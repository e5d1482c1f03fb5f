import { expect, test } from "vitest";
import { answerFollowing, followGroup } from "../src/community/followed-groups.ts";
import type { CommunityId } from "../src/core/ids.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makePost } from "../test/make.ts";
import { kinds, world } from "../test/reacted-world.ts";
import { resolveActors } from "./actors.ts";

const everybody = "https://www.w3.org/ns/activitystreams#Public";

/** A group that the community follows, and whether it is the one to whom the first post is spoken. */
async function followedGroup(federated: Federated, communityId: CommunityId, addressed = true) {
  const { app, door, peer } = federated;
  const group = peer.person("plants", { type: "Group" });
  const groupId = (await resolveActors(door.source, [group.iri])).get(group.iri)!;
  const followIri = "https://moot.example/activities/follow/1";
  await followGroup(app, communityId, groupId, followIri);
  await answerFollowing(app, { followIri, actorIri: group.iri, accepted: true });
  const original = JSON.stringify({
    id: "https://remote.example/notes/2",
    type: "Page",
    attributedTo: "https://remote.example/users/x",
    to: [everybody, addressed ? group.iri : "https://remote.example/c/other"],
  });
  await makePost(app, communityId, { sourceId: "https://remote.example/notes/2", original });
  return { group, object: "https://remote.example/notes/2" };
}

test("votes that a followed group passes on count for its own threads: one, many at once, or taken back", () =>
  withFederation(async (federated) => {
    const { send, communityId, object: foreign } = await world(federated);
    const { group, object } = await followedGroup(federated, communityId);
    const like = (name: string, of = object) => ({
      id: `https://voters.example/likes/${name}`,
      type: "Like",
      actor: `https://voters.example/u/${name}`,
      object: of,
    });
    const items = [like("b"), { ...like("c"), type: "Dislike" }, { ...like("d"), actor: "https://other.example/u/d" }];

    await send(group, { type: "Announce", object: like("a") });
    await send(group, { type: "Announce", object: [like("a"), ...items] });
    await send(group, { type: "Announce", object: { type: "OrderedCollection", orderedItems: [like("e")] } });
    expect((await send(group, { type: "Announce", object: like("f", foreign) })).outcome).toMatch(/^ignored/);
    expect((await kinds(federated)).sort()).toEqual(["dislike", "like", "like", "like"]);

    const { actor } = like("a");
    await send(group, { type: "Announce", object: { id: `${actor}#undo`, type: "Undo", actor, object: like("a") } });
    const forged = {
      id: "https://evil.example/undo",
      type: "Undo",
      actor: "https://evil.example/u/x",
      object: like("b"),
    };
    await send(group, { type: "Announce", object: forged });

    expect((await kinds(federated)).sort()).toEqual(["dislike", "like", "like"]);
    expect(federated.peer.fetched.filter((path) => path.includes("voters"))).toEqual([]);
    expect((await federated.owed()).filter(({ activity }) => activity["type"] === "Announce")).toEqual([]);
  }));

test("votes of a group that nobody follows, or on a thread that is not its own, count nothing", () =>
  withFederation(async (federated) => {
    const { send, communityId, object } = await world(federated);
    const stranger = federated.peer.person("stranger", { type: "Group" });
    const vote = (of: string) => ({
      id: "https://v.example/1",
      type: "Like",
      actor: "https://v.example/u",
      object: of,
    });
    expect((await send(stranger, { type: "Announce", object: vote(object) })).outcome).toMatch(/^ignored/);
    const { group, object: other } = await followedGroup(federated, communityId, false);

    expect((await send(group, { type: "Announce", object: vote(other) })).outcome).toMatch(/^ignored: votes/);
    expect(await kinds(federated)).toEqual([]);
  }));
