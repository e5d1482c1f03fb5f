import { expect, test } from "vitest";
import { followGroup } from "../src/community/followed-groups.ts";
import { limits } from "../src/core/limits.ts";
import { followedGroups } from "../src/db/schema/community.ts";
import { peers } from "../src/db/schema/traffic.ts";
import { readConversationJob } from "../src/post/read-later.ts";
import { archive, inbox, publicCollection, publishCollection, readOn, words, world } from "../test/conversations.ts";
import { withFederation } from "../test/federated-app.ts";
import { startPeer } from "../test/fediverse.ts";
import { listJobs } from "../test/jobs.ts";
import { fetchActor } from "./actors.ts";

test("a peer whose pages lie is believed about nobody but itself", () =>
  withFederation(async (federated) => {
    const { peer, app } = federated;
    const { ana, ben, send } = await world(federated);
    const other = await startPeer({ now: app.now });
    try {
      const carol = other.person("carol");
      const first = `${peer.origin}/pages/1`;
      const root = await send(ana, "1 Slugs", { replies: { type: "Collection", first, totalItems: 1_000_000 } });
      const words = (id: string, content: string, attributedTo: string) => ({
        id,
        type: "Note",
        content,
        attributedTo,
        inReplyTo: root.id,
        to: [publicCollection],
      });
      const true1 = carol.note("2 What Carol said", { inReplyTo: root.id }).note;
      peer.publish({
        id: first,
        type: "CollectionPage",
        partOf: `${peer.origin}/another`,
        next: `${peer.origin}/pages/2`,
        items: [
          { ...words(true1.id, "forged", carol.iri) },
          words(`${other.origin}/users/carol/never`, "never said", carol.iri),
          words(`${peer.origin}/x`, "put into her mouth", carol.iri),
          words(`${peer.origin}/users/ben/embedded`, "3 Ben, embedded", ben.iri),
          words("https://moot.example/posts/1", "ours", ben.iri),
        ],
      });
      peer.publish({ id: `${peer.origin}/pages/2`, type: "CollectionPage", next: first, items: [root.id] });
      other.publish({
        id: `${other.origin}/pages/3`,
        type: "CollectionPage",
        items: [carol.note("lured", { inReplyTo: root.id }).note.id],
      });
      peer.publish({
        id: `${peer.origin}/pages/2`,
        type: "CollectionPage",
        next: `${other.origin}/pages/3`,
        items: [first],
      });

      await send(ben, "4 Look", { inReplyTo: root.id });
      await readOn(federated);

      expect((await archive(federated)).map(({ words }) => words)).toEqual([
        "1 Slugs",
        "2 What Carol said",
        "3 Ben, embedded",
        "4 Look",
      ]);
      expect(other.fetched).not.toContain("/pages/3");
    } finally {
      await other.close();
    }
  }));

test("attack A14: what a post shows as replies to itself is asked for at home, also on its own server", () =>
  withFederation(async (federated) => {
    const { ana, ben, send } = await world(federated);
    const real = ben.note("2 What Ben said").note;
    const forged = { ...real, inReplyTo: `${ana.iri}/statuses/1`, content: "<p>forged</p>" };
    const never = { ...forged, id: `${ben.iri}/statuses/never` };
    const root = await send(ana, "1 Slugs", { replies: { type: "Collection", items: [forged, never] } });
    federated.peer.publish({ ...real, inReplyTo: root.id });
    await send(ana, "3 Look", { inReplyTo: root.id });

    await readOn(federated);

    expect(await words(federated)).toEqual(["1 Slugs", "2 What Ben said", "3 Look"]);
  }));

