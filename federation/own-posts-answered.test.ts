import { expect, test } from "vitest";
import { listCases } from "../src/moderation/list-cases.ts";
import { writePost } from "../src/post/write-post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import type { PeerActor } from "../test/fediverse.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";

const inbox = "https://moot.example/inbox";
const accept = { accept: "application/activity+json" };
const publicCollection = "https://www.w3.org/ns/activitystreams#Public";

/** Mo, who has an account here, wrote a post, which is followed by a server of the FEP-1b12 family. */
async function world(federated: Federated) {
  const { app, peer, receive, settle, door, owed } = federated;
  const communityId = await makeCommunity(app);
  await app.db.execute(
    `insert into peer (host, software, software_due_at, created_at) values ('links.example', 'lemmy', now() + interval '1 year', now())`,
  );
  await makeMember(app, communityId, { authorId: await makeAuthor(app, { host: "links.example" }) });
  const mo = await makePerson(app);
  const written = await writePost(app, { authorId: mo.authorId, communityId, key: "k", text: "Mulch early" });
  await settle();
  if (!("postId" in written)) throw new Error(written.action);
  const post = `https://moot.example/posts/${written.postId}`;
  const bob = peer.person("bob");
  let count = 0;
  const send = async (activity: object, by: PeerActor = bob) => {
    const id = `${by.iri}#${++count}`;
    const whole = { "@context": "https://www.w3.org/ns/activitystreams", id, actor: by.iri, ...activity };
    expect((await receive(by.request(inbox, whole))).status).toBe(202);
    return whole;
  };
  const total = async (of: "likes" | "shares") => {
    const response = await door.routes.request(`${post}/${of}`, { headers: accept });
    return ((await response.json()) as { totalItems: number }).totalItems;
  };
  const announced = async () =>
    (await owed()).map(({ activity }) => activity["object"]).filter((object) => typeof object === "object");
  return { communityId, mo, postId: written.postId, post, bob, send, total, announced };
}

test("a like of a member's post counts until it is taken back, and the kin of the community hear of both", () =>
  withFederation(async (federated) => {
    const { post, send, total, announced } = await world(federated);

    const like = await send({ type: "Like", object: post });
    expect(await total("likes")).toBe(1);
    await send({ type: "Like", object: post });
    await send({ type: "Like", object: post }, federated.peer.person("eve"));
    expect(await total("likes")).toBe(2);
    await send({ type: "Undo", object: like });

    expect(await total("likes")).toBe(1);
    expect(await announced()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: "Like", object: post }),
        expect.objectContaining({ type: "Undo", object: expect.objectContaining({ type: "Like" }) }),
      ]),
    );
  }));

test("a boost of a member's post counts until it is taken back, by its id alone too", () =>
  withFederation(async (federated) => {
    const { post, send, total } = await world(federated);

    const boost = await send({ type: "Announce", object: post, to: [publicCollection], cc: [] });
    expect(await total("shares")).toBe(1);
    await send({ type: "Undo", object: boost.id });

    expect(await total("shares")).toBe(0);
  }));

test.each<[string, (given: { post: string; actor: string; group: string }) => object, boolean]>([
  ["of Mastodon, the person first and then the post", ({ post, actor }) => ({ object: [actor, post] }), true],
  ["of Lemmy, to the community", ({ post, group }) => ({ object: post, to: [group], summary: "spam" }), true],
  ["about the person alone", ({ actor }) => ({ object: [actor] }), false],
])("a report %s reaches the moderators of the community where a member wrote", (_, flag, isOfPost) =>
  withFederation(async (federated) => {
    const { communityId, mo, post, postId, send, announced } = await world(federated);
    const [actor, group] = [`https://moot.example/actors/${mo.actorId}`, `https://moot.example/actors/${communityId}`];
    const before = (await announced()).length;

    await send({ type: "Flag", content: "spam", ...flag({ post, actor, group }) });

    const cases = await listCases(federated.app.db);
    expect(cases).toMatchObject([{ community: "cats", reports: [{ words: "spam" }] }]);
    expect(cases[0]!.post?.sourceId).toBe(isOfPost ? post : undefined);
    if (isOfPost) expect(JSON.stringify(cases)).toContain(postId);
    expect(await announced()).toHaveLength(before);
  }),
);

test("what somebody else likes, boosts or reports in a peer's name has no effect on a member's post", () =>
  withFederation(async (federated) => {
    const { post, bob, send, total } = await world(federated);
    const eve = federated.peer.person("eve");
    const like = await send({ type: "Like", object: post });

    const forged = { "@context": "https://www.w3.org/ns/activitystreams", id: `${bob.iri}#f`, actor: bob.iri };
    const undo = { ...forged, type: "Undo", object: like };
    expect((await federated.receive(eve.request(inbox, undo))).status).toBe(401);
    await send({ type: "Undo", object: like }, eve);
    await send({ type: "Undo", object: like.id }, eve);

    expect(await total("likes")).toBe(1);
  }));
