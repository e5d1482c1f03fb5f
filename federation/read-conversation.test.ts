import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import { posts, threads } from "../src/db/schema/post.ts";
import { readConversationJob } from "../src/post/read-later.ts";
import {
  archive,
  follow,
  inbox,
  publishCollection,
  publishReplies,
  readOn,
  words,
  world,
} from "../test/conversations.ts";
import { withFederation } from "../test/federated-app.ts";
import { listJobs } from "../test/jobs.ts";
import { makeCommunity } from "../test/make.ts";

test("a thread that we enter late is completed from the conversation that its home keeps", () =>
  withFederation(async (federated) => {
    const { peer } = federated;
    const { ana, ben, send } = await world(federated);
    const context = `${peer.origin}/contexts/1`;
    const root = ana.note("1 Slugs", { context });
    const [one, two] = [
      ben.note("2 Beer", { inReplyTo: root.note.id }),
      ana.note("4 Copper", { inReplyTo: root.note.id }),
    ];
    const deep = ben.note("3 Tried it", { inReplyTo: one.note.id });
    publishCollection(
      federated,
      context,
      [root, deep, one, two].map(({ note }) => note.id),
      { attributedTo: ana.iri },
    );

    await send(ben, "5 Cats, look", { inReplyTo: two.note.id });
    await readOn(federated);

    const found = await archive(federated);
    expect(found.map(({ words }) => words)).toEqual(["1 Slugs", "2 Beer", "3 Tried it", "4 Copper", "5 Cats, look"]);
    expect(found.every(({ state }) => state === "published")).toBe(true);
    expect(new Set(found.map(({ threadId }) => threadId)).size).toBe(1);
  }));

test("nobody is told of what was found, until its author sends it here", () =>
  withFederation(async (federated) => {
    const { ana, ben, group, send } = await world(federated);
    const root = ana.note("1 Slugs");
    const reply = ben.note("2 Beer", { inReplyTo: root.note.id, cc: [group] });
    publishReplies(federated, root.note, [reply.note.id]);
    const mine = await send(ben, "3 Look", { inReplyTo: root.note.id });
    await readOn(federated);
    expect(await words(federated)).toEqual(["1 Slugs", "2 Beer", "3 Look"]);
    const told = async () =>
      (await federated.owed())
        .filter(({ inbox }) => inbox.startsWith("https://remote"))
        .map(({ activity }) => activity["object"]);
    expect(await told()).toEqual([expect.objectContaining({ object: expect.objectContaining({ id: mine.id }) })]);

    await federated.receive(ben.request(inbox, reply.create));

    expect((await told())[1]).toEqual(reply.create);
    expect(await federated.app.db.$count(posts)).toBe(3);
  }));

test("what is above a reply and speaks to the community is told of, for it is only late", () =>
  withFederation(async (federated) => {
    const { ana, ben, group, send } = await world(federated);
    const [late, foreign] = [ana.note("Late", { cc: [group] }), ana.note("Foreign")];

    await send(ben, "a", { inReplyTo: late.note.id });
    await send(ben, "b", { inReplyTo: foreign.note.id });

    const boosted = (await federated.owed()).map(({ activity }) => activity["object"]);
    expect(boosted).toContain(late.note.id);
    expect(boosted).not.toContain(foreign.note.id);
  }));

test("without a conversation to read, replies are followed from post to post, also below those that are here", () =>
  withFederation(async (federated) => {
    const { ana, ben, send } = await world(federated);
    const root = await send(ana, "1 Slugs", { replies: `${ana.iri}/replies/1` });
    const known = await send(ben, "2 Beer", { inReplyTo: root.id, replies: `${ben.iri}/replies/2` });
    const below = ana.note("3 Which?", { inReplyTo: known.id });
    publishReplies(federated, below.note, [ben.note("4 Stout", { inReplyTo: below.note.id }).note.id]);
    publishCollection(federated, `${ana.iri}/replies/1`, [known.id]);
    publishCollection(federated, `${ben.iri}/replies/2`, [below.note.id]);

    await readOn(federated);

    expect(await words(federated)).toEqual(["1 Slugs", "2 Beer", "3 Which?", "4 Stout"]);
  }));

