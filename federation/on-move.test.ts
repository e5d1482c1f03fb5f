import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { AuthorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { consents, memberDeliveries, memberRoles, members } from "../src/db/schema/community.ts";
import { remoteActors } from "../src/db/schema/identity.ts";
import { decide } from "../src/moderation/decide.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import type { PeerActor } from "../test/fediverse.ts";
import { makeCommunity } from "../test/make.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";

let count = 0;

/** A community that Ana follows, and her new account, which names the old one. */
async function world(federated: Federated) {
  const { app, peer, receive, outcomeOf } = federated;
  const communityId = await makeCommunity(app);
  const group = `https://moot.example/actors/${communityId}`;
  const ana = peer.person("ana");
  const send = async (who: PeerActor, activity: object) => {
    const id = `${who.iri}/acts/${++count}`;
    await receive(who.request(inbox, { "@context": as, id, actor: who.iri, ...activity }));
    return await outcomeOf(id);
  };
  await send(ana, { type: "Follow", object: group });
  const anna = peer.person("anna", { alsoKnownAs: [ana.iri] });
  const move = { type: "Move", object: ana.iri, target: anna.iri };
  const idOf = async ({ iri }: PeerActor) =>
    (await app.db.select().from(remoteActors).where(eq(remoteActors.iri, iri)))[0]?.authorId;
  const stateOf = async (who: PeerActor) => {
    const authorId = await idOf(who);
    const rows = authorId ? await app.db.select().from(members).where(eq(members.authorId, authorId)) : [];
    return rows[0]?.state;
  };
  const about = async (who: PeerActor) => ({
    communityId,
    authorId: (await idOf(who)) as AuthorId,
    moderatorId: null,
    reason: "",
  });
  return { ana, anna, move, send, stateOf, about, idOf };
}

test("who moves is a member under the new name, with the role, and hears there", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { ana, anna, move, send, stateOf, about, idOf } = await world(federated);
    await decide(app, { ...(await about(ana)), action: "set-role", role: "owner" });

    expect(await send(ana, move)).toBe("done: moved");

    expect([await stateOf(ana), await stateOf(anna)]).toEqual(["left", "active"]);
    expect(await app.db.select().from(memberRoles)).toMatchObject([{ authorId: await idOf(anna), role: "owner" }]);
    expect(await app.db.select().from(memberDeliveries)).toMatchObject([{ authorId: await idOf(anna) }]);
    const ledger = await app.db.select().from(consents).orderBy(consents.id);
    expect(ledger.map(({ act, given, authorId }) => [act, given, authorId])).toEqual([
      ["follow", true, await idOf(ana)],
      ["moved", false, await idOf(ana)],
      ["moved", true, await idOf(anna)],
    ]);
  }));

test("Mastodon says it in the profile", () =>
  withFederation(async (federated) => {
    const { ana, anna, send, stateOf } = await world(federated);

    const outcome = await send(ana, { type: "Update", object: { ...ana.document, movedTo: anna.iri } });

    expect(outcome).toBe("done: profile changed, moved");
    expect(await stateOf(anna)).toBe("active");
  }));

test.each([
  ["names nobody", {}],
  ["names somebody else", { alsoKnownAs: ["https://far.example/users/ana"] }],
])("nobody moves to an account that %s", (_, more) =>
  withFederation(async (federated) => {
    const { ana, move, send, stateOf } = await world(federated);
    const eve = federated.peer.person("eve", more);

    expect(await send(ana, { ...move, target: eve.iri })).toMatch(/^ignored: /);

    expect(await stateOf(ana)).toBe("active");
    expect(await stateOf(eve)).toBeUndefined();
  }),
);

test("nobody moves somebody else, and nobody moves to a group", () =>
  withFederation(async (federated) => {
    const { ana, anna, move, send, stateOf } = await world(federated);
    const group = federated.peer.person("group", { type: "Group", alsoKnownAs: ana.iri });

    expect(await send(anna, move)).toMatch(/^ignored: /);
    expect(await send(ana, { ...move, target: group.iri })).toMatch(/^ignored: /);
    expect(await stateOf(ana)).toBe("active");
  }));

test("a move has its effect once, and another is not taken within a week", () =>
  withFederation(async (federated) => {
    const { app, peer } = federated;
    const { ana, move, send } = await world(federated);
    const third = peer.person("third", { alsoKnownAs: [ana.iri] });

    expect(await send(ana, move)).toBe("done: moved");
    expect(await send(ana, move)).toBe("ignored: moved already");
    expect(await send(ana, { ...move, target: third.iri })).toBe("ignored: moved too soon");
    app.advance(limits.moveCooldown);
    expect(await send(ana, { ...move, target: third.iri })).toBe("done: moved");
  }));

test("a ban follows whoever moves, and nobody is let in by moving to where they are banned", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { ana, anna, move, send, stateOf, about } = await world(federated);
    await decide(app, { ...(await about(ana)), action: "ban" });

    await send(ana, move);
    expect([await stateOf(ana), await stateOf(anna)]).toEqual(["banned", "banned"]);

    const ben = federated.peer.person("ben", { alsoKnownAs: [] });
    await send(ben, { type: "Follow", object: `https://moot.example/actors/${(await about(ana)).communityId}` });
    const annaAgain = { ...anna.document, alsoKnownAs: [ana.iri, ben.iri] };
    federated.peer.publish(annaAgain);
    await send(ben, { type: "Move", object: ben.iri, target: anna.iri });
    expect(await stateOf(anna)).toBe("banned");
  }));
