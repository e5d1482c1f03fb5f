import { asc, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { CommunityId } from "../../src/core/ids.ts";
import { posts } from "../../src/db/schema/post.ts";
import { type Federated, withFederation } from "../federated-app.ts";
import type { PeerActor } from "../fediverse.ts";
import { makeCommunity, makeMember } from "../make.ts";

const inbox = "https://moot.example/inbox";

/** Numbers from 0 to 1 that look random and are the same each time. */
function createChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Chance = ReturnType<typeof createChance>;

function shuffle<Item>(items: readonly Item[], chance: Chance): readonly Item[] {
  return items
    .map((item) => ({ item, place: chance() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

interface Sent {
  readonly actor: PeerActor;
  readonly activity: Record<string, unknown>;
}

/** A post of the conversation, and what it is in the end. */
interface Said {
  readonly id: string;
  readonly parent: string | null;
  readonly words: string;
  readonly isGone: boolean;
}

/** A thread of twelve posts by three people at a peer: some are edited, and of those that nobody answers some are taken back. */
function converse({ peer }: Federated, communityId: CommunityId, isAtHome: boolean, chance: Chance) {
  const group = `https://moot.example/actors/${communityId}`;
  const people = ["ana", "bo", "cy"].map((name) => peer.person(name));
  const said: Said[] = [];
  const sent: Sent[] = [];
  const parents = Array.from({ length: 12 }, (_, place) => Math.floor(chance() * place));
  for (const [place, parentPlace] of parents.entries()) {
    const actor = people[Math.floor(chance() * people.length)]!;
    const parent = place === 0 ? null : said[parentPlace]!.id;
    const addressed = place === 0 || chance() < 0.5;
    const { note, create } = actor.note(`post ${place}`, {
      ...(parent === null ? {} : { inReplyTo: parent }),
      ...(addressed ? { cc: [group] } : {}),
    });
    sent.push({ actor, activity: create });
    const edited = { ...note, content: `<p>post ${place}, edited</p>`, updated: "2026-11-24T11:00:00Z" };
    const isEdited = chance() < 0.4;
    if (isEdited) {
      peer.publish({ "@context": "https://www.w3.org/ns/activitystreams", ...edited });
      sent.push({ actor, activity: { ...create, id: `${note.id}#update`, type: "Update", object: edited } });
    }
    const isGone = place > 0 && !parents.includes(place) && chance() < 0.5;
    if (isGone) {
      const object = { id: note.id, type: "Tombstone" };
      sent.push({ actor, activity: { ...create, id: `${note.id}#delete`, type: "Delete", object } });
    }
    if (isGone || !isAtHome) peer.remove(note.id, isGone ? 410 : 404);
    said.push({ id: note.id, parent, words: isEdited ? `post ${place}, edited` : `post ${place}`, isGone });
  }
  return { said, sent };
}

/** What can be read in the end: each post, below which other, in which words. */
async function readTree({ app }: Federated) {
  const parent = app.db.$with("parent").as(app.db.select({ id: posts.id, sourceId: posts.sourceId }).from(posts));
  return await app.db
    .with(parent)
    .select({ id: posts.sourceId, parent: parent.sourceId, html: posts.html })
    .from(posts)
    .leftJoin(parent, eq(parent.id, posts.parentId))
    .where(eq(posts.state, "published"))
    .orderBy(asc(posts.sourceId));
}

const cases = [3, 6, 15].flatMap((seed) => [
  { seed, isAtHome: true, where: "that can be asked for at home" },
  { seed, isAtHome: false, where: "that nobody can ask for" },
]);

test.each(cases)(
  "a conversation $where is the same in the end in whatever order it comes, and however often ($seed)",
  ({ seed, isAtHome }) =>
    withFederation(async (federated) => {
      const { app, door, settle } = federated;
      const chance = createChance(seed);
      const communityId = await makeCommunity(app);
      await makeMember(app, communityId);
      const { said, sent } = converse(federated, communityId, isAtHome, chance);
      const again = sent.filter(() => chance() < 0.3);

      for (const { actor, activity } of shuffle([...sent, ...again], chance)) {
        const answer = await door.routes.request(actor.request(inbox, activity));
        expect(answer.status).toBe(202);
        app.advance(1_000);
        if (chance() < 0.5) await settle();
      }
      await settle();

      const expected = said
        .filter(({ isGone }) => !isGone)
        .map(({ id, parent, words }) => ({ id, parent, html: `<p>${words}</p>` }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(await readTree(federated)).toEqual(expected);
      const boosted = (await federated.owed()).flatMap(({ activity: { type, object } }) =>
        type === "Announce" && typeof object === "string" ? object : [],
      );
      // The follower is told, and the author.
      expect(boosted).toEqual([said[0]!.id, said[0]!.id]);
      const published = await app.db
        .selectDistinct({ id: posts.threadId })
        .from(posts)
        .where(eq(posts.state, "published"));
      expect(published).toHaveLength(1);
    }),
);
