import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { PostId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { posts, threads } from "../src/db/schema/post.ts";
import { decide } from "../src/moderation/decide.ts";
import { listThreadPosts } from "../src/post/list-thread-posts.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { type Peer, startPeer } from "../test/fediverse.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";

/** Ana has posted; Bob, of another server, posts too and quotes her. */
async function withQuote(test: (given: Awaited<ReturnType<typeof world>>) => Promise<void>): Promise<void> {
  await withFederation(async (federated) => {
    const other = await startPeer({ now: federated.app.now });
    try {
      await test(await world(federated, other));
    } finally {
      await other.close();
    }
  });
}

async function world(federated: Federated, other: Peer) {
  const { app, peer, receive } = federated;
  const communityId = await makeCommunity(app);
  const cc = [`${app.config.origin}/actors/${communityId}`];
  await makeMember(app, communityId, { authorId: await makeAuthor(app, { host: "follower.example" }) });
  const [ana, bob] = [peer.person("ana"), other.person("bob")];
  const quoted = ana.note("Slugs hate copper", { cc });
  await receive(ana.request(inbox, quoted.create));
  const stamp = `${peer.origin}/stamps/1`;
  const quoting = bob.note("So true", { cc, quote: quoted.note.id });
  const permission = {
    "@context": as,
    id: stamp,
    type: "QuoteAuthorization",
    attributedTo: ana.iri,
    interactingObject: quoting.note.id,
    interactionTarget: quoted.note.id,
  };
  const say = async (more: object = {}) =>
    await receive(bob.request(inbox, { ...quoting.create, object: { ...quoting.note, ...more } }));
  const update = async (more: object = {}) =>
    await receive(
      bob.request(inbox, {
        ...quoting.create,
        id: `${quoting.note.id}#${crypto.randomUUID()}`,
        type: "Update",
        object: { ...quoting.note, ...more },
      }),
    );
  const read = async (name: string) => {
    const [row] = await app.db
      .select({ id: posts.id, threadId: posts.threadId, version: threads.version })
      .from(posts)
      .innerJoin(threads, eq(threads.id, posts.threadId))
      .where(eq(posts.sourceId, name));
    return row!;
  };
  /** What the page shows of the quoted post: its words, a link to it here, or a link away. */
  const shown = async () => {
    const { id, threadId } = await read(quoting.note.id);
    const view = (await listThreadPosts(app.db, threadId, { limit: 9 })).find((post) => post.id === id);
    const [quote] = view?.state === "published" ? view.quotes : [];
    return quote?.here ? (quote.here.words?.beginning ?? "a link") : "a link away";
  };
  const version = async () => (await read(quoting.note.id)).version;
  return { ...federated, other, ana, bob, quoted, quoting, stamp, permission, say, update, shown, version, read, cc };
}

test("a quote is a link until its author's server allowed it, which an Update tells; then its words are shown", () =>
  withQuote(async ({ peer, say, update, shown, version, permission, stamp, owed }) => {
    await say();
    expect(await shown()).toBe("a link");
    const before = await version();
    const told = (await owed()).length;

    peer.publish(permission);
    await update({ quoteAuthorization: stamp });

    expect(await shown()).toBe("Slugs hate copper");
    expect(await version()).toBeGreaterThan(before);
    expect((await owed()).length).toBeGreaterThan(told);
  }));

test("a permission that comes with the post is asked for once, at the home of the quoted author", () =>
  withQuote(async ({ peer, say, update, shown, permission, stamp }) => {
    peer.publish(permission);

    await say({ quoteAuthorization: stamp });
    await update({ quoteAuthorization: stamp, content: "<p>So very true</p>" });

    expect(await shown()).toBe("Slugs hate copper");
    expect(peer.fetched.filter((path) => path === "/stamps/1")).toHaveLength(1);
  }));

test("what is quoted before it is here is a link away, and its page has a new version when it comes", () =>
  withQuote(async ({ ana, cc, receive, say, shown, version }) => {
    const late = ana.note("Slugs fear salt", { cc });
    await say({ quote: late.note.id });
    expect(await shown()).toBe("a link away");
    const before = await version();

    await receive(ana.request(inbox, late.create));

    expect(await shown()).toBe("a link");
    expect(await version()).toBeGreaterThan(before);
  }));

test("who quotes themselves needs no permission", () =>
  withQuote(async ({ ana, receive, read, quoted, cc, app }) => {
    const again = ana.note("As I said", { cc, quote: quoted.note.id });
    await receive(ana.request(inbox, again.create));

    const { threadId } = await read(again.note.id);
    const [view] = await listThreadPosts(app.db, threadId, { limit: 9 });
    expect(view).toMatchObject({ quotes: [{ here: { words: { beginning: "Slugs hate copper" } } }] });
  }));

type Given = Awaited<ReturnType<typeof world>>;

test.each<[string, (given: Given) => object | undefined]>([
  ["for another post", ({ bob }) => ({ interactingObject: `${bob.iri}/statuses/2` })],
  ["of another post", ({ ana }) => ({ interactionTarget: `${ana.iri}/statuses/2` })],
  ["of somebody else of the same server", ({ peer }) => ({ attributedTo: `${peer.origin}/users/eve` })],
  ["of somebody of another server", ({ bob }) => ({ attributedTo: bob.iri })],
  ["of two authors", ({ ana, bob }) => ({ attributedTo: [ana.iri, bob.iri] })],
  ["of another type", () => ({ type: "Note" })],
  ["that bears another id", ({ peer }) => ({ id: `${peer.origin}/stamps/2` })],
  ["that cannot be fetched", () => undefined],
])(
  "a permission %s allows nothing (attack A17, CVE-2026-33869, GHSA-8h43-rcqj-wpc6, GHSA-q4g8-82c5-9h33)",
  (_, forge) =>
    withQuote(async (given) => {
      const { peer, permission, stamp, say, shown } = given;
      const forged = forge(given);
      if (forged) {
        const made = { ...permission, ...forged };
        peer.invent((path) => (path === "/stamps/1" ? made : undefined));
      }

      await say({ quoteAuthorization: stamp });

      expect(await shown()).toBe("a link");
    }),
);

test("a permission on the server of who quotes is not even asked for (attack A17)", () =>
  withQuote(async ({ other, permission, say, shown }) => {
    const stamp = `${other.origin}/stamps/1`;
    other.publish({ ...permission, id: stamp });

    await say({ quoteAuthorization: stamp });

    expect(await shown()).toBe("a link");
    expect(other.fetched).not.toContain("/stamps/1");
  }));

test("a permission is over when its author deletes it, before or after it was seen; nobody else can (attack A17)", () =>
  withQuote(async ({ peer, ana, bob, say, update, shown, version, permission, stamp, receive }) => {
    peer.publish(permission);
    await say({ quoteAuthorization: stamp });
    const revoke = (by: typeof ana, id: string) =>
      receive(
        by.request(inbox, { "@context": as, id: `${by.iri}#${id}`, type: "Delete", actor: by.iri, object: stamp }),
      );
    await revoke(bob, "1");
    await revoke(peer.person("eve"), "1");
    expect(await shown()).toBe("Slugs hate copper");
    const before = await version();

    await revoke(ana, "1");

    expect(await shown()).toBe("a link");
    expect(await version()).toBeGreaterThan(before);
    await update({ quoteAuthorization: stamp, content: "<p>Still true</p>" });
    expect(await shown()).toBe("a link");
  }));

test("a permission that went without a word is found out within the week", () =>
  withQuote(async ({ app, door, peer, say, shown, permission, stamp }) => {
    peer.publish(permission);
    await say({ quoteAuthorization: stamp });
    peer.remove(stamp, 404);
    await door.recheckQuotes();
    expect(await shown()).toBe("Slugs hate copper");

    app.advance(limits.authorizationFreshness + 1_000);
    await door.recheckQuotes();

    expect(await shown()).toBe("a link");
  }));

test("a quoted post that is removed, edited or deleted is so where it is quoted", () =>
  withQuote(async ({ app, peer, ana, quoted, say, shown, version, permission, stamp, receive, read, settle }) => {
    peer.publish(permission);
    await say({ quoteAuthorization: stamp });
    const postId: PostId = (await read(quoted.note.id)).id;
    const versions = [await version()];
    const step = async (expected: string) => {
      await settle();
      expect(await shown()).toBe(expected);
      versions.push(await version());
    };

    await decide(app, { postId, moderatorId: null, reason: "no", action: "remove" });
    await step("a link away");
    await decide(app, { postId, moderatorId: null, reason: "", action: "restore" });
    await step("Slugs hate copper");
    const update = { ...quoted.create, id: `${quoted.note.id}#2`, type: "Update" };
    await receive(ana.request(inbox, { ...update, object: { ...quoted.note, content: "<p>Slugs like beer</p>" } }));
    await step("Slugs like beer");
    await receive(ana.request(inbox, { ...update, id: `${quoted.note.id}#3`, type: "Delete", object: quoted.note.id }));
    await step("a link away");

    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
  }));
