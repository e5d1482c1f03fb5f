import { expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import { threads } from "../src/db/schema/post.ts";
import { inbox, publishCollection, words, world } from "../test/conversations.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";

/** A thread with an answer of Ben's that was found at its home, and one that he sent. */
async function worldOfFound(federated: Federated) {
  const { app, door, peer, settle, owed } = federated;
  const { ana, ben, group, send } = await world(federated);
  const replies = `${peer.origin}/replies`;
  const root = await send(ana, "1 Slugs", { replies });
  const found = ben.note("2 Beer", { inReplyTo: root.id });
  const sent = await send(ben, "3 Look", { inReplyTo: root.id });
  publishCollection(federated, replies, [found.note.id, sent.id]);
  const [thread] = await app.db.select().from(threads).orderBy(threads.id);
  const read = async () => {
    await door.readConversation({ threadId: thread!.id });
    await settle();
  };
  await read();
  const toldBefore = (await owed()).length;
  const told = async () => (await owed()).slice(toldBefore);
  return { ana, ben, group, root, found, sent, read, told };
}

const later = { updated: "2026-11-24T11:00:00Z" };

test("new words of a post that was found, and that nobody sends here, are read with its conversation; nobody is told", () =>
  withFederation(async (federated) => {
    const { found, sent, read, told } = await worldOfFound(federated);
    federated.peer.publish({ ...found.note, content: "<p>2 Beer, cold</p>", ...later });
    federated.peer.publish({ ...sent, content: "<p>3 Look here</p>", ...later });

    await read();
    await read();

    expect(await words(federated)).toEqual(["1 Slugs", "2 Beer, cold", "3 Look"]);
    expect(await told()).toEqual([]);
  }));

test.each([
  ["says that it is gone", ({ peer }: Federated, iri: string) => peer.remove(iri)],
  [
    "has a Tombstone in its place",
    ({ peer }: Federated, iri: string) => peer.publish({ id: iri, type: "Tombstone", formerType: "Note" }),
  ],
])("a post that was found goes when its home %s, and never comes back", (_, remove) =>
  withFederation(async (federated) => {
    const { ben, group, found, read, told } = await worldOfFound(federated);
    remove(federated, found.note.id);

    await read();
    await federated.receive(ben.request(inbox, { ...found.create, cc: [group] }));

    expect(await words(federated)).toEqual(["", "1 Slugs", "3 Look"]);
    expect(await told()).toEqual([]);
  }),
);

test.each([
  ["is not found", ({ peer }: Federated, { id }: { id: string }) => peer.remove(id, 404)],
  [
    "is said by somebody else",
    ({ peer }: Federated, note: object) =>
      peer.publish({ ...note, attributedTo: `${peer.origin}/users/ana`, content: "<p>hers</p>", ...later }),
  ],
  ["is for followers", ({ peer }: Federated, note: object) => peer.publish({ ...note, ...later, to: [], cc: [] })],
  ["has no newer date", ({ peer }: Federated, note: object) => peer.publish({ ...note, content: "<p>other</p>" })],
] satisfies [string, (federated: Federated, note: { id: string }) => void][])(
  "a post that was found stays as it is when its home shows one that %s",
  (_, change) =>
    withFederation(async (federated) => {
      const { found, read } = await worldOfFound(federated);
      change(federated, found.note);

      await read();

      expect(await words(federated)).toEqual(["1 Slugs", "2 Beer", "3 Look"]);
    }),
);

test("no more than so many of them are looked at in one run", () =>
  withFederation(async (federated) => {
    const { peer } = federated;
    const { ben, root, found, read } = await worldOfFound(federated);
    const many = Array.from({ length: limits.foundLookedAt + 3 }, (_, n) => ben.note(`4 ${n}`, { inReplyTo: root.id }));
    publishCollection(
      federated,
      `${peer.origin}/replies`,
      many.map(({ note }) => note.id),
    );
    await read();
    const before = peer.fetched.length;

    await read();

    const names = [found, ...many].map(({ note }) => new URL(note.id).pathname);
    expect(peer.fetched.slice(before).filter((path) => names.includes(path))).toHaveLength(limits.foundLookedAt);
  }));
