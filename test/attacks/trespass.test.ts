import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { resolveActors } from "../../federation/actors.ts";
import { answerFollowing, followGroup } from "../../src/community/followed-groups.ts";
import type { CommunityId } from "../../src/core/ids.ts";
import { communities, followedGroups, members } from "../../src/db/schema/community.ts";
import { posts } from "../../src/db/schema/post.ts";
import { type Federated, withFederation } from "../federated-app.ts";
import { type PeerActor, startPeer } from "../fediverse.ts";
import { makeAuthor, makeCommunity, makeMember } from "../make.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";
const everybody = `${as}#Public`;

/** A community with a follower elsewhere; Ana who posts to it, and Eve, who has an account on the same server as Ana. */
async function world(federated: Federated) {
  const { app, peer, receive, outcomeOf } = federated;
  const communityId = await makeCommunity(app);
  await makeMember(app, communityId);
  const group = `https://moot.example/actors/${communityId}`;
  let count = 0;
  /** Sends an activity, and says what became of it. */
  const send = async (who: PeerActor, activity: Record<string, unknown>) => {
    const id = String(activity["id"] ?? `${who.iri}#acts/${++count}`);
    const { status } = await receive(who.request(inbox, { "@context": as, actor: who.iri, ...activity, id }));
    return `${status} ${await outcomeOf(id)}`;
  };
  const [ana, eve] = [peer.person("ana"), peer.person("eve")];
  return { communityId, group, ana, eve, send, words: () => wordsOf(federated) };
}

async function wordsOf({ app }: Federated): Promise<readonly string[]> {
  const rows = await app.db.select().from(posts).orderBy(posts.createdAt, posts.id);
  return rows.map(({ html, state }) => (state === "published" ? html.replace(/<\/?p>/g, "") : state));
}

/** A community of ours hears this group. */
async function hear({ app, door }: Federated, communityId: CommunityId, group: PeerActor): Promise<void> {
  const followIri = `https://moot.example/activities/follow/${communityId}`;
  const authorId = (await resolveActors(door.source, [group.iri])).get(group.iri)!;
  await followGroup(app, communityId, authorId, followIri);
  await answerFollowing(app, { followIri, actorIri: group.iri, accepted: true });
}

test(
  "attacks A5, A6, GHSA-v2qh-w789-xxj6: nobody but its author edits or deletes a post, be they of the same server, and it changes hands with nobody",
  () =>
    withFederation(async (federated) => {
      const { ana, eve, group, send, words } = await world(federated);
      const { note, create } = ana.note("Slugs", { cc: [group] });
      await send(ana, create);
      const evil = { ...note, content: "<p>Evil</p>", updated: "2026-11-24T11:00:00Z" };

      expect(await send(eve, { type: "Update", object: evil })).toMatch(/^401/);
      expect(await send(eve, { type: "Update", object: { ...evil, attributedTo: eve.iri } })).not.toMatch(/edited/);
      expect(await send(eve, { type: "Create", object: { ...evil, attributedTo: eve.iri } })).not.toMatch(/accept/);
      expect(await send(ana, { type: "Update", object: { ...evil, attributedTo: eve.iri } })).toMatch(/^401/);
      expect(await send(eve, { type: "Delete", object: note.id })).toMatch(/ignored/);
      expect(await send(eve, { type: "Delete", object: { id: note.id, type: "Tombstone" } })).toMatch(/ignored/);
      expect(await send(eve, { type: "Delete", object: ana.iri })).toMatch(/ignored/);

      expect(await words()).toEqual(["Slugs"]);
    }),
  300_000,
);

