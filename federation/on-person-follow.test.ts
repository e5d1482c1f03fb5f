import { expect, test } from "vitest";
import { personFollowers } from "../src/db/schema/account.ts";
import { writePost } from "../src/post/write-post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeCommunity } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";

const activityJson = { accept: "application/activity+json" };

/** Mo has an account here; Ana of another server follows them. */
async function world(federated: Federated) {
  const { app, peer, receive } = federated;
  const communityId = await makeCommunity(app);
  const mo = await makePerson(app);
  const actor = `https://moot.example/actors/${mo.actorId}`;
  const ana = peer.person("ana");
  const follow = { id: `${peer.origin}/follows/1`, type: "Follow", actor: ana.iri, object: actor };
  await receive(ana.request(`${actor}/inbox`, follow));
  const read = async (path: string) =>
    (await (await federated.door.routes.request(path, { headers: activityJson })).json()) as Record<string, unknown>;
  return { communityId, mo, actor, ana, follow, read };
}

test("whoever follows a person is accepted, counted but not named, and gets what they post", () =>
  withFederation(async (federated) => {
    const { communityId, mo, actor, ana, follow, read } = await world(federated);

    const [accept] = await federated.owed();
    expect(accept).toMatchObject({
      inbox: `${ana.iri}/inbox`,
      audience: "direct",
      activity: { type: "Accept", actor, object: { id: follow.id, type: "Follow", actor: ana.iri } },
    });
    expect(await read(`${actor}/followers`)).toMatchObject({ totalItems: 1, items: [] });
    expect(await read(actor)).toMatchObject({ manuallyApprovesFollowers: false });

    await writePost(federated.app, { authorId: mo.authorId, communityId, key: "k", text: "How deep?" });
    await federated.settle();
    const created = (await federated.owed()).filter(({ activity }) => activity["type"] === "Create");
    expect(created).toMatchObject([
      { inbox: `${federated.peer.origin}/inbox`, activity: { actor, object: { content: "<p>How deep?</p>" } } },
    ]);
    expect(await read(`${actor}/outbox`)).toMatchObject({
      totalItems: 1,
      orderedItems: [{ type: "Create", actor, object: { content: "<p>How deep?</p>" } }],
    });
  }));

test.each([
  ["whole", (follow: object) => follow],
  ["by its id", ({ id }: { id: string }) => id],
])("a follow is taken back, given %s, by who made it and nobody else", (_, given) =>
  withFederation(async (federated) => {
    const { app, receive, peer } = federated;
    const { actor, ana, follow } = await world(federated);
    const undo = { type: "Undo", object: given(follow) };
    const eve = peer.person("eve");

    await receive(eve.request(`${actor}/inbox`, { ...undo, id: `${peer.origin}/undo/1`, actor: eve.iri }));
    expect(await app.db.$count(personFollowers)).toBe(1);
    await receive(ana.request(`${actor}/inbox`, { ...undo, id: `${peer.origin}/undo/2`, actor: ana.iri }));
    expect(await app.db.$count(personFollowers)).toBe(0);
  }),
);

test("who deletes their account follows nobody any more", () =>
  withFederation(async (federated) => {
    const { ana, actor } = await world(federated);
    federated.peer.remove(ana.iri, 410);
    const gone = { id: `${ana.iri}#delete`, type: "Delete", actor: ana.iri, object: ana.iri };
    await federated.receive(ana.request(`${actor}/inbox`, gone));
    expect(await federated.app.db.$count(personFollowers)).toBe(0);
  }));
