import { verifyJsonLd, verifyObject } from "@fedify/fedify";
import { Activity } from "@fedify/vocab";
import { expect, test } from "vitest";
import { createTopic } from "../src/community/topics.ts";
import { posts } from "../src/db/schema/post.ts";
import { rewritePost, withdrawPost, writePost } from "../src/post/write-post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { contextLoader } from "./contexts.ts";

const inbox = "https://moot.example/inbox";
const activityJson = { accept: "application/activity+json" };

/** Ana of another server has opened a thread; Mo has an account here. Followers are of Mastodon, Lemmy and NodeBB. */
async function world(federated: Federated) {
  const { app, peer, receive, settle } = federated;
  const communityId = await makeCommunity(app);
  const group = `https://moot.example/actors/${communityId}`;
  const mo = await makePerson(app);
  const ana = peer.person("ana");
  const { note } = ana.note("Slugs", { cc: [group] });
  await receive(ana.request(inbox, { ...ana.note("Slugs", { cc: [group] }).create, object: note }));
  for (const [software, host] of [
    ["mastodon", "toot.example"],
    ["lemmy", "links.example"],
    ["nodebb", "forum.example"],
  ] as const) {
    await app.db.execute(
      `insert into peer (host, software, software_due_at, created_at) values ('${host}', '${software}', now() + interval '1 year', now())`,
    );
    await makeMember(app, communityId, { authorId: await makeAuthor(app, { host }) });
  }
  const [thread] = await app.db.select().from(posts).orderBy(posts.id);
  const write = async (text: string, more: object = {}) => {
    const outcome = await writePost(app, { authorId: mo.authorId, communityId, key: "k1", text, ...more });
    await settle();
    if (!("postId" in outcome)) throw new Error(outcome.action);
    return outcome.postId;
  };
  return { communityId, group, mo, ana, note, threadPost: thread!, write };
}

/** What is owed to a host, newest last, without what was owed before `write`. */
async function told(federated: Federated, host: string, about: string) {
  const owed = await federated.owed();
  return owed
    .filter((one) => new URL(one.inbox).host === host && JSON.stringify(one.activity).includes(about))
    .map(({ activity }) => activity);
}

test("a reply written here goes to whom it answers and mentions, is announced, and passed on with its own signature", () =>
  withFederation(async (federated) => {
    const { app, peer } = federated;
    const { communityId, group, mo, ana, note, threadPost, write } = await world(federated);
    const neighbour = await makeAuthor(app, { host: peer.host, sharedInbox: `${peer.origin}/inbox` });
    await makeMember(app, communityId, { authorId: neighbour });
    await app.db.execute(
      `insert into peer (host, software, software_due_at, created_at) values ('${peer.host}', 'mastodon', now() + interval '1 year', now())
      on conflict (host) do update set software = 'mastodon'`,
    );

    const id = await write(`Beer traps, @ana@${federated.peer.host}.`, { parentId: threadPost.id });

    const iri = `https://moot.example/posts/${id}`;
    const [create, again] = await told(federated, federated.peer.host, iri);
    // Who follows where she is has it with hers.
    expect(again).toBeUndefined();
    expect(create).toMatchObject({
      type: "Create",
      actor: `https://moot.example/actors/${mo.actorId}`,
      audience: group,
      object: {
        id: iri,
        type: "Note",
        inReplyTo: note.id,
        context: `https://moot.example/threads/${threadPost.threadId}`,
      },
    });
    const key = { documentLoader: async (url: string) => await documentOf(federated, url), contextLoader };
    expect(await verifyJsonLd(create, key)).toBe(true);
    expect(await told(federated, "toot.example", iri)).toEqual([create]);
    expect(await told(federated, "links.example", iri)).toMatchObject([
      { type: "Announce", actor: group, object: create },
    ]);
    const mentions = (create!["object"] as { tag: { href: string }[] }).tag.map(({ href }) => href);
    expect(mentions).toEqual([group, ana.iri]);
  }));