test(
  "attacks A14, D2, CVE-2026-23961, GHSA-5h2f-wg8j-xqwp: of what a group announces the posts are taken from their homes, and nothing from who is banned",
  () =>
    withFederation(async (federated) => {
      const { app, peer } = federated;
      const { communityId, ana, eve, send, words } = await world(federated);
      const elsewhere = await startPeer({ now: app.now });
      try {
        const group = elsewhere.person("books", { type: "Group" });
        await hear(federated, communityId, group);
        const { note, create } = ana.note("What Ana said");
        const announce = (object: unknown) => send(group, { type: "Announce", to: [everybody], object });
        const forged = { ...note, content: "<p>Forged</p>" };
        const never = { ...forged, id: `${ana.iri}/statuses/never` };

        expect(await announce({ ...create, object: forged })).toMatch(/done/);
        expect(await announce({ ...create, id: `${create.id}/2`, object: never })).toMatch(/ignored/);
        expect(await announce({ ...create, id: `${create.id}/3`, type: "Update", object: forged })).not.toMatch(
          /edited/,
        );
        expect(await announce({ ...create, id: `${create.id}/4`, type: "Delete", object: note.id })).toMatch(/ignored/);
        expect(
          await announce({ ...create, id: `${create.id}/5`, object: { ...forged, attributedTo: group.iri } }),
        ).not.toMatch(/edited/);

        const eveId = (await resolveActors(federated.door.source, [eve.iri])).get(eve.iri)!;
        await app.db
          .insert(members)
          .values({ communityId, authorId: eveId, state: "banned", trusted: false, updatedAt: app.now() });
        await announce(eve.note("Let me in").create);

        expect(await words()).toEqual(["What Ana said"]);
        expect(peer.fetched).toContain(new URL(note.id).pathname);
      } finally {
        await elsewhere.close();
      }
    }),
  300_000,
);

test(
  "attack A15: answers, undoings, blocks and moves in somebody else's name change nothing",
  () =>
    withFederation(async (federated) => {
      const { app, peer } = federated;
      const { communityId, group, ana, eve, send } = await world(federated);
      const follow = { id: `${ana.iri}/follows/1`, type: "Follow", actor: ana.iri, object: group };
      await send(ana, follow);
      const books = peer.person("books", { type: "Group" });
      const followIri = `https://moot.example/activities/follow/${communityId}`;
      await followGroup(
        app,
        communityId,
        (await resolveActors(federated.door.source, [books.iri])).get(books.iri)!,
        followIri,
      );
      const ours = { id: followIri, type: "Follow", actor: group, object: books.iri };
      const state = async () => ({
        members: (await app.db.select().from(members).orderBy(members.authorId)).map((member) => member.state),
        heard: (await app.db.select().from(followedGroups)).map(({ acceptedAt }) => acceptedAt),
      });
      const before = await state();

      for (const object of [follow, follow.id]) await send(eve, { type: "Undo", object });
      for (const type of ["Accept", "Reject"]) for (const object of [ours, ours.id]) await send(eve, { type, object });
      await send(eve, { type: "Accept", object: { ...ours, object: eve.iri } });
      await send(eve, { type: "Block", object: ana.iri, target: group });
      await send(eve, { type: "Move", object: ana.iri, target: eve.iri });
      await send(eve, { type: "Move", object: group, target: eve.iri });
      await send(eve, { type: "Undo", object: { type: "Block", id: `${ana.iri}/b`, actor: ana.iri, object: eve.iri } });
      await send(eve, { type: "Reject", object: { ...follow, object: group } });

      expect(await state()).toEqual(before);
      expect(before.heard).toEqual([null]);
    }),
  300_000,
);

test(
  "attack A16: whoever is no moderator here decides nothing here, whatever their server calls them",
  () =>
    withFederation(async (federated) => {
      const { app } = federated;
      const { communityId, ana, eve, group, send, words } = await world(federated);
      const { note, create } = ana.note("Slugs", { cc: [group] });
      await send(ana, create);
      const before = await app.db.select().from(communities).orderBy(communities.id);

      await send(eve, { type: "Delete", object: note.id, summary: "spam" });
      await send(eve, { type: "Delete", object: group, summary: "closed" });
      await send(eve, {
        type: "Update",
        object: { id: group, type: "Group", name: "Evil", inbox: `${eve.iri}/inbox` },
      });
      await send(eve, { type: "Add", object: eve.iri, target: `${group}/moderators` });
      await send(eve, { type: "Remove", object: ana.iri, target: `${group}/moderators` });
      await send(eve, { type: "Add", object: note.id, target: `${group}/featured` });
      for (const type of ["Lock", "Block", "Flag", "Remove"])
        await send(eve, { type, object: note.id, target: group, audience: group });
      await send(eve, {
        type: "Undo",
        object: { id: `${eve.iri}/d`, type: "Delete", actor: eve.iri, object: note.id },
      });
      await send(eve, {
        type: "Announce",
        object: { id: `${group}/x`, type: "Delete", actor: group, object: note.id },
      });

      expect(await words()).toEqual(["Slugs"]);
      expect(await app.db.select().from(communities).orderBy(communities.id)).toEqual(
        before.map((one) => ({ ...one, updatedAt: expect.anything() })),
      );
      expect(await app.db.$count(members, eq(members.communityId, communityId))).toBe(1);
    }),
  300_000,
);

