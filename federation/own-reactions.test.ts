import { verifyJsonLd } from "@fedify/fedify";
import { expect, test } from "vitest";
import { posts } from "../src/db/schema/post.ts";
import { reactions } from "../src/db/schema/reaction.ts";
import { reactHere, withdrawReactionHere } from "../src/post/react-here.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { contextLoader } from "./contexts.ts";

/** Ana of another server wrote to a community that a Lemmy follows; Mo has an account here. */
async function world(federated: Federated, more: object = {}) {
  const { app, peer, receive } = federated;
  const communityId = await makeCommunity(app);
  const group = `https://moot.example/actors/${communityId}`;
  const mo = await makePerson(app);
  const ana = peer.person("ana");
  const { note, create } = ana.note("Slugs", { cc: [group], ...more });
  await receive(ana.request("https://moot.example/inbox", create));
  await app.db.execute(
    "insert into peer (host, software, software_due_at, created_at) values ('links.example', 'lemmy', now() + interval '1 year', now())",
  );
  await makeMember(app, communityId, { authorId: await makeAuthor(app, { host: "links.example" }) });
  const [post] = await app.db.select().from(posts).orderBy(posts.id);
  const before = (await federated.owed()).length;
  const told = async () => {
    await federated.settle();
    return (await federated.owed()).slice(before);
  };
  return { group, mo, actor: `https://moot.example/actors/${mo.actorId}`, ana, note, postId: post!.id, told };
}

test("a like goes to the author in the name of who likes, signed, and the community passes it on; then its end does", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { group, mo, actor, ana, note, postId, told } = await world(federated);
    const like = { authorId: mo.authorId, postId, kind: "like" } as const;

    await reactHere(app, like);
    await reactHere(app, like);
    const [own, passed, ...more] = await told();

    expect(more).toEqual([]);
    expect(own).toMatchObject({
      inbox: `${ana.iri}/inbox`,
      activity: { type: "Like", actor, object: note.id, to: [ana.iri] },
    });
    expect(passed).toMatchObject({
      inbox: "https://links.example/inbox",
      activity: { type: "Announce", actor: group, object: { type: "Like", actor } },
    });
    const documentLoader = async (url: string) => ({
      document: await (
        await federated.door.routes.request(url, { headers: { accept: "application/activity+json" } })
      ).json(),
      documentUrl: url,
      contextUrl: null,
    });
    expect(await verifyJsonLd(own!.activity, { documentLoader, contextLoader })).toBe(true);
    await withdrawReactionHere(app, like);
    await withdrawReactionHere(app, like);
    expect((await told()).slice(2).map(({ activity }) => activity)).toMatchObject([
      { type: "Undo", actor, object: { type: "Like", id: own!.activity["id"] } },
      { type: "Announce", actor: group, object: { type: "Undo" } },
    ]);
    expect(await app.db.$count(reactions)).toBe(0);
    await reactHere(app, like);
    expect((await told()).slice(4)[0]!.activity["id"]).not.toBe(own!.activity["id"]);
  }));

test("a boost goes to the author and to who follows the person, for everybody to see, and to each server once", () =>
  withFederation(async (federated) => {
    const { app, peer, receive } = federated;
    const { mo, actor, ana, note, postId, told } = await world(federated);
    const bea = peer.person("bea");
    const follow = { id: `${peer.origin}/follows/1`, type: "Follow", actor: bea.iri, object: actor };
    await receive(bea.request(`${actor}/inbox`, follow));

    await reactHere(app, { authorId: mo.authorId, postId, kind: "boost" });

    const boosts = (await told()).filter(({ activity }) => activity["type"] === "Announce");
    expect(boosts.map(({ inbox }) => inbox)).toEqual([`${peer.origin}/inbox`]);
    expect(boosts[0]!.activity).toMatchObject({ actor, object: note.id, cc: [`${actor}/followers`, ana.iri] });
  }));

test("what its author wants to be asked about is not boosted, and does not count as if it were", () =>
  withFederation(async (federated) => {
    const interactionPolicy = { canAnnounce: { automaticApproval: [], manualApproval: ["as:Public"] } };
    const { mo, postId, told } = await world(federated, { interactionPolicy });

    await reactHere(federated.app, { authorId: mo.authorId, postId, kind: "boost" });

    expect((await told()).filter(({ activity }) => activity["type"] === "Announce")).toEqual([]);
    expect(await federated.app.db.$count(reactions)).toBe(0);
  }));

test("who was shut out reacts to nothing", () =>
  withFederation(async (federated) => {
    const { mo, postId, group } = await world(federated);
    const communityId = group.split("/").at(-1) as Parameters<typeof makeMember>[1];
    await makeMember(federated.app, communityId, { authorId: mo.authorId, state: "banned" });
    const like = reactHere(federated.app, { authorId: mo.authorId, postId, kind: "like" });
    await expect(like).rejects.toMatchObject({ code: "not-allowed" });
  }));
