import { verifyJsonLd } from "@fedify/fedify";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { updateProfile } from "../src/account/settings.ts";
import type { QuoteId } from "../src/core/ids.ts";
import { quotePermits } from "../src/db/schema/quote.ts";
import { decide } from "../src/moderation/decide.ts";
import { revokeQuote } from "../src/post/quote-permits.ts";
import { withdrawPost, writePost } from "../src/post/write-post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeCommunity } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { fetchActor } from "./actors.ts";
import { contextLoader } from "./contexts.ts";

const inbox = "https://moot.example/inbox";
const accept = { accept: "application/activity+json" };
const everybody = "https://www.w3.org/ns/activitystreams#Public";

/** Mo has written a post here. Bob, elsewhere, quotes it and asks. */
async function world(federated: Federated) {
  const { app, peer, receive, settle, owed, door } = federated;
  const communityId = await makeCommunity(app);
  const mo = await makePerson(app);
  const written = await writePost(app, { authorId: mo.authorId, communityId, key: "k", text: "Mulch early" });
  await settle();
  if (!("postId" in written)) throw new Error(written.action);
  const post = `https://moot.example/posts/${written.postId}`;
  const bob = peer.person("bob");
  const { note } = bob.note("So true", { quote: post });
  let count = 0;
  /** Asks as Mastodon does. */
  const ask = async (more: object = {}, by = bob) => {
    const id = `${by.iri}/asks/${++count}`;
    const request = { "@context": "https://www.w3.org/ns/activitystreams", id, type: "QuoteRequest", actor: by.iri };
    await receive(by.request(inbox, { ...request, object: post, instrument: note, ...more }));
    return id;
  };
  const answers = async () =>
    (await owed()).filter(({ activity }) => /^(Accept|Reject)$/.test(String(activity["type"])));
  const read = async (iri: string) => await door.routes.request(iri, { headers: accept });
  return { communityId, mo, postId: written.postId, post, bob, note, ask, answers, read };
}

test("whoever asks to quote a post written here gets a yes in its author's name, with a permission that anybody can read", () =>
  withFederation(async (federated) => {
    const { mo, post, bob, note, ask, answers, read } = await world(federated);

    const id = await ask();

    const actor = `https://moot.example/actors/${mo.actorId}`;
    const [answer, ...others] = await answers();
    expect(others).toEqual([]);
    expect(answer).toMatchObject({ inbox: `${bob.iri}/inbox`, audience: "direct" });
    expect(answer!.activity).toMatchObject({
      type: "Accept",
      actor,
      to: [bob.iri],
      object: { id, type: "QuoteRequest", actor: bob.iri, object: post, instrument: note.id },
      result: expect.stringMatching(/^https:\/\/moot\.example\/quotes\/[0-9a-f-]{36}$/),
    });
    const permission = String(answer!.activity["result"]);
    const response = await read(permission);
    expect(response.headers.get("content-type")).toContain("application/activity+json");
    const document = await response.json();
    expect(document).toEqual({
      "@context": expect.anything(),
      id: permission,
      type: "QuoteAuthorization",
      attributedTo: actor,
      interactingObject: note.id,
      interactionTarget: post,
    });
  }));

test("the policy of a post says what its author wants, and a no of theirs is sent as one", () =>
  withFederation(async (federated) => {
    const { mo, post, ask, answers, read } = await world(federated);
    const policyOf = async () =>
      ((await (await read(post)).json()) as { interactionPolicy: unknown }).interactionPolicy;
    const all = { automaticApproval: [everybody] };
    expect(await policyOf()).toEqual({ canLike: all, canReply: all, canAnnounce: all, canQuote: all });

    await updateProfile(federated.app, mo.accountId, { name: "Mo", bio: "", indexable: true, quotable: false });
    await ask();

    const nobody = { automaticApproval: [`https://moot.example/actors/${mo.actorId}`] };
    expect(await policyOf()).toMatchObject({ canLike: all, canQuote: nobody });
    const [answer] = await answers();
    expect(answer!.activity).toMatchObject({ type: "Reject", object: { type: "QuoteRequest" } });
    expect(answer!.activity).not.toHaveProperty("result");
  }));

