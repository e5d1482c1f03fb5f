import { expect, test } from "vitest";
import { updateProfile } from "../src/account/settings.ts";
import type { PostId } from "../src/core/ids.ts";
import { communities } from "../src/db/schema/community.ts";
import { decide } from "../src/moderation/decide.ts";
import { listThreadPosts } from "../src/post/list-thread-posts.ts";
import { listQuoting, revokeQuote } from "../src/post/quote-permits.ts";
import { rewritePost, writePost } from "../src/post/write-post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../test/make.ts";
import { type MadePerson, makePerson } from "../test/make-person.ts";
import type { JsonObject } from "./as2.ts";

const accept = { accept: "application/activity+json" };

/** Mo and Lu have accounts here; Mo wrote about slugs. */
async function world(federated: Federated) {
  const { app, settle, door } = federated;
  const communityId = await makeCommunity(app);
  await makeMember(app, communityId, { authorId: await makeAuthor(app, { host: "follower.example" }) });
  const [mo, lu] = [await makePerson(app), await makePerson(app, { handle: "lu" })];
  let count = 0;
  const write = async ({ authorId }: MadePerson, text: string) => {
    const written = await writePost(app, { authorId, communityId, key: `k${++count}`, text });
    await settle();
    if (!("postId" in written)) throw new Error(written.action);
    return written.postId;
  };
  const read = async (iri: string) => {
    const response = await door.routes.request(iri, { headers: accept });
    return { status: response.status, document: (await response.json()) as JsonObject };
  };
  const noteOf = async (id: PostId) => (await read(`https://moot.example/posts/${id}`)).document;
  const shown = async (id: PostId) => {
    const [view] = await listThreadPosts(app.db, id as never, { limit: 1 });
    return view?.state === "published" ? view.quotes.map(({ here }) => here?.words?.beginning) : undefined;
  };
  const slugs = await write(mo, "Slugs hate copper");
  return { communityId, mo, lu, slugs, page: `https://moot.example/p/${slugs}`, write, read, noteOf, shown };
}

test("a link alone in a paragraph to a post of a member quotes it, with their permission, which anybody can read", () =>
  withFederation(async (federated) => {
    const { mo, lu, slugs, page, write, read, noteOf, shown } = await world(federated);

    const id = await write(lu, `So true.\n\n${page}`);

    const name = `https://moot.example/posts/${slugs}`;
    const note = await noteOf(id);
    expect(note).toMatchObject({ quote: name, quoteUrl: name, quoteUri: name, _misskey_quote: name });
    expect(note["content"]).toContain(`<p class="quote-inline"><a href="${page}"`);
    const { document } = await read(String(note["quoteAuthorization"]));
    expect(document).toMatchObject({
      type: "QuoteAuthorization",
      attributedTo: `https://moot.example/actors/${mo.actorId}`,
      interactingObject: `https://moot.example/posts/${id}`,
      interactionTarget: name,
    });
    const announced = (await federated.owed()).map(({ activity }) => JSON.stringify(activity));
    expect(announced.some((text) => text.includes(String(note["quoteAuthorization"])))).toBe(true);
    expect(await shown(id)).toEqual(["Slugs hate copper"]);
  }));

test("a permission that is taken back is no longer named, and does not come back with new words", () =>
  withFederation(async (federated) => {
    const { mo, lu, page, write, read, noteOf, shown } = await world(federated);
    const id = await write(lu, `So true.\n\n${page}`);
    const permission = String((await noteOf(id))["quoteAuthorization"]);
    const [quoting] = await listQuoting(federated.app.db, mo.authorId);

    await revokeQuote(federated.app, mo.authorId, quoting!.id);
    await federated.settle();
    const updates = (await federated.owed()).map(({ activity }) => activity["object"] as JsonObject);
    expect(updates.at(-1)).toMatchObject({ type: "Update", object: { id: `https://moot.example/posts/${id}` } });
    expect(updates.at(-1)!["object"]).not.toHaveProperty("quoteAuthorization");
    await rewritePost(federated.app, lu.authorId, id, { text: `Still true.\n\n${page}` });
    await federated.settle();

    expect(await noteOf(id)).not.toHaveProperty("quoteAuthorization");
    expect((await read(permission)).status).toBe(410);
    expect(await shown(id)).toEqual([undefined]);
  }));

test("a post that waits for a moderator quotes nobody yet, and quotes with permission as soon as it is read", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { mo, lu, page, write, noteOf } = await world(federated);
    await app.db.update(communities).set({ holdPolicy: "everyone" });
    const id = await write(lu, `So true.\n\n${page}`);
    expect(await listQuoting(app.db, mo.authorId)).toEqual([]);

    await decide(app, { action: "approve", postId: id, moderatorId: null, reason: "" });

    expect(await listQuoting(app.db, mo.authorId)).toHaveLength(1);
    expect(await noteOf(id)).toHaveProperty("quoteAuthorization");
  }));

test("who quotes themselves needs no permission", () =>
  withFederation(async (federated) => {
    const { mo, slugs, write, noteOf, shown } = await world(federated);

    const id = await write(mo, `As I said:\n\n[this](https://moot.example/posts/${slugs})`);

    const note = await noteOf(id);
    expect(note).toMatchObject({ quote: `https://moot.example/posts/${slugs}` });
    expect(note).not.toHaveProperty("quoteAuthorization");
    expect(await listQuoting(federated.app.db, mo.authorId)).toEqual([]);
    expect(await shown(id)).toEqual(["Slugs hate copper"]);
  }));

type Given = Awaited<ReturnType<typeof world>>;

test.each<[string, (given: Given, federated: Federated) => Promise<string> | string]>([
  ["among other words", ({ page }) => `Look at ${page} now`],
  ["beside which nothing is said", ({ page }) => page],
  ["to what is not here", () => "So:\n\nhttps://moot.example/p/018f0000-0000-7000-8000-000000000000"],
  ["to another server", ({ slugs }) => `So:\n\nhttps://evil.example/p/${slugs}`],
  [
    "to a post from elsewhere",
    async ({ communityId }, { app }) => `So:\n\nhttps://moot.example/p/${await makePost(app, communityId)}`,
  ],
  [
    "to a post of somebody who wants no quotes",
    async ({ mo, page }, { app }) => {
      await updateProfile(app, mo.accountId, { name: "Mo", bio: "", indexable: true, quotable: false });
      return `So:\n\n${page}`;
    },
  ],
])("a link %s stays a link", (_, textOf) =>
  withFederation(async (federated) => {
    const given = await world(federated);

    const id = await given.write(given.lu, await textOf(given, federated));

    const note = await given.noteOf(id);
    expect(note).not.toHaveProperty("quote");
    expect(note["content"]).not.toContain("quote-inline");
    expect(await given.shown(id)).toEqual([]);
    expect(await listQuoting(federated.app.db, given.mo.authorId)).toEqual([]);
  }),
);
