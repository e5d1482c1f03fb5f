import { expect, test } from "vitest";
import { type CommunityId, type PostId, readId } from "../src/core/ids.ts";
import { decide } from "../src/moderation/decide.ts";
import { listThreadPosts } from "../src/post/list-thread-posts.ts";
import { rewritePost, writePost } from "../src/post/write-post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import type { PeerActor } from "../test/fediverse.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import type { JsonObject } from "./as2.ts";
import { readQuotable } from "./read-quotes.ts";

const as = "https://www.w3.org/ns/activitystreams";
const inbox = "https://moot.example/inbox";
const everybody = { canQuote: { automaticApproval: [`${as}#Public`] } };

/** Ana wrote about slugs on her own server, and lets others quote that; Lu has an account here. */
async function withSlugs(
  test: (world: Awaited<ReturnType<typeof open>>) => Promise<void>,
  given: { readonly interactionPolicy?: object; readonly holdPolicy?: "everyone" } = {},
) {
  await withFederation(async (federated) => await test(await open(federated, given)));
}

async function open(
  federated: Federated,
  { interactionPolicy = everybody, ...policies }: { interactionPolicy?: object; holdPolicy?: "everyone" },
) {
  const { app, peer, receive, settle, owed, door } = federated;
  const communityId: CommunityId = await makeCommunity(app, policies);
  await makeMember(app, communityId, { authorId: await makeAuthor(app, { host: "follower.example" }) });
  const ana = peer.person("ana");
  const cc = [`https://moot.example/actors/${communityId}`];
  const slugs = ana.note("Slugs hate copper", { cc, interactionPolicy, url: `${peer.origin}/@ana/1` });
  await receive(ana.request(inbox, slugs.create));
  const [{ id: slugsId }] = (await federated.connection.sql`select id from post`) as unknown as [{ id: PostId }];
  if (policies.holdPolicy) await decide(app, { action: "approve", postId: slugsId, moderatorId: null, reason: "" });
  const lu = await makePerson(app, { handle: "lu" });
  const actor = `https://moot.example/actors/${lu.actorId}`;
  const write = async (text: string) => {
    const written = await writePost(app, { authorId: lu.authorId, communityId, key: text, text });
    await settle();
    if (!("postId" in written)) throw new Error(written.action);
    return written.postId;
  };
  const rewrite = async (id: PostId, text: string) => {
    await rewritePost(app, lu.authorId, id, { text });
    await settle();
  };
  const noteOf = async (id: PostId) => {
    const headers = { accept: "application/activity+json" };
    return (await (await door.routes.request(`https://moot.example/posts/${id}`, { headers })).json()) as JsonObject;
  };
  const shown = async (id: PostId) => {
    const view = (await listThreadPosts(app.db, readId(id)!, { limit: 1 }))[0];
    return view?.state === "published" ? view.quotes.map(({ here }) => here?.words?.beginning) : undefined;
  };
  const { asked, answer } = answering(federated, ana, actor);
  const stamp = `${peer.origin}/stamps/1`;
  const permit = (id: PostId, more: JsonObject = {}) =>
    peer.publish({
      "@context": as,
      id: stamp,
      type: "QuoteAuthorization",
      attributedTo: ana.iri,
      interactingObject: `https://moot.example/posts/${id}`,
      interactionTarget: slugs.note.id,
      ...more,
    });
  const updates = async () => {
    const announced = (await owed()).map(({ activity }) => activity["object"] as JsonObject);
    return announced.filter(({ type }) => type === "Update").map(({ object }) => object);
  };
  const page = `https://moot.example/p/${slugsId}`;
  const own = { actor, write, rewrite, noteOf, shown, updates, page };
  return { ...federated, ...own, ana, slugs, slugsId, asked, answer, permit, stamp };
}

/** What Ana was asked, and how she, or somebody else, answers. */
function answering({ owed, receive }: Federated, ana: PeerActor, actor: string) {
  const asked = async () => (await owed()).filter(({ activity }) => activity["type"] === "QuoteRequest");
  let count = 0;
  const answer = async (type: "Accept" | "Reject", more: JsonObject = {}, by: PeerActor = ana) => {
    const [question] = await asked();
    const { id, object, instrument } = question!.activity as { id: string; object: string; instrument: JsonObject };
    const request = { id, type: "QuoteRequest", actor, object, instrument: String(instrument["id"]) };
    const activity = {
      "@context": as,
      id: `${by.iri}#answer-${++count}`,
      type,
      actor: by.iri,
      object: request,
      ...more,
    };
    return await receive(by.request(inbox, activity));
  };
  return { asked, answer };
}