test("a thread written here is boosted, and its Note stands at its id, without the name that makes a vote of it to snac", () =>
  withFederation(async (federated) => {
    const { group, write } = await world(federated);

    const id = await write("How **deep**?", { title: "Planting <garlic>", warning: "gardening", language: "en" });

    const iri = `https://moot.example/posts/${id}`;
    expect(await told(federated, "toot.example", iri)).toMatchObject([{ type: "Announce", actor: group, object: iri }]);
    const response = await federated.door.routes.request(iri, { headers: activityJson });
    expect(response.status).toBe(200);
    const note = await response.json();
    expect(note).not.toHaveProperty("name");
    expect(note).not.toHaveProperty("source");
    expect(note).toMatchObject({
      id: iri,
      nameMap: { en: "Planting <garlic>" },
      summary: "gardening",
      sensitive: true,
      content: "<p><strong>Planting &lt;garlic&gt;</strong></p><p>How <strong>deep</strong>?</p>",
    });
    const page = await federated.door.routes.request(iri, { headers: { accept: "text/html" } });
    expect(page.headers.get("location")).toBe(`https://moot.example/p/${id}`);
  }));

test("forums are told a title as the name of a post, in an activity that its author has signed; nobody else is", () =>
  withFederation(async (federated) => {
    const { group, mo, write } = await world(federated);

    const id = await write("How deep?", { title: "Garlic" });
    await rewritePost(federated.app, mo.authorId, id, { text: "How deep?", title: "Planting garlic" });
    await federated.settle();

    const iri = `https://moot.example/posts/${id}`;
    const announced = (await told(federated, "links.example", iri)).map(({ object }) => object);
    expect(announced).toMatchObject([
      {
        type: "Create",
        object: { id: iri, name: "Garlic", source: { content: "How deep?", mediaType: "text/markdown" } },
      },
      { type: "Update", object: { id: iri, name: "Planting garlic" } },
    ]);
    const key = { documentLoader: async (url: string) => await documentOf(federated, url), contextLoader };
    for (const activity of announced) expect(await verifyJsonLd(activity, key)).toBe(true);
    const [boost, update] = await told(federated, "toot.example", iri);
    expect(boost).toMatchObject({ type: "Announce", actor: group, object: iri });
    expect(update).toMatchObject({ type: "Update", object: { nameMap: { und: "Planting garlic" } } });
    expect(update!["object"]).not.toHaveProperty("name");
  }));

test("new words and the end of a post are told in its author's name, to microblogs with the author's own key too, and its id answers 410", () =>
  withFederation(async (federated) => {
    const { communityId, mo, threadPost, write } = await world(federated);
    const id = await write("Salt", { parentId: threadPost.id });
    const iri = `https://moot.example/posts/${id}`;

    const announced = async () =>
      (await told(federated, "links.example", iri)).map(({ object }) => (object as { type: string }).type);
    const signed = async () => {
      const rows = await federated.connection.sql<{ type: string; signer_id: string }[]>`
        select a.type, a.signer_id from delivery d join activity a on a.id = d.activity_id
        where d.host = 'toot.example' and a.body like ${`%${iri}%`} order by d.id`;
      return rows.map(({ type, signer_id }) => [type, signer_id]);
    };

    await rewritePost(federated.app, mo.authorId, id, { text: "Not salt" });
    await federated.settle();

    const activities = await told(federated, federated.peer.host, iri);
    expect(activities.map(({ type }) => type)).toEqual(["Create", "Update"]);
    expect(activities[1]).toMatchObject({ object: { content: "<p>Not salt</p>" } });
    expect(await announced()).toEqual(["Create", "Update"]);
    // NodeBB would ask for the new words, and be answered by what it kept of the old ones.
    const toForum = await told(federated, "forum.example", iri);
    expect(toForum.map(({ type, object }) => [type, (object as { type: string }).type])).toEqual([
      ["Announce", "Create"],
      ["Update", "Note"],
    ]);
    expect(await signed()).toEqual([
      ["Forward", communityId],
      ["Update", mo.actorId],
    ]);

    await withdrawPost(federated.app, mo.authorId, id);
    await federated.settle();

    expect((await told(federated, federated.peer.host, iri)).map(({ type }) => type)).toEqual(["Delete"]);
    expect(await announced()).toEqual(["Delete"]);
    expect(await told(federated, "forum.example", iri)).toMatchObject([
      { type: "Announce", object: { type: "Delete" } },
    ]);
    expect(await signed()).toEqual([["Delete", mo.actorId]]);
    const gone = await federated.door.routes.request(iri, { headers: activityJson });
    expect([gone.status, ((await gone.json()) as { type: string }).type]).toEqual([410, "Tombstone"]);
  }));