test("a conversation kept by a stranger is not read; one kept by a group is", () =>
  withFederation(async (federated) => {
    const { app, peer } = federated;
    const { ana, ben, send } = await world(federated);
    const other = await startPeer({ now: app.now });
    try {
      const [group, person] = [other.person("books", { type: "Group" }), other.person("eve")];
      for (const [owner, name] of [
        [person, "eve"],
        [group, "books"],
      ] as const) {
        const context = `${other.origin}/contexts/${name}`;
        const root = await send(ana, `of ${name}`, { context });
        publishCollection({ peer: other }, context, [ben.note(`told by ${name}`, { inReplyTo: root.id }).note.id], {
          attributedTo: owner.iri,
        });
        await send(ben, `to ${name}`, { inReplyTo: root.id });
      }
      await readOn(federated);

      expect(await words(federated)).toContain("told by books");
      expect(await words(federated)).not.toContain("told by eve");
      expect(peer.fetched.length).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  }));

test.each([
  ["replies without end", (origin: string) => endlessReplies(origin)],
  ["pages without end", (origin: string) => endlessPages(origin)],
  ["a tree without end", (origin: string) => endlessTree(origin)],
] as const)("a peer that makes up %s is asked so often and no more (attack C1)", (_, make) =>
  withFederation(async (federated) => {
    const { peer, app } = federated;
    const { ana, ben, send } = await world(federated);
    peer.invent(make(peer.origin));
    const root = await send(ana, "1 Slugs", { replies: `${peer.origin}/made/replies/0` });
    peer.publish({ ...root, id: `${peer.origin}/made/0` });
    await send(ben, "2 Look", { inReplyTo: root.id });
    const before = peer.fetched.length;

    const asked = () =>
      peer.fetched.slice(before).filter((path) => !path.includes("webfinger") && !path.includes("nodeinfo")).length;
    const counts: number[] = [];
    for (let run = 0; run < limits.conversationRuns + 2; run++) {
      const sofar = asked();
      await readOn(federated);
      counts.push(asked() - sofar);
      app.advance(limits.conversationPause);
    }
    expect(counts[0]).toBeGreaterThan(4);
    expect(Math.max(...counts)).toBeLessThanOrEqual(limits.conversationRequests);
    expect(counts.slice(limits.conversationRuns)).toEqual([0, 0]);
    expect(await listJobs(app, readConversationJob)).toEqual([]);
  }),
);

test.each([
  ["a collection of the conversation", true],
  ["the replies to its posts", false],
] as const)("what does not fit into one run, as %s names it, is read in later ones, each thing once", (_, asContext) =>
  withFederation(async (federated) => {
    const { peer, app } = federated;
    const { ana, ben, send } = await world(federated);
    const many = Math.floor(limits.conversationRequests * 1.5);
    const list = `${peer.origin}/all`;
    const root = await send(ana, "0", asContext ? { context: list } : { replies: list });
    const more = asContext ? {} : { replies: `${peer.origin}/deeper` };
    const said = Array.from(
      { length: many },
      (_, n) => ben.note(`${n + 1}`, { inReplyTo: root.id, ...(n === many - 1 ? more : {}) }).note,
    );
    const deep = ana.note("deep", { inReplyTo: said.at(-1)!.id }).note;
    const names = said.map(({ id }) => id);
    publishCollection(federated, list, asContext ? [...names, deep.id] : names);
    publishCollection(federated, `${peer.origin}/deeper`, [deep.id]);
    await send(ben, "look", { inReplyTo: root.id });

    await readOn(federated);
    const first = (await words(federated)).length;
    expect(first).toBeGreaterThan(limits.conversationRequests / 2);
    expect(first).toBeLessThan(many);
    expect(await listJobs(app, readConversationJob)).toHaveLength(1);
    // Meanwhile no other post has it begun anew.
    await send(ana, "look again", { inReplyTo: root.id });
    expect(await listJobs(app, readConversationJob)).toHaveLength(1);
    await readOn(federated);
    expect((await words(federated)).length).toBe(first + 1);
    for (let run = 0; run < 3; run++) {
      app.advance(limits.conversationPause);
      await readOn(federated);
    }

    expect((await words(federated)).length).toBe(many + 4);
    expect(await words(federated)).toContain("deep");
    expect(await listJobs(app, readConversationJob)).toEqual([]);
    const posts = peer.fetched.filter((path) => path.startsWith(new URL(said[0]!.id).pathname.replace(/\d+$/, "")));
    expect(posts.length).toBe(new Set(posts).size);
  }),
);

test("two groups that hear each other tell of a found post once each, and read no more for it", () =>
  withFederation(async (federated) => {
    const { peer, app, door, receive } = federated;
    const { communityId, ana, ben, send } = await world(federated);
    const dogs = peer.person("dogs", { type: "Group" });
    const { authorId } = await fetchActor(door.source, dogs.iri);
    await followGroup(app, communityId, authorId, "https://moot.example/activities/follow/1");
    await app.db.update(followedGroups).set({ acceptedAt: app.now() });
    await app.db.insert(peers).values({ host: "remote.example", software: "lemmy", createdAt: app.now() });
    const root = await send(ana, "1 Slugs", { replies: `${peer.origin}/replies` });
    const found = ben.note("2 Beer", { inReplyTo: root.id });
    publishCollection(federated, `${peer.origin}/replies`, [found.note.id]);
    await send(ben, "3 Look", { inReplyTo: root.id });
    await readOn(federated);
    const told = async () =>
      (await federated.owed()).filter(({ activity }) => JSON.stringify(activity).includes(found.note.id)).length;
    expect([await words(federated), await told()]).toEqual([["1 Slugs", "2 Beer", "3 Look"], 0]);

    const counts: number[] = [];
    for (const number of [1, 2, 3]) {
      const announce = { id: `${dogs.iri}/a/${number}`, type: "Announce", actor: dogs.iri, object: found.create };
      await receive(dogs.request(inbox, { "@context": "https://www.w3.org/ns/activitystreams", ...announce }));
      await readOn(federated);
      counts.push(await told());
    }

    expect(counts).toEqual([1, 1, 1]);
    expect(peer.fetched.filter((path) => path === "/replies")).toHaveLength(1);
    expect(await listJobs(app, readConversationJob)).toEqual([]);
  }));

const madeNote = (origin: string, number: string, inReplyTo: string) => ({
  id: `${origin}/made/${number}`,
  type: "Note",
  attributedTo: `${origin}/users/ana`,
  content: number,
  inReplyTo: `${origin}/made/${inReplyTo}`,
  replies: `${origin}/made/replies/${number}`,
  to: [publicCollection],
});

/** Each post has one reply. */
function endlessReplies(origin: string) {
  return (path: string) => {
    const [, replies, number] = /^\/made\/(replies\/)?(\d+)$/.exec(path) ?? [];
    if (number === undefined) return undefined;
    const next = String(Number(number) + 1);
    return replies
      ? { id: origin + path, type: "Collection", items: [`${origin}/made/${next}`] }
      : madeNote(origin, number, String(Number(number) - 1));
  };
}

/** Each page has another after it. */
function endlessPages(origin: string) {
  return (path: string) => {
    const number = Number(/^\/made\/replies\/(\d+)$/.exec(path)?.[1] ?? Number.NaN);
    if (Number.isNaN(number)) return undefined;
    const next = `${origin}/made/replies/${number + 1}`;
    return number === 0
      ? { id: origin + path, type: "Collection", first: next }
      : { id: origin + path, type: "CollectionPage", items: [`${origin}/made/9${number}`], next };
  };
}

/** Each post has hundreds of replies. */
function endlessTree(origin: string) {
  return (path: string) => {
    const [, replies, number] = /^\/made\/(replies\/)?(\d+)$/.exec(path) ?? [];
    if (number === undefined) return undefined;
    const items = Array.from({ length: 600 }, (_, index) => `${origin}/made/${number}${1000 + index}`);
    return replies ? { id: origin + path, type: "Collection", items } : madeNote(origin, number, number.slice(0, -4));
  };
}
