import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { closeAppeal, listAppeals } from "../src/community/list-appeals.ts";
import type { CommunityId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { communities } from "../src/db/schema/community.ts";
import { noticeMutes } from "../src/db/schema/notice.ts";
import { posts } from "../src/db/schema/post.ts";
import { decide } from "../src/moderation/decide.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import type { PeerActor } from "../test/fediverse.ts";
import { makeCommunity, makeMember } from "../test/make.ts";

type Change = Partial<typeof communities.$inferInsert>;

async function say({ app, receive }: Federated, who: PeerActor, cats: CommunityId, words: string, more = {}) {
  const { note, create } = who.note(words, { cc: [`${app.config.origin}/actors/${cats}`], ...more });
  await receive(who.request(`${app.config.origin}/inbox`, create));
  return note;
}

/** A private answer to the last private message. */
async function answer(federated: Federated, who: PeerActor, cats: CommunityId, words: string, to?: string) {
  const last = (await told(federated)).at(-1);
  const group = `${federated.app.config.origin}/actors/${cats}`;
  const mention = `<span class="h-card"><a href="${group}" class="u-url mention">@<span>cats</span></a></span>`;
  const more = {
    to: [group],
    cc: [],
    inReplyTo: to ?? last?.note["id"],
    tag: [{ type: "Mention", href: group, name: "@cats" }],
  };
  return await say(federated, who, cats, `${mention} ${words}`, more);
}

async function told({ owedNotices }: Federated) {
  return (await owedNotices()).map(({ activity, inbox, audience }) => {
    const note = activity["object"] as Record<string, unknown>;
    return { inbox, audience, note, to: activity["to"], words: String(note["content"]).replace(/<[^>]+>/g, "") };
  });
}

async function house(federated: Federated, change: Change = {}) {
  const { app, peer } = federated;
  const cats = await makeCommunity(app);
  if (Object.keys(change).length > 0) await app.db.update(communities).set(change).where(eq(communities.id, cats));
  return { cats, ann: peer.person("ann") };
}

test("a stranger hears of their first post, with its link, and of no second one", () =>
  withFederation(async (federated) => {
    const { cats, ann } = await house(federated);

    const note = await say(federated, ann, cats, "Hello");
    await say(federated, ann, cats, "Again");

    const [post] = await federated.app.db.select().from(posts).where(eq(posts.sourceId, note.id)).orderBy(posts.id);
    const page = `${federated.app.config.origin}/p/${post!.id}`;
    expect(await told(federated)).toMatchObject([
      { audience: "direct", to: [ann.iri], inbox: `${ann.iri}/inbox`, words: expect.stringContaining(page) },
    ]);
    const [only] = await told(federated);
    expect(only?.note).toMatchObject({
      inReplyTo: note.id,
      to: [ann.iri],
      cc: [],
      contentMap: { en: expect.anything() },
    });
    expect(only?.note["content"]).toContain(`<a href="${page}">`);
  }));

test("an author hears that a post is held and why, and then what became of it", () =>
  withFederation(async (federated) => {
    const { app, settle } = federated;
    const { cats, ann } = await house(federated, { holdPolicy: "everyone" });
    await say(federated, ann, cats, "One");
    await say(federated, ann, cats, "Two");
    expect((await told(federated)).map(({ words }) => words)).toEqual([
      expect.stringMatching(/waits for a moderator: somebody looks at every post/),
      expect.stringMatching(/waits for a moderator/),
    ]);
    const [one, two] = await app.db.select().from(posts).orderBy(posts.id);

    await decide(app, { postId: one!.id, moderatorId: null, action: "approve", reason: "" });
    await decide(app, { postId: two!.id, moderatorId: null, action: "reject", reason: "Not about cats." });
    await settle();

    expect((await told(federated)).slice(2).map(({ words }) => words)).toEqual([
      expect.stringMatching(/is in Cats now/),
      expect.stringMatching(/was not taken: Not about cats\..*the word appeal/),
    ]);
  }));

test("an author hears that a post was refused and what to do, in the language of the post", () =>
  withFederation(async (federated) => {
    const { cats, ann } = await house(federated, { postPolicy: "members" });

    await say(federated, ann, cats, "مرحبا", { contentMap: { ar: "<p>مرحبا</p>" } });
    await say(federated, ann, cats, "Hallo", { contentMap: { de: "<p>Hallo</p>" } });

    expect((await told(federated)).map(({ words }) => words)).toEqual([
      expect.stringMatching(/لم يُقبل منشورك إلى Cats: النشر هنا للأعضاء وحدهم، ومن يتابع @cats@moot\.example/),
      expect.stringMatching(/was not taken: only members can post here, and whoever follows @cats@moot\.example/),
    ]);
  }));

test.each(["Service", "Application", "Group"])("a %s is told nothing: it might answer", (type) =>
  withFederation(async (federated) => {
    const { cats } = await house(federated, { postPolicy: "members" });

    await say(federated, federated.peer.person("bot", { type }), cats, "Beep");

    expect(await told(federated)).toEqual([]);
  }),
);

test("nobody is told more than a few things a day", () =>
  withFederation(async (federated) => {
    const { cats, ann } = await house(federated, { postPolicy: "members" });
    for (let count = 0; count <= limits.noticesPerAuthor; count++) await say(federated, ann, cats, `Hello ${count}`);

    expect((await told(federated)).length).toBe(limits.noticesPerAuthor);

    federated.app.advance(limits.noticeWindow + 1);
    await say(federated, ann, cats, "Hello again");
    expect((await told(federated)).length).toBe(limits.noticesPerAuthor + 1);
  }));

test("who answers stop hears nothing more, until they answer start; neither is a post", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { cats, ann } = await house(federated, { postPolicy: "members" });
    await say(federated, ann, cats, "One");

    await answer(federated, ann, cats, "STOP.");
    await say(federated, ann, cats, "Two");
    expect((await told(federated)).map(({ words }) => words).slice(1)).toEqual([
      expect.stringMatching(/will tell you nothing more/),
    ]);

    await answer(federated, ann, cats, "start");
    await say(federated, ann, cats, "Three");
    expect((await told(federated)).length).toBe(4);
    expect(await app.db.select().from(noticeMutes)).toEqual([]);
    expect(await app.db.select().from(posts)).toEqual([]);
  }));