test("only what is public and belongs to the conversation is taken", () =>
  withFederation(async (federated) => {
    const { peer } = federated;
    const { ana, ben, send } = await world(federated);
    const root = await send(ana, "1 Slugs", { replies: `${peer.origin}/replies` });
    const hidden = ben.note("hidden", { inReplyTo: root.id, to: [`${ben.iri}/followers`], cc: [] });
    const strangers = [
      ben.note("of another conversation", { inReplyTo: ana.note("elsewhere").note.id }),
      ben.note("of none"),
      ben.note("below something hidden", { inReplyTo: hidden.note.id }),
      ben.note("", { inReplyTo: root.id, name: "a vote", content: undefined }),
    ].map(({ note }) => note.id);
    const good = ben.note("2 Beer", { inReplyTo: root.id }).note.id;
    publishCollection(federated, `${peer.origin}/replies`, [
      hidden.note.id,
      ...strangers,
      `${ben.iri}/nothing`,
      7,
      null,
      good,
    ]);

    await send(ben, "3 Look", { inReplyTo: root.id });
    await readOn(federated);

    expect(await words(federated)).toEqual(["1 Slugs", "2 Beer", "3 Look"]);
  }));

test("a thread is read once in five minutes, whatever comes meanwhile, and what is read asks for nothing more", () =>
  withFederation(async (federated) => {
    const { app, peer } = federated;
    const { ana, ben, send } = await world(federated);
    const root = await send(ana, "1 Slugs", { replies: `${peer.origin}/replies` });
    publishCollection(federated, `${peer.origin}/replies`, [ben.note("found", { inReplyTo: root.id }).note.id]);
    const runs = () => peer.fetched.filter((path) => path === "/replies").length;
    await send(ben, "a", { inReplyTo: root.id });
    await readOn(federated);
    expect([runs(), (await listJobs(app, readConversationJob)).length]).toEqual([1, 0]);

    for (const more of ["b", "c"]) await send(ben, more, { inReplyTo: root.id });
    await readOn(federated);
    expect([runs(), (await listJobs(app, readConversationJob)).length]).toEqual([1, 1]);

    app.advance(limits.conversationPause);
    await readOn(federated);
    expect([runs(), (await listJobs(app, readConversationJob)).length]).toEqual([2, 0]);
  }));

test("a run may be repeated: everything is there once", () =>
  withFederation(async (federated) => {
    const { peer, app, door } = federated;
    const { ana, ben, send } = await world(federated);
    const root = await send(ana, "1 Slugs", { replies: `${peer.origin}/replies` });
    publishCollection(federated, `${peer.origin}/replies`, [ben.note("2 Beer", { inReplyTo: root.id }).note.id]);
    const [thread] = await app.db.select().from(threads).orderBy(threads.id);

    await Promise.all([
      door.readConversation({ threadId: thread!.id }),
      door.readConversation({ threadId: thread!.id }),
    ]);
    await door.readConversation({ threadId: thread!.id });

    expect(await words(federated)).toEqual(["1 Slugs", "2 Beer"]);
  }));

test.each([
  ["first posts are checked", { holdPolicy: "strangers" as const }],
  ["only members write", { postPolicy: "members" as const }],
])("where %s, what was only found neither waits for a moderator nor stands alone", (_, policy) =>
  withFederation(async (federated) => {
    const { peer, app, door } = federated;
    const communityId = await makeCommunity(app, policy);
    const [ana, ben] = [peer.person("ana"), peer.person("ben")];
    const group = `https://moot.example/actors/${communityId}`;
    const said = ana.note("1 Slugs", { cc: [group], replies: `${peer.origin}/replies` });
    await follow(federated, ana, group);
    await federated.receive(ana.request(inbox, said.create));
    await app.db.update(posts).set({ state: "published", publishedAt: app.now() });
    await app.db.update(threads).set({ lastPostAt: app.now() });
    const reply = ben.note("stranger", { inReplyTo: said.note.id });
    publishCollection(federated, `${peer.origin}/replies`, [
      reply.note.id,
      ana.note("below", { inReplyTo: reply.note.id }).note.id,
    ]);
    const [thread] = await app.db.select().from(threads).orderBy(threads.id);

    await door.readConversation({ threadId: thread!.id });

    expect(await words(federated)).toEqual(["1 Slugs"]);
  }),
);

test("nothing is added to a closed thread", () =>
  withFederation(async (federated) => {
    const { peer, app, door } = federated;
    const { ana, ben, send } = await world(federated);
    const root = await send(ana, "1 Slugs", { replies: `${peer.origin}/replies` });
    publishCollection(federated, `${peer.origin}/replies`, [ben.note("2 Beer", { inReplyTo: root.id }).note.id]);
    const [thread] = await app.db.update(threads).set({ lockedAt: app.now() }).returning();

    await door.readConversation({ threadId: thread!.id });

    expect(await words(federated)).toEqual(["1 Slugs"]);
    expect(peer.fetched).not.toContain("/replies");
    expect(await app.db.$count(posts, eq(posts.state, "published"))).toBe(1);
  }));
