import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { followGroup } from "../src/community/followed-groups.ts";
import { getCommunity } from "../src/community/get-community.ts";
import { communities, followedGroups } from "../src/db/schema/community.ts";
import { posts } from "../src/db/schema/post.ts";
import { follow, inbox, world } from "../test/conversations.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import type { PeerActor } from "../test/fediverse.ts";
import { fetchActor } from "./actors.ts";
import { changeAliasesOf, moveTo } from "./move-group.ts";

async function read({ door }: Federated, iri: string): Promise<Record<string, unknown>> {
  const response = await door.routes.request(iri, { headers: { accept: "application/activity+json" } });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

/** Moves the community of the world to a group elsewhere that knows of it. */
async function moveAway(federated: Federated) {
  const all = await world(federated);
  federated.app.advance(60_000);
  const target = federated.peer.person("dogs", { type: "Group", alsoKnownAs: [all.group] });
  const move = async (to = target.iri) =>
    await moveTo(federated.door.source, await getCommunity(federated.app.db, "cats"), to, "test");
  await move();
  await federated.settle();
  return { ...all, target, move };
}

const movesTold = async (federated: Federated) =>
  (await federated.owed()).filter(({ activity }) => activity["type"] === "Move");

test("a community that goes on elsewhere says so in its actor, and tells its followers once", () =>
  withFederation(async (federated) => {
    const { group, target, move } = await moveAway(federated);

    const actor = await read(federated, group);
    expect(actor).toMatchObject({ movedTo: target.iri });
    expect(JSON.stringify(actor["@context"])).toContain("as:movedTo");
    const told = (await federated.owed()).map(({ activity }) => activity["type"]);
    expect(told).toEqual(["Update", "Move"]);
    const [sent] = await movesTold(federated);
    const { activity } = sent!;
    expect(sent!.inbox).toBe("https://remote.example/inbox");
    expect(activity).toMatchObject({ actor: group, object: group, target: target.iri, to: [`${group}/followers`] });
    expect(await read(federated, String(activity["id"]))).toEqual(activity);

    await move();
    await federated.settle();
    expect(await movesTold(federated)).toHaveLength(1);
  }));

test("nothing is taken by a community that has moved, and whoever speaks to it hears where it is, once", () =>
  withFederation(async (federated) => {
    const { ana, send, target, group } = await moveAway(federated);
    const late = await send(ana, "Is anybody here?");
    await federated.receive(
      ana.request(inbox, { ...ana.note("x", { id: late.id, cc: [group] }).create, id: `${late.id}/again` }),
    );

    expect(await federated.app.db.$count(posts)).toBe(0);
    const notices = (await federated.owed()).filter(({ activity }) => activity["type"] === "Create");
    expect(notices).toHaveLength(1);
    expect(notices[0]!.activity["object"]).toMatchObject({ inReplyTo: late.id, to: [ana.iri] });
    expect(JSON.stringify(notices[0]!.activity["object"])).toContain(target.iri);
  }));

test("nobody new joins a community that has moved", () =>
  withFederation(async (federated) => {
    const { ben, group } = await moveAway(federated);
    await follow(federated, ben, group);

    const answers = (await federated.owed()).filter(({ inbox }) => inbox.startsWith(ben.iri));
    expect(answers.map(({ activity }) => activity["type"])).toEqual(["Reject"]);
  }));

test.each([
  ["does not name it", { type: "Group" }, "does not name"],
  ["names somebody else", { type: "Group", alsoKnownAs: ["https://moot.example/actors/another"] }, "does not name"],
  ["is no group", { type: "Person" }, "is not a group but a Person"],
])("a community cannot move to what %s", (_, more, words) =>
  withFederation(async (federated) => {
    await world(federated);
    const target = federated.peer.person("dogs", more);
    const cats = await getCommunity(federated.app.db, "cats");

    await expect(moveTo(federated.door.source, cats, target.iri, "test")).rejects.toThrow(words);

    expect((await getCommunity(federated.app.db, "cats")).movedTo).toBeNull();
    await federated.settle();
    expect(await federated.owed()).toEqual([]);
  }),
);

test("a community moves to one place only", () =>
  withFederation(async (federated) => {
    const { group, target, move } = await moveAway(federated);
    const other = federated.peer.person("birds", { type: "Group", alsoKnownAs: group });

    await expect(move(other.iri)).rejects.toThrow(`it has moved to ${target.iri} already`);
    await expect(move(`${federated.peer.origin}/users/nobody`)).rejects.toThrow("cannot be had");
  }));

test("the other names of a community stand in its actor, and its followers are told", () =>
  withFederation(async (federated) => {
    const { app, door } = federated;
    const { group } = await world(federated);
    const [one, two] = ["https://old.example/c/cats", "https://older.example/c/cats"];
    const change = async (what: { add?: string; remove?: string }) => {
      app.advance(60_000);
      return await changeAliasesOf(door.source, await getCommunity(app.db, "cats"), what, "test");
    };
    expect(await change({ add: one })).toEqual([one]);
    expect(await change({ add: two })).toEqual([one, two]);
    expect(await change({ add: two })).toEqual([one, two]);
    expect(await read(federated, group)).toMatchObject({ alsoKnownAs: [one, two] });
    expect(await change({ remove: one })).toEqual([two]);
    await federated.settle();
    expect((await federated.owed()).map(({ activity }) => activity["type"])).toEqual(["Update", "Update", "Update"]);

    for (const bad of ["cats", "https://moot.example/actors/1", "ftp://old.example/", "https://a b.example/", ""])
      await expect(change({ add: bad })).rejects.toThrow();
    expect((await getCommunity(app.db, "cats")).aliases).toEqual([two]);
  }));

/** The community follows a group elsewhere, and was accepted. */
async function following(federated: Federated, old: PeerActor) {
  const { app, door } = federated;
  const { communityId } = await world(federated);
  const { authorId } = await fetchActor(door.source, old.iri);
  await followGroup(app, communityId, authorId, "https://moot.example/activities/follow/old");
  await app.db.update(followedGroups).set({ acceptedAt: app.now() });
}

const moveOf = (old: PeerActor, target: string, more: object = {}) => ({
  "@context": "https://www.w3.org/ns/activitystreams",
  id: `${old.iri}#moves/1`,
  type: "Move",
  actor: old.iri,
  object: old.iri,
  target,
  ...more,
});

test("a group that moves is followed to its new home, not heard at the old one, and told that it is not followed there", () =>
  withFederation(async (federated) => {
    const { peer, app } = federated;
    const old = peer.person("old", { type: "Group" });
    const target = peer.person("new", { type: "Group", alsoKnownAs: [old.iri] });
    await following(federated, old);

    await federated.receive(old.request(inbox, moveOf(old, target.iri)));

    expect(await app.db.select().from(followedGroups)).toMatchObject([{ acceptedAt: null }]);
    const said = (await federated.owed()).slice(-2);
    expect(said).toMatchObject([
      { inbox: `${old.iri}/inbox`, audience: "direct" },
      { inbox: `${target.iri}/inbox`, audience: "direct" },
    ]);
    const follow = { id: "https://moot.example/activities/follow/old", type: "Follow", object: old.iri };
    expect(said[0]!.activity).toMatchObject({ type: "Undo", object: follow, to: [old.iri] });
    expect(said[1]!.activity).toMatchObject({ type: "Follow", object: target.iri });
    const { note } = peer.person("ana2").note("At the old place");
    const announce = { ...moveOf(old, ""), id: `${old.iri}/a/1`, type: "Announce", object: note.id };
    await federated.receive(old.request(inbox, announce));
    expect(await app.db.$count(posts)).toBe(0);
  }));

test.each([
  ["to a group that does not know of it", () => ({}), "new"],
  ["to a person", () => ({ type: "Person" }), "new"],
  ["to nothing that can be had", () => ({}), "nobody"],
] as const)("a Move %s changes nothing", (_, more, name) =>
  withFederation(async (federated) => {
    const { peer, app } = federated;
    const old = peer.person("old", { type: "Group" });
    peer.person("new", { type: "Group", ...more() });
    await following(federated, old);
    const before = await app.db.select().from(followedGroups);

    await federated.receive(old.request(inbox, moveOf(old, `${peer.origin}/users/${name}`)));

    expect(await app.db.select().from(followedGroups)).toEqual(before);
  }),
);

test("nobody moves a group but itself", () =>
  withFederation(async (federated) => {
    const { peer, app } = federated;
    const old = peer.person("old", { type: "Group" });
    const eve = peer.person("eve");
    const target = peer.person("new", { type: "Group", alsoKnownAs: [old.iri, eve.iri] });
    await following(federated, old);
    const before = await app.db.select().from(followedGroups);

    await federated.receive(eve.request(inbox, moveOf(old, target.iri, { id: `${eve.iri}#moves/1`, actor: eve.iri })));

    expect(await app.db.select().from(followedGroups)).toEqual(before);
    expect(
      await app.db.select().from(communities).where(eq(communities.handle, "cats")).orderBy(communities.id),
    ).toMatchObject([{ movedTo: null }]);
  }));
