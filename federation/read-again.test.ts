import { expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import { communities } from "../src/db/schema/community.ts";
import { postOriginals, threads } from "../src/db/schema/post.ts";
import { readAgain } from "../src/post/read-again.ts";
import { publishCollection, readOn, words, world } from "../test/conversations.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeCommunity } from "../test/make.ts";

const minute = 60 * 1000;

/** The same, where everybody writes now. */
async function worldOfNow(federated: Federated) {
  const { send, ...others } = await world(federated);
  const sendNow: typeof send = async (who, said, more) =>
    await send(who, said, { published: federated.app.now().toISOString(), ...more });
  return { ...others, send: sendNow };
}

test("an answer that is sent to nobody here is found some time later, also when it is the only one", () =>
  withFederation(async (federated) => {
    const { app, peer } = federated;
    const { ana, ben, send } = await worldOfNow(federated);
    const replies = `${peer.origin}/replies`;
    const root = await send(ana, "1 Slugs", { replies });
    publishCollection(federated, replies, [ben.note("2 Beer", { inReplyTo: root.id }).note.id]);

    app.advance(limits.readAgainAfter);
    expect(await readAgain(app)).toBe(1);
    await readOn(federated);

    expect(await words(federated)).toEqual(["1 Slugs", "2 Beer"]);
  }));

test("a thread is read again ever less often, and no more after two days", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { ana, send } = await worldOfNow(federated);
    await send(ana, "Slugs");
    const at: number[] = [];

    for (let minutes = 0; minutes <= 5 * 24 * 60; minutes += 5) {
      if ((await readAgain(app)) > 0) at.push(minutes);
      await readOn(federated);
      app.advance(5 * minute);
    }

    expect(at).toEqual([15, 60, 240, 960]);
  }));

test("a run that is planned is waited for, and an answer that comes has the waiting begin anew", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { ana, ben, send } = await worldOfNow(federated);
    const root = await send(ana, "Slugs");
    app.advance(16 * minute);
    await readAgain(app);
    await readOn(federated);
    await send(ben, "Beer", { inReplyTo: root.id });

    app.advance(limits.conversationPause);
    await readOn(federated);
    const counts: number[] = [];
    for (let minutes = 5; minutes <= 60; minutes += 5) {
      counts.push(await readAgain(app));
      app.advance(5 * minute);
    }

    expect(counts).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  }));

test.each([
  ["is closed to answers", async ({ app }) => void (await app.db.update(threads).set({ lockedAt: app.now() }))],
  [
    "is in a private community",
    async ({ app }) => void (await app.db.update(communities).set({ visibility: "private", joinPolicy: "invite" })),
  ],
  ["is in a closed community", async ({ app }) => void (await app.db.update(communities).set({ closedAt: app.now() }))],
] satisfies [string, Parameters<typeof withFederation>[0]][])("a thread that %s is not read again", (_, change) =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { ana, send } = await worldOfNow(federated);
    await send(ana, "Slugs");
    await change(federated);

    app.advance(limits.readAgainAfter);

    expect(await readAgain(app)).toBe(0);
  }),
);

test("a community in which very much is said at once takes its share, and no more", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { ana, send } = await worldOfNow(federated);
    const dogs = await makeCommunity(app, { handle: "dogs" });
    for (let n = 0; n < limits.readAgainInCommunity + 3; n++) await send(ana, `Slugs ${n}`);
    await send(ana, "Beer", { cc: [`https://moot.example/actors/${dogs}`] });

    app.advance(limits.readAgainAfter);

    expect([await readAgain(app), await readAgain(app), await readAgain(app)]).toEqual([
      limits.readAgainInCommunity + 1,
      3,
      0,
    ]);
  }));

test("what a group passes on is left to it to tell of", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { ana, send } = await worldOfNow(federated);
    await send(ana, "Slugs");
    await app.db.update(postOriginals).set({ messageId: null });

    app.advance(limits.readAgainAfter);

    expect(await readAgain(app)).toBe(0);
  }));
