import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { CommunityId, ThreadId } from "../src/core/ids.ts";
import { members } from "../src/db/schema/community.ts";
import { posts } from "../src/db/schema/post.ts";
import { reactionOriginals, reactions } from "../src/db/schema/reaction.ts";
import { peers } from "../src/db/schema/traffic.ts";
import { countReactions } from "../src/post/count-reactions.ts";
import { findThread } from "../src/post/find-thread.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeMember } from "../test/make.ts";
import { kinds, world } from "../test/reacted-world.ts";
import { resolveActors } from "./actors.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";
const everybody = `${as}#Public`;

/** Followers on servers of both families, and on one of which nothing is known. */
async function withFollowers({ app }: Federated, communityId: CommunityId) {
  for (const [host, software] of [
    ["lemmy.example", "lemmy"],
    ["mastodon.example", "mastodon"],
    ["silent.example", null],
  ] as const) {
    await makeMember(app, communityId, { authorId: await makeAuthor(app, { host }) });
    await app.db.insert(peers).values({ host, software, createdAt: app.now() });
  }
}

test("a like counts once a person, and a dislike takes its place", () =>
  withFederation(async (federated) => {
    const { ana, send, object, postId } = await world(federated);

    expect((await send(ana, { type: "Like", object })).outcome).toBe("done: like");
    await send(ana, { type: "Like", object });
    expect(await kinds(federated)).toEqual(["like"]);
    await send(federated.peer.person("ben"), { type: "Like", object });
    await send(ana, { type: "Dislike", object });

    expect(await countReactions(federated.app.db, postId)).toEqual({
      likes: 1,
      dislikes: 1,
      emoji: 0,
      emojis: [],
      boosts: 0,
    });
  }));

test("Misskey's and Pleroma's emoji are reactions of their own; a heart is a like, and words are nothing", () =>
  withFederation(async (federated) => {
    const { send, object, postId } = await world(federated);
    const says = async (name: string, activity: object) =>
      (await send(federated.peer.person(name), { object, ...activity })).outcome;

    await says("a", { type: "Like", content: "👏", _misskey_reaction: "👏" });
    await says("b", { type: "Like", content: ":blobcat:", _misskey_reaction: ":blobcat:" });
    await says("c", { type: "Like", content: "❤", _misskey_reaction: "❤" });
    await says("d", { type: "EmojiReact", content: "👩‍🌾" });
    expect(await says("e", { type: "EmojiReact", content: "👏👏" })).toBe("ignored: not a readable reaction");
    expect(await says("f", { type: "EmojiReact" })).toBe("ignored: not a readable reaction");

    await says("g", { type: "EmojiReact", content: "👩‍🌾" });

    const count = { likes: 1, emoji: 4, emojis: ["👩‍🌾", "👏"] };
    expect(await countReactions(federated.app.db, postId)).toMatchObject(count);
  }));

test("a reaction is taken back by its id, or given whole, whatever the copy is called", () =>
  withFederation(async (federated) => {
    const { ana, send, object } = await world(federated);
    const eve = federated.peer.person("eve");
    const like = await send(ana, { type: "Like", object });
    expect((await send(eve, { type: "Undo", object: like.id })).outcome).toMatch(/^ignored/);
    expect(await kinds(federated)).toEqual(["like"]);

    await send(ana, { type: "Undo", object: like.id });
    expect(await kinds(federated)).toEqual([]);

    await send(ana, { type: "Dislike", object });
    const copy = { id: `${ana.iri}/another`, type: "Dislike", actor: ana.iri, object };
    await send(eve, { type: "Undo", object: copy });
    expect(await kinds(federated)).toEqual(["dislike"]);
    await send(ana, { type: "Undo", object: copy });

    expect(await kinds(federated)).toEqual([]);
  }));