test("who asks again, by the id of the post alone, is answered again with the same permission; who asks for another's post is not", () =>
  withFederation(async (federated) => {
    const { note, ask, answers } = await world(federated);
    const first = await ask();
    await ask({ instrument: note.id });
    await ask({ instrument: note.id }, federated.peer.person("eve"));

    const given = await answers();
    expect(given.map(({ activity }) => activity["type"])).toEqual(["Accept", "Accept"]);
    expect(new Set(given.map(({ activity }) => activity["result"])).size).toBe(1);
    expect(given[0]!.activity["object"]).toMatchObject({ id: first });
  }));

test("a permission that is taken back is gone, is told so signed, and does not come again", () =>
  withFederation(async (federated) => {
    const { mo, bob, ask, answers, read } = await world(federated);
    await ask();
    const permission = String((await answers())[0]!.activity["result"]);
    const id = permission.split("/").at(-1) as QuoteId;

    await expect(
      revokeQuote(federated.app, (await makePerson(federated.app, { handle: "lu" })).authorId, id),
    ).rejects.toThrow("no such permission");
    await revokeQuote(federated.app, mo.authorId, id);
    await revokeQuote(federated.app, mo.authorId, id);
    await federated.settle();

    const deletes = (await federated.owed()).filter(({ activity }) => activity["type"] === "Delete");
    expect(deletes).toMatchObject([{ inbox: `${bob.iri}/inbox`, activity: { object: permission } }]);
    const documentLoader = async (url: string) => ({
      contextUrl: null,
      documentUrl: url,
      document: await (await read(url.replace(/#.*/, ""))).json(),
    });
    expect(await verifyJsonLd(deletes[0]!.activity, { documentLoader, contextLoader })).toBe(true);
    expect((await read(permission)).status).toBe(410);
    await ask();
    expect((await answers()).map(({ activity }) => activity["type"])).toEqual(["Accept", "Reject"]);
  }));

test("a permission is gone with its post, deleted or removed", () =>
  withFederation(async (federated) => {
    const { mo, postId, ask, answers, read } = await world(federated);
    await ask();
    const permission = String((await answers())[0]!.activity["result"]);

    await decide(federated.app, { postId, moderatorId: null, reason: "no", action: "remove" });
    expect((await read(permission)).status).toBe(410);
    await decide(federated.app, { postId, moderatorId: null, reason: "", action: "restore" });
    expect((await read(permission)).status).toBe(200);
    await withdrawPost(federated.app, mo.authorId, postId);
    expect((await read(permission)).status).toBe(410);
    await ask();
    expect(await answers()).toHaveLength(1);
  }));

test("whoever was shut out of the community gets a no", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { communityId, ask, answers, bob } = await world(federated);
    const { authorId } = await fetchActor(federated.door.source, bob.iri);
    await decide(app, { communityId, authorId, moderatorId: null, action: "ban", reason: "no", until: undefined });

    await ask();

    expect((await answers()).map(({ activity }) => activity["type"])).toEqual(["Reject"]);
  }));

test.each<[string, (given: { post: string; origin: string; bob: string }) => object]>([
  ["about a post of another server", () => ({ object: "https://other.example/notes/1" })],
  [
    "about a post that is not here",
    () => ({ object: "https://moot.example/posts/018f0000-0000-7000-8000-000000000000" }),
  ],
  ["about several posts", ({ post }) => ({ object: [post, post] })],
  ["with a post of another server", () => ({ instrument: "https://other.example/notes/1" })],
  ["with no post", () => ({ instrument: undefined })],
  ["with a post that its home does not show", ({ bob }) => ({ instrument: `${bob}/statuses/9` })],
  [
    "with a post that quotes something else",
    ({ bob }) => ({
      instrument: { id: `${bob}/9`, type: "Note", attributedTo: bob, quote: "https://other.example/1" },
    }),
  ],
  [
    "with a post of somebody else",
    ({ post, bob, origin }) => ({
      instrument: { id: `${bob}/9`, type: "Note", attributedTo: `${origin}/users/eve`, quote: post },
    }),
  ],
])("a question %s is not answered, and nothing is written (attack A17)", (_, change) =>
  withFederation(async (federated) => {
    const { post, bob, ask, answers } = await world(federated);

    await ask(change({ post, origin: federated.peer.origin, bob: bob.iri }));

    expect(await answers()).toEqual([]);
    expect(await federated.app.db.select().from(quotePermits).where(eq(quotePermits.state, "granted"))).toEqual([]);
  }),
);
