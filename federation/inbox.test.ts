import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { CommunityId } from "../src/core/ids.ts";
import { consents, members } from "../src/db/schema/community.ts";
import { authors } from "../src/db/schema/identity.ts";
import { postOriginals, posts, threads } from "../src/db/schema/post.ts";
import { inboundActivities } from "../src/db/schema/traffic.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import type { PeerActor } from "../test/fediverse.ts";
import { makeCommunity, makeMember } from "../test/make.ts";

const inbox = "https://moot.example/inbox";
const actorOf = (id: CommunityId) => `https://moot.example/actors/${id}`;

/** A community, Ana who follows it from elsewhere, and what she says to it. */
async function world(federated: Federated) {
  const { app, peer, receive } = federated;
  const communityId = await makeCommunity(app);
  const ana = peer.person("ana");
  const group = actorOf(communityId);
  const follow = { "@context": as, id: `${ana.iri}/follows/1`, type: "Follow", actor: ana.iri, object: group };
  const say = async (who: PeerActor, words: string, more: object = {}) => {
    const said = who.note(words, { cc: [group], ...more });
    return { ...said, answer: await receive(who.request(inbox, said.create)) };
  };
  return { communityId, group, ana, follow, say };
}

const as = "https://www.w3.org/ns/activitystreams";

test("a Follow makes a member, and its Accept carries the whole Follow back", () =>
  withFederation(async (federated) => {
    const { group, ana, follow } = await world(federated);

    const answer = await federated.receive(ana.request(inbox, follow));

    expect(answer.status).toBe(202);
    expect(await federated.app.db.select().from(members)).toMatchObject([{ state: "active" }]);
    expect(await federated.app.db.select().from(consents)).toMatchObject([{ given: true, evidence: follow.id }]);
    expect(await federated.app.db.select().from(authors)).toMatchObject([{ handle: "ana", name: "Ana" }]);
    const [owed] = await federated.owed();
    expect(owed).toMatchObject({
      inbox: `${ana.iri}/inbox`,
      audience: "direct",
      activity: {
        type: "Accept",
        actor: group,
        to: [ana.iri],
        object: { id: follow.id, type: "Follow", actor: ana.iri, object: group },
      },
    });
  }));

test("an Undo ends the membership, by the embedded Follow or by its id alone", () =>
  withFederation(async (federated) => {
    const { ana, follow } = await world(federated);
    for (const object of [follow, follow.id]) {
      await federated.receive(ana.request(inbox, { ...follow, id: `${ana.iri}/follows/1` }));
      const number = typeof object === "string" ? 2 : 1;
      const undo = { "@context": as, id: `${ana.iri}/undo/${number}`, type: "Undo", actor: ana.iri, object };
      await federated.receive(ana.request(inbox, undo));
      if (number === 1) await federated.app.db.delete(inboundActivities);
    }
    expect(await federated.app.db.select().from(members)).toMatchObject([{ state: "left" }]);
  }));

test("nobody unfollows for somebody else", () =>
  withFederation(async (federated) => {
    const { ana, follow } = await world(federated);
    const eve = federated.peer.person("eve");
    await federated.receive(ana.request(inbox, follow));

    for (const [index, object] of [follow, follow.id].entries()) {
      await federated.receive(
        eve.request(inbox, { "@context": as, id: `${eve.iri}/undo/${index}`, type: "Undo", actor: eve.iri, object }),
      );
    }

    expect(await federated.app.db.select().from(members)).toMatchObject([{ state: "active" }]);
  }));

test("a post that mentions the community opens a thread, and is boosted and announced", () =>
  withFederation(async (federated) => {
    const { communityId, ana, say } = await world(federated);
    await makeMember(federated.app, communityId);

    const { note, create, answer } = await say(ana, "How do you keep slugs off lettuce?");

    expect(answer.status).toBe(202);
    expect(await federated.app.db.select().from(threads).orderBy(threads.id)).toMatchObject([
      { title: "How do you keep slugs off lettuce?" },
    ]);
    const [original] = await federated.app.db.select().from(postOriginals);
    expect(original?.bytes.toString()).toBe(JSON.stringify(create));
    const announces = (await federated.owed()).filter(({ inbox }) => inbox === "https://remote.example/inbox");
    expect(announces.map(({ activity }) => activity["object"])).toEqual([note.id, create]);
  }));

