import { expect, test } from "vitest";
import { makePrivate } from "../src/community/make-private.ts";
import { members } from "../src/db/schema/community.ts";
import { withdrawPost, writePost } from "../src/post/write-post.ts";
import { withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";

test("a community that becomes private tells its followers that it has gone, and only those stay who can read it", () =>
  withFederation(async (federated) => {
    const { app, settle, owed, door } = federated;
    const communityId = await makeCommunity(app);
    const follower = await makeMember(app, communityId);
    const person = await makePerson(app);
    await makeMember(app, communityId, { authorId: person.authorId, role: "owner" });

    await makePrivate(app, communityId, person.authorId);
    await settle();

    const actor = `https://moot.example/actors/${communityId}`;
    expect((await owed()).map(({ inbox, activity }) => [inbox, activity["type"], activity["object"]])).toEqual([
      ["https://remote.example/inbox", "Delete", actor],
    ]);
    const states = new Map((await app.db.select().from(members)).map(({ authorId, state }) => [authorId, state]));
    expect(states.get(follower)).toBe("left");
    expect(states.get(person.authorId)).toBe("active");
    const headers = { accept: "application/activity+json" };
    expect((await door.routes.request(`/actors/${communityId}`, { headers })).status).toBe(404);
  }));

test("what waits to be told to outsiders when a community becomes private is told no more, but for what takes something back", () =>
  withFederation(async ({ app, settle, owed }) => {
    const communityId = await makeCommunity(app);
    await makeMember(app, communityId);
    const { authorId } = await makePerson(app);
    await makeMember(app, communityId, { authorId, role: "owner" });
    const write = async (text: string) => await writePost(app, { communityId, authorId, text, key: text });
    const regretted = await write("Soon forgotten");
    await write("For everybody");
    await settle();
    if ("postId" in regretted) await withdrawPost(app, authorId, regretted.postId);
    await settle();
    const waiting = await owed();
    expect(new Set(waiting.map(({ activity }) => activity["type"]))).toEqual(new Set(["Announce", "Delete", "Undo"]));
    expect(JSON.stringify(waiting)).toContain("For everybody");
    // Noted before, and turned into activities after.
    await write("On its way");

    await makePrivate(app, communityId, authorId);
    await settle();

    const told = await owed();
    const words = told.map(({ id }) => id.split("/")[0]);
    expect(new Set(words)).toEqual(new Set(["delete", "announce-delete", "undo", "closed"]));
    expect(JSON.stringify(told)).not.toContain("For everybody");
  }));

test("nobody follows what is private, and no answer says that it is there", () =>
  withFederation(async ({ app, peer, receive, owed }) => {
    const communityId = await makeCommunity(app, { visibility: "private", joinPolicy: "invite" });
    const ana = peer.person("ana");
    const object = `https://moot.example/actors/${communityId}`;

    const activity = { id: `${ana.iri}/1`, type: "Follow", actor: ana.iri, object };
    expect((await receive(ana.request(`${object}/inbox`, activity))).status).toBe(202);

    expect(await app.db.$count(members)).toBe(0);
    expect(await owed()).toEqual([]);
  }));

test("a community whose owners all live elsewhere cannot become private", () =>
  withFederation(async ({ app }) => {
    const communityId = await makeCommunity(app);
    await makeMember(app, communityId, { authorId: await makeAuthor(app), role: "owner" });

    await expect(makePrivate(app, communityId, "test")).rejects.toThrow("make somebody else one first");
  }));