test("who quotes somebody elsewhere asks them, shows a link until they say yes, and their words from then on", () =>
  withSlugs(
    async ({ ana, slugs, actor, write, rewrite, noteOf, shown, asked, answer, permit, stamp, updates, page }) => {
      const id = await write(`So true.\n\n${page}`);

      const note = await noteOf(id);
      expect(note).toMatchObject({ quote: slugs.note.id, quoteUri: slugs.note.id });
      expect(note).not.toHaveProperty("quoteAuthorization");
      expect(await shown(id)).toEqual([undefined]);
      // Whoever fetches the post gets the first of its replies along; what is sent names where they are.
      const { "@context": _, replies, ...words } = note;
      const instrument = { ...words, replies: (replies as { id: string }).id };
      expect(await asked()).toMatchObject([
        { inbox: `${ana.iri}/inbox`, activity: { actor, to: [ana.iri], object: slugs.note.id, instrument } },
      ]);

      permit(id);
      await answer("Accept", { result: stamp });

      expect(await shown(id)).toEqual(["Slugs hate copper"]);
      expect(await noteOf(id)).toMatchObject({ quote: slugs.note.id, quoteAuthorization: stamp });
      expect(await updates()).toMatchObject([{ quoteAuthorization: stamp }]);
      await rewrite(id, `Still true.\n\n${page}`);
      expect(await noteOf(id)).toMatchObject({ quoteAuthorization: stamp });
      expect(await asked()).toHaveLength(1);
      await rewrite(id, "Not true.");
      expect(await noteOf(id)).not.toHaveProperty("quote");
    },
  ));

test("a link to the page of the post at its home quotes it too", () =>
  withSlugs(async ({ peer, slugs, write, noteOf }) => {
    expect(await noteOf(await write(`So true.\n\n${peer.origin}/@ana/1`))).toMatchObject({ quote: slugs.note.id });
  }));

test("a permission that its author takes back, by a Delete or a Reject, makes the quote a link again, and others hear of that", () =>
  withSlugs(async ({ ana, receive, write, noteOf, shown, answer, permit, stamp, updates, page }) => {
    const id = await write(`So true.\n\n${page}`);
    permit(id);
    const take = {
      Delete: () =>
        receive(
          ana.request(inbox, { "@context": as, id: `${stamp}#gone`, type: "Delete", actor: ana.iri, object: stamp }),
        ),
      Reject: () => answer("Reject"),
    };
    for (const how of ["Reject", "Delete"] as const) {
      await answer("Accept", { result: stamp });
      expect(await shown(id)).toEqual(["Slugs hate copper"]);
      await take[how]();
      expect(await shown(id)).toEqual([undefined]);
      expect(await noteOf(id)).not.toHaveProperty("quoteAuthorization");
      expect((await updates()).at(-1)).not.toHaveProperty("quoteAuthorization");
    }
    // What was taken back by its author does not come back.
    await answer("Accept", { result: stamp });
    expect(await shown(id)).toEqual([undefined]);
  }));

test("attack A17: a yes that somebody else says, or that proves nothing, allows nothing", () =>
  withSlugs(async ({ peer, write, shown, noteOf, answer, permit, stamp, page }) => {
    const id = await write(`So true.\n\n${page}`);
    const eve = peer.person("eve");

    permit(id);
    await answer("Accept", { result: stamp }, eve);
    await answer("Accept");
    await answer("Accept", { result: "https://evil.example/stamps/1" });
    permit(id, { attributedTo: eve.iri });
    await answer("Accept", { result: stamp });
    await answer("Accept", { result: stamp }, eve);
    permit(id, { interactionTarget: `${peer.origin}/users/ana/statuses/2` });
    await answer("Accept", { result: stamp });

    expect(await shown(id)).toEqual([undefined]);
    expect(await noteOf(id)).not.toHaveProperty("quoteAuthorization");
  }));

test("nobody is asked about a post that waits for a moderator, and everybody as soon as it is read", () =>
  withSlugs(
    async ({ app, write, asked, settle, page }) => {
      const id = await write(`So true.\n\n${page}`);
      expect(await asked()).toEqual([]);

      await decide(app, { action: "approve", postId: id, moderatorId: null, reason: "" });
      await settle();

      expect(await asked()).toHaveLength(1);
    },
    { holdPolicy: "everyone" },
  ));

test("where its author wants no quotes, or did not say, a link stays a link", () =>
  withSlugs(
    async ({ ana, slugs, receive, write, noteOf, shown, asked, page }) => {
      const before = await write(`So true.\n\n${page}`);
      expect(await noteOf(before)).not.toHaveProperty("quote");
      expect([await shown(before), await asked()]).toEqual([[], []]);

      const update = { ...slugs.create, id: `${slugs.note.id}#2`, type: "Update" };
      await receive(ana.request(inbox, { ...update, object: { ...slugs.note, interactionPolicy: everybody } }));

      expect(await noteOf(await write(`Quite.\n\n${page}`))).toMatchObject({ quote: slugs.note.id });
    },
    { interactionPolicy: { canQuote: { automaticApproval: ["https://remote.example/users/ana"] } } },
  ));

test.each<[boolean, string, JsonObject]>([
  [true, "everybody", everybody as JsonObject],
  [true, "who asks", { canQuote: { automaticApproval: [], manualApproval: `${as}#Public` } }],
  [true, "everybody, in short", { canQuote: { automaticApproval: "as:Public" } }],
  [false, "who follows", { canQuote: { automaticApproval: "https://remote.example/users/ana/followers" } }],
  [false, "nobody", { canQuote: { automaticApproval: [] } }],
  [false, "who likes", { canLike: { automaticApproval: [`${as}#Public`] } }],
])("it is %s that %s may quote", (expected, _, interactionPolicy) => {
  expect(readQuotable({ interactionPolicy })).toBe(expected);
});