test("replies join the thread at any depth and in any order, and none is boosted", () =>
  withFederation(async (federated) => {
    const { ana, say } = await world(federated);
    const ben = federated.peer.person("ben");
    const root = ana.note("Slugs", { cc: [] });
    const reply = ben.note("Beer traps", { inReplyTo: root.note.id });

    const nested = await say(ana, "Tried them", { inReplyTo: reply.note.id });

    expect(nested.answer.status).toBe(202);
    const rows = await federated.app.db.select().from(posts).orderBy(posts.html);
    expect(rows).toHaveLength(3);
    const byName = new Map(rows.map((post) => [post.sourceId, post]));
    const [top, middle, last] = [root, reply, nested].map(({ note }) => byName.get(note.id)!);
    expect([top!.parentId, middle!.parentId, last!.parentId]).toEqual([null, top!.id, middle!.id]);
    expect(rows.map(({ state }) => state)).toEqual(["published", "published", "published"]);
    expect((await federated.owed()).filter(({ activity }) => activity["object"] === nested.note.id)).toEqual([]);
  }));

test("a reply that does not mention the community joins when what it answers is in the archive", () =>
  withFederation(async (federated) => {
    const { ana, say } = await world(federated);
    const root = await say(ana, "Slugs");

    await say(ana, "Anyone?", { cc: [], inReplyTo: root.note.id });
    await say(ana, "Not for you", { cc: [], inReplyTo: "https://elsewhere.example/n/1" });

    expect(await federated.app.db.$count(posts)).toBe(2);
  }));

test("edits and deletes by the author take effect and are told", () =>
  withFederation(async (federated) => {
    const { communityId, ana, say } = await world(federated);
    await makeMember(federated.app, communityId);
    const { note } = await say(ana, "Slgus");
    const update = {
      "@context": as,
      id: `${note.id}#updates/1`,
      type: "Update",
      actor: ana.iri,
      to: note["to"],
      cc: note["cc"],
      object: { ...note, content: "<p>Slugs</p>", updated: "2026-11-24T11:00:00Z" },
    };

    await federated.receive(ana.request(inbox, update));
    expect(await federated.app.db.select().from(posts)).toMatchObject([{ html: "<p>Slugs</p>" }]);
    const told = async () =>
      (await federated.owed())
        .filter(({ inbox: to }) => to === "https://remote.example/inbox")
        .map(({ id }) => id.split("/")[0]);
    expect(await told()).toEqual(["announce", "announce-activity", "announce-update"]);

    const gone = { id: note.id, type: "Tombstone" };
    await federated.receive(
      ana.request(inbox, { "@context": as, id: `${note.id}#delete`, type: "Delete", actor: ana.iri, object: gone }),
    );
    expect(await federated.app.db.select().from(posts)).toMatchObject([{ state: "deleted", html: "" }]);
    // Words that are gone go nowhere any more.
    expect(await told()).toEqual(["announce", "undo", "announce-delete"]);
  }));

test("what was not said in public is not archived, and its author is told why, once", () =>
  withFederation(async (federated) => {
    const { communityId, group, ana } = await world(federated);
    const whisper = ana.note("Just for you", { to: [group], cc: [] });

    await federated.receive(ana.request(inbox, whisper.create));
    await federated.receive(ana.request(inbox, { ...whisper.create, id: `${whisper.create.id}2` }));

    expect(await federated.app.db.$count(posts)).toBe(0);
    const owed = await federated.owed();
    expect(owed).toMatchObject([
      {
        inbox: `${ana.iri}/inbox`,
        activity: {
          type: "Create",
          actor: actorOf(communityId),
          to: [ana.iri],
          object: {
            type: "Note",
            to: [ana.iri],
            inReplyTo: whisper.note.id,
            tag: [{ type: "Mention", href: ana.iri }],
          },
        },
      },
    ]);
    expect(String((owed[0]!.activity["object"] as { content: string }).content)).toContain("not public");
  }));

test("an activity that comes twice is taken once", () =>
  withFederation(async (federated) => {
    const { ana, say } = await world(federated);
    const { create } = await say(ana, "Slugs");

    const again = await federated.receive(ana.request(inbox, create));

    expect(again.status).toBe(202);
    expect(await federated.app.db.$count(inboundActivities)).toBe(1);
    expect(await federated.app.db.$count(posts)).toBe(1);
  }));