test("reactions and their withdrawal go to the FEP-1b12 family byte for byte, and to nobody else", () =>
  withFederation(async (federated) => {
    const { ana, send, object, communityId, postId } = await world(federated);
    await withFollowers(federated, communityId);
    const raw = `{"@context":"${as}","id":"${ana.iri}#likes/7","type":"Like","actor":"${ana.iri}","object":"${object}","cc":[],"odd":{"z":1,"a":2}}`;

    await federated.receive(ana.request(inbox, raw));
    // Once more by another name: nothing new, but that is what is taken back later.
    await send(ana, { type: "Like", object, id: `${ana.iri}#likes/8` });
    await send(ana, { type: "Undo", object: `${ana.iri}#likes/8` });

    const owed = await federated.owed();
    expect(owed.map((one) => [one.inbox, one.activity["type"]])).toEqual([
      ["https://lemmy.example/inbox", "Announce"],
      ["https://lemmy.example/inbox", "Announce"],
    ]);
    expect(owed[0]?.activity).toMatchObject({ to: [everybody], actor: `https://moot.example/actors/${communityId}` });
    expect(JSON.stringify(owed[0]?.activity["object"])).toBe(raw);
    expect(owed[1]?.activity["object"]).toMatchObject({ type: "Undo", object: `${ana.iri}#likes/8` });
    expect(await federated.app.db.select().from(reactionOriginals)).toEqual([]);
    const routes = federated.door.routes;
    expect((await routes.request(String(owed[0]?.activity["id"]))).status).toBe(200);
    const outbox = await (await routes.request(`https://moot.example/actors/${communityId}/outbox`)).json();
    expect(outbox).toMatchObject({ totalItems: 0 });
    expect(owed[0]?.id).toContain(postId);
  }));

test("a like that comes again after it was taken back counts and is told again, though snac and NodeBB give it the same id", () =>
  withFederation(async (federated) => {
    const { app, receive, owed } = federated;
    const { ana, object, communityId } = await world(federated);
    await withFollowers(federated, communityId);
    const like = { "@context": as, id: `${ana.iri}/l/1`, type: "Like", actor: ana.iri, object };
    const undo = { "@context": as, id: `${ana.iri}/l/1/Undo`, type: "Undo", actor: ana.iri, object: like };
    const overheard = ana.request(inbox, like);

    for (const activity of [like, undo, like, undo, like]) {
      await receive(ana.request(inbox, activity));
      expect(await kinds(federated)).toEqual(activity === like ? ["like"] : []);
      app.advance(60_000);
    }
    const told = (await owed()).map(({ activity }) => (activity["object"] as { type: string }).type);
    expect(told).toEqual(["Like", "Undo", "Like", "Undo", "Like"]);

    await receive(ana.request(inbox, undo));
    app.advance(60_000);
    await receive(overheard);
    expect(await kinds(federated)).toEqual([]);
  }));

test("nothing is counted of somebody who was banned or suspended, of a blocked server, or for a post that cannot be read", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { ana, send, object, communityId, postId } = await world(federated);
    const isIgnored = async () => {
      expect((await send(ana, { type: "Like", object })).outcome).toMatch(/^ignored: nothing/);
    };
    const authorId = (await resolveActors(federated.door.source, [ana.iri])).get(ana.iri)!;

    await makeMember(app, communityId, { authorId, state: "banned" });
    await isIgnored();
    await app.db.update(members).set({ state: "left" }).where(eq(members.authorId, authorId));
    await app.db
      .insert(peers)
      .values({ host: federated.peer.host, policy: "blocked", createdAt: app.now() })
      .onConflictDoUpdate({ target: peers.host, set: { policy: "blocked" } });
    await isIgnored();
    await app.db.update(peers).set({ policy: "open" });
    await app.db.update(posts).set({ state: "removed", goneAt: app.now() }).where(eq(posts.id, postId));
    await isIgnored();

    expect(await kinds(federated)).toEqual([]);
    expect(await federated.owed()).toEqual([]);
  }));