test("an appeal is put before the moderators once and acknowledged", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { cats, ann } = await house(federated, { postPolicy: "members" });
    const note = await say(federated, ann, cats, "One");
    const notice = String((await told(federated))[0]?.note["id"]);

    await answer(federated, ann, cats, "Appeal: it is about cats", notice);
    await answer(federated, ann, cats, "appeal and another thing", notice);

    expect((await told(federated)).slice(1).map(({ words }) => words)).toEqual([
      expect.stringMatching(/put before the moderators of Cats/),
      expect.stringMatching(/put before the moderators of Cats/),
    ]);
    const appeals = await listAppeals(app.db, cats);
    expect(appeals).toMatchObject([
      { kind: "refused", cause: note.id, words: "it is about cats", author: { name: "Ann" }, reason: "members-only" },
    ]);
    await closeAppeal(app, appeals[0]!.id);
    expect(await listAppeals(app.db, undefined)).toEqual([]);
    await expect(closeAppeal(app, appeals[0]!.id)).rejects.toMatchObject({ code: "not-found" });
  }));

test("what is no command is answered with help, and what somebody else says to a notice with nothing", () =>
  withFederation(async (federated) => {
    const { cats, ann } = await house(federated, { postPolicy: "members" });
    await say(federated, ann, cats, "One");
    const notice = String((await told(federated))[0]?.note["id"]);

    await answer(federated, federated.peer.person("bob"), cats, "stop", notice);
    await answer(federated, ann, cats, "stop", `${federated.app.config.origin}/notices/none`);
    expect((await told(federated)).length).toBe(1);

    await answer(federated, ann, cats, "what is this?", notice);
    expect((await told(federated))[1]?.words).toMatch(/stop: you get no more of them/);
  }));

test("what was found elsewhere, and what a group passed on, is no news to its author", () =>
  withFederation(async (federated) => {
    const { app, receive } = federated;
    const { cats, ann } = await house(federated);
    await makeMember(app, cats);
    const { note: parent } = ann.note("Nobody sent this here");
    const { create } = federated.peer
      .person("bob")
      .note("An answer", { inReplyTo: parent.id, cc: [`${app.config.origin}/actors/${cats}`] });

    await receive(federated.peer.person("bob").request(`${app.config.origin}/inbox`, create));

    expect((await app.db.select().from(posts).orderBy(posts.id)).length).toBe(2);
    expect((await told(federated)).map(({ to }) => to)).toEqual([[`${federated.peer.origin}/users/bob`]]);
  }));