test(
  "attack D1, CVE-2025-30741, GHSA-qh6w-pq52-qxxq: whoever waits to be let in is sent nothing",
  () =>
    withFederation(async (federated) => {
      const { app, owed } = federated;
      const { communityId, ana, group, send } = await world(federated);
      const [waiting, gone, banned] = ["waiting.example", "gone.example", "banned.example"];
      await makeMember(app, communityId, { state: "pending", authorId: await makeAuthor(app, { host: waiting }) });
      await makeMember(app, communityId, { state: "left", authorId: await makeAuthor(app, { host: gone }) });
      await makeMember(app, communityId, { state: "banned", authorId: await makeAuthor(app, { host: banned }) });

      await send(ana, ana.note("Slugs", { cc: [group] }).create);

      const hosts = (await owed()).map(({ inbox: to }) => new URL(to).hostname);
      expect(hosts).toContain("remote.example");
      expect(hosts.filter((host) => host === waiting || host === gone || host === banned)).toEqual([]);
    }),
  300_000,
);

test(
  "attacks D5, D6, D7: what was not public, a vote and a report are no posts, and nobody is told of them but who said it",
  () =>
    withFederation(async (federated) => {
      const { ana, eve, group, send, words } = await world(federated);
      const root = ana.note("Slugs or snails?", { cc: [group] });
      await send(ana, root.create);
      const before = (await federated.owed()).length;
      const say = (more: Record<string, unknown>) => eve.note("quiet", more).create;

      await send(eve, say({ to: [group], cc: [] }));
      await send(eve, say({ to: [`${eve.iri}/followers`], cc: [group] }));
      await send(eve, say({ to: [`${eve.iri}/followers`, group], cc: [], inReplyTo: root.note.id }));
      const vote = { name: "Slugs", content: null, to: [ana.iri], cc: [group], inReplyTo: root.note.id };
      await send(eve, say(vote));
      await send(eve, say({ ...vote, to: [everybody] }));
      const secret = ana.note("to friends", { to: [`${ana.iri}/followers`], cc: [] });
      await send(eve, { type: "Announce", to: [everybody], cc: [group], object: secret.note.id });
      await send(eve, { type: "Flag", to: [group], object: [ana.iri, root.note.id], content: "spam" });

      expect(await words()).toEqual(["Slugs or snails?"]);
      const told = (await federated.owed()).slice(before);
      expect(told.filter(({ inbox: to, audience }) => to !== `${eve.iri}/inbox` || audience !== "direct")).toEqual([]);
    }),
  300_000,
);

test(
  "attack D9: what was deleted stays away, though its server has new keys and says it again",
  () =>
    withFederation(async (federated) => {
      const { ana, group, send, words } = await world(federated);
      const { note, create } = ana.note("Slugs", { cc: [group] });
      await send(ana, create);
      await send(ana, { type: "Delete", object: { id: note.id, type: "Tombstone" } });
      federated.app.advance(24 * 60 * 60 * 1000);

      const taken = federated.peer.person("ana");
      await send(taken, { ...create, id: `${create.id}/again` });
      await send(taken, { type: "Update", object: { ...note, updated: federated.app.now().toISOString() } });

      expect(await words()).toEqual(["deleted"]);
    }),
  300_000,
);