test("a reaction to a post of which nobody was told is counted, and nobody is told of it either", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { ana, send, object, communityId } = await world(federated);
    await withFollowers(federated, communityId);
    await app.db.update(posts).set({ quiet: true });

    await send(ana, { type: "Like", object });

    expect(await kinds(federated)).toEqual(["like"]);
    expect(await federated.owed()).toEqual([]);
    expect(await app.db.select().from(reactionOriginals)).toEqual([]);
  }));

test("a person's boost of a post here counts and is told to nobody; a quiet one, a group's, or one of something else does not", () =>
  withFederation(async (federated) => {
    const { ana, send, object, communityId } = await world(federated);
    await withFollowers(federated, communityId);
    const group = federated.peer.person("plants", { type: "Group" });
    await resolveActors(federated.door.source, [group.iri]);
    const fetched = federated.peer.fetched.length;
    const to = [everybody];

    const elsewhere = await send(ana, { type: "Announce", object: `${federated.peer.origin}/notes/unknown`, to });
    expect(elsewhere.outcome).toMatch(/^ignored: nothing/);
    expect((await send(ana, { type: "Announce", object, to: [`${ana.iri}/followers`] })).outcome).toMatch(
      /^ignored: not/,
    );
    expect((await send(group, { type: "Announce", object, to })).outcome).toBe("ignored: a boost by a group");
    const whole = { id: `${ana.iri}/x`, type: "Create", actor: ana.iri, object };
    expect((await send(ana, { type: "Announce", object: whole, to })).outcome).toMatch(/^ignored: an Announce/);
    const boost = await send(ana, { type: "Announce", object, to });
    expect(boost.outcome).toBe("done: boost");
    expect(await kinds(federated)).toEqual(["boost"]);

    await send(ana, { type: "Undo", object: { id: boost.id, type: "Announce", actor: ana.iri, object } });
    expect(await kinds(federated)).toEqual([]);
    expect(await federated.owed()).toEqual([]);
    // Keys of those who sign, and nothing that was boosted.
    expect(federated.peer.fetched.slice(fetched).filter((path) => path.includes("notes"))).toEqual([]);
  }));

test("who deletes their account takes their reactions along, and a deleted post its own", () =>
  withFederation(async (federated) => {
    const { ana, send, object } = await world(federated);
    const ben = federated.peer.person("ben");
    await send(ana, { type: "Like", object });
    await send(ben, { type: "Like", object });
    const { note, create } = ben.note("Mine", { inReplyTo: object });
    await federated.receive(ben.request(inbox, create));
    await send(ana, { type: "Like", object: note.id });
    expect(await kinds(federated)).toHaveLength(3);

    await send(ben, { type: "Delete", object: note.id });
    expect(await kinds(federated)).toHaveLength(2);
    await send(ana, { type: "Delete", object: ana.iri });

    expect(await federated.app.db.select().from(reactions)).toMatchObject([{ authorName: ben.iri }]);
  }));

test("a reaction gives the page of its thread a new version; how many there are is told in collections, and never who", () =>
  withFederation(async (federated) => {
    const { app, door } = federated;
    const { ana, send, object, postId } = await world(federated);
    const versionOf = async () => (await findThread(app.db, postId as string as ThreadId))?.version;
    const before = await versionOf();

    await send(ana, { type: "Like", object });
    await send(ana, { type: "Announce", object, to: everybody });

    expect(await versionOf()).not.toBe(before);
    for (const name of ["likes", "shares"]) {
      const id = `https://moot.example/posts/${postId}/${name}`;
      const document = await (await door.routes.request(id)).json();
      expect(document).toEqual({ "@context": as, id, type: "Collection", totalItems: 1, items: [] });
    }
    const page = await door.routes.request(`https://moot.example/posts/${postId}/likes`, {
      headers: { accept: "text/html" },
    });
    expect(page.headers.get("location")).toBe(`https://moot.example/p/${postId}`);
    const unknown = "00000000-0000-4000-8000-000000000000";
    expect((await door.routes.request(`https://moot.example/posts/${unknown}/likes`)).status).toBe(404);
  }));