test("an Announce of a group that no community here follows is refused quietly", () =>
  withFederation(async (federated) => {
    const { ana, group } = await world(federated);
    const cats = federated.peer.person("cats", { type: "Group" });
    const { note } = ana.note("Slugs");
    const announce = {
      "@context": as,
      id: `${cats.iri}/a/1`,
      type: "Announce",
      actor: cats.iri,
      to: [group],
      object: note.id,
    };

    expect((await federated.receive(cats.request(inbox, announce))).status).toBe(202);

    expect(await federated.app.db.$count(posts)).toBe(0);
    expect(await federated.app.db.select().from(inboundActivities)).toMatchObject([{ state: "ignored" }]);
  }));

test("the deletion of an account takes its posts along, and that of a stranger costs nothing", () =>
  withFederation(async (federated) => {
    const { ana, say } = await world(federated);
    await say(ana, "Slugs");
    const deletionOf = (who: PeerActor) => ({
      "@context": as,
      id: `${who.iri}#delete`,
      type: "Delete",
      actor: who.iri,
      object: who.iri,
    });
    const stranger = federated.peer.person("stranger");
    const before = federated.peer.fetched.length;

    expect((await federated.receive(stranger.request(inbox, deletionOf(stranger)))).status).toBe(202);
    expect(federated.peer.fetched).toHaveLength(before);
    expect(await federated.app.db.$count(inboundActivities, eq(inboundActivities.actorIri, stranger.iri))).toBe(0);

    await federated.receive(ana.request(inbox, deletionOf(ana)));
    expect(await federated.app.db.select().from(posts)).toMatchObject([{ state: "deleted" }]);
    expect(await federated.app.db.select().from(authors)).toMatchObject([{ state: "deleted", name: "" }]);
  }));

test.each<[string, number, (ana: PeerActor, federated: Federated) => Request]>([
  ["broken JSON", 400, (ana) => ana.request(inbox, "{")],
  ["JSON that is no object", 400, (ana) => ana.request(inbox, "[]")],
  ["no id", 400, (ana) => ana.request(inbox, { type: "Like", actor: ana.iri, object: ana.iri })],
  [
    "another media type",
    415,
    (ana) => ana.request(inbox, ana.note("x").create, { headers: { "content-type": "text/html" } }),
  ],
  [
    "a compressed body",
    415,
    (ana) => ana.request(inbox, ana.note("x").create, { headers: { "content-encoding": "gzip" } }),
  ],
  ["three megabytes", 413, (ana) => ana.request(inbox, ana.note("x".repeat(3_000_000)).create)],
  ["deep JSON", 400, (ana) => ana.request(inbox, `${'{"a":'.repeat(3000)}1${"}".repeat(3000)}`)],
  ["wide JSON", 400, (ana) => ana.request(inbox, { ...ana.note("x").create, tag: Array(20_000).fill(1) })],
  [
    "no signature",
    401,
    (ana) =>
      new Request(inbox, {
        method: "POST",
        body: JSON.stringify(ana.note("x").create),
        headers: { "content-type": "application/activity+json" },
      }),
  ],
  [
    "a signature of another body",
    401,
    (ana) => new Request(ana.request(inbox, ana.note("x").create), { body: JSON.stringify(ana.note("y").create) }),
  ],
  ["an old signature", 401, (ana) => ana.request(inbox, ana.note("x").create, { date: new Date("2020-01-01") })],
  ["the signature of somebody else", 401, (ana, { peer }) => peer.person("eve").request(inbox, ana.note("x").create)],
  [
    "a type that nobody knows",
    202,
    (ana) =>
      ana.request(inbox, { "@context": as, id: `${ana.iri}/w/1`, type: "Wave", actor: ana.iri, object: ana.iri }),
  ],
])("%s is answered %i, and nothing is written but what was acknowledged", (_, status, request) =>
  withFederation(async (federated) => {
    const { ana } = await world(federated);
    expect((await federated.receive(request(ana, federated))).status).toBe(status);
    expect(await federated.app.db.$count(inboundActivities)).toBe(status === 202 ? 1 : 0);
    expect(await federated.app.db.$count(posts)).toBe(0);
  }),
);