test("whoever answers a post written here joins its thread", () =>
  withFederation(async (federated) => {
    const { ana, write } = await world(federated);
    const id = await write("How deep?", { title: "Garlic" });

    const { create, note } = ana.note("Two inches", { inReplyTo: `https://moot.example/posts/${id}` });
    await federated.receive(ana.request(inbox, create));

    const rows = await federated.app.db.select().from(posts).orderBy(posts.id);
    expect(rows.find(({ html }) => html.includes("Two inches"))).toMatchObject({ parentId: id, threadId: id });
    const replies = `https://moot.example/posts/${id}/replies`;
    // GoToSocial reads no replies but those that come with the post.
    expect(await documentOf(federated, `https://moot.example/posts/${id}`)).toMatchObject({
      document: {
        replies: { id: replies, totalItems: 1, first: { type: "OrderedCollectionPage", orderedItems: [note.id] } },
      },
    });
  }));

test("a post that waits for a moderator is nowhere to be seen", () =>
  withFederation(async (federated) => {
    const { mo } = await world(federated);
    const communityId = await makeCommunity(federated.app, { handle: "dogs", holdPolicy: "everyone" });

    const outcome = await writePost(federated.app, { authorId: mo.authorId, communityId, key: "k", text: "Hello" });
    await federated.settle();

    const iri = `https://moot.example/posts/${"postId" in outcome && outcome.postId}`;
    expect(outcome.action).toBe("hold");
    expect((await federated.door.routes.request(iri, { headers: activityJson })).status).toBe(404);
    expect((await federated.owed()).filter(({ activity }) => JSON.stringify(activity).includes(iri))).toEqual([]);
  }));

test("what members and communities say to everybody bears their proof, and Announces and private messages bear none", () =>
  withFederation(async (federated) => {
    const { mo, threadPost, write } = await world(federated);
    await write("How deep?", { title: "Garlic", key: "k2" });
    const id = await write("Salt", { parentId: threadPost.id });
    await rewritePost(federated.app, mo.authorId, id, { text: "Not salt" });
    await federated.settle();
    const before = await federated.owed();
    await withdrawPost(federated.app, mo.authorId, id);
    await federated.settle();

    const said = new Set<string>();
    const loaders = { documentLoader: (url: string) => documentOf(federated, url), contextLoader };
    for (const { audience, activity } of [...before, ...(await federated.owed())]) {
      const isPassedOn = audience === "public" && activity["type"] !== "Announce";
      if (audience !== "forwarded" && !isPassedOn) expect(activity["proof"]).toBeUndefined();
      if (!isPassedOn) continue;
      const { signature: _, ...unsigned } = activity;
      expect(await verifyObject(Activity, unsigned, loaders)).not.toBeNull();
      said.add(
        `${activity["type"]} of ${activity["actor"] === `https://moot.example/actors/${mo.actorId}` ? "Mo" : "the group"}`,
      );
    }
    expect([...said].sort()).toEqual(["Create of Mo", "Delete of Mo", "Update of Mo"]);
    expect((await federated.owedNotices()).every(({ activity }) => activity["proof"] === undefined)).toBe(true);
  }));

/** Fetches keys from the house itself. */
async function documentOf(federated: Federated, url: string) {
  const response = await federated.door.routes.request(url.replace(/#.*/, ""), { headers: activityJson });
  return { contextUrl: null, documentUrl: url, document: await response.json() };
}

test("a thread written here under a topic says so in a hashtag, and where to ask how many like it", () =>
  withFederation(async (federated) => {
    const { communityId, write } = await world(federated);
    await createTopic(federated.app, { communityId, slug: "in-beds", name: "In beds", hashtags: [] }, "command-line");

    const id = await write("Deep or not, #Garlic? #inBeds", { topic: "in-beds" });

    const iri = `https://moot.example/posts/${id}`;
    const note = await (await federated.door.routes.request(iri, { headers: activityJson })).json();
    expect(note).toMatchObject({ likes: `${iri}/likes`, shares: `${iri}/shares` });
    expect((note as { tag: { type: string }[] }).tag.filter(({ type }) => type === "Hashtag")).toEqual([
      { type: "Hashtag", name: "#inbeds", href: "https://moot.example/c/cats/topics/in-beds" },
      { type: "Hashtag", name: "#Garlic" },
    ]);
    const like = { id: `${federated.peer.origin}/likes/1`, type: "Like", actor: `${federated.peer.origin}/users/ben` };
    await federated.receive(federated.peer.person("ben").request(inbox, { ...like, object: iri }));
    const likes = await federated.door.routes.request(`${iri}/likes`, { headers: activityJson });
    expect(await likes.json()).toMatchObject({ totalItems: 1 });
  }));
