import { readFileSync } from "node:fs";
import { asc } from "drizzle-orm";
import { expect, test } from "vitest";
import { isObject } from "../federation/as2.ts";
import { createTopic } from "../src/community/topics.ts";
import { textOfHtml } from "../src/core/html.ts";
import type { CommunityId } from "../src/core/ids.ts";
import { postAttachments } from "../src/db/schema/attachment.ts";
import { cases, reports } from "../src/db/schema/moderation.ts";

import { pollChoices } from "../src/db/schema/poll.ts";
import { posts, threads } from "../src/db/schema/post.ts";
import { peers } from "../src/db/schema/traffic.ts";
import { findThread } from "../src/post/find-thread.ts";
import { type Federated, withFederation } from "./federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "./make.ts";
import { kinds } from "./reacted-world.ts";

/** Recorded while a server of that kind played with one of ours; people and hosts are nobody's. */
function readRecorded(software: string): string {
  return readFileSync(new URL(`fixtures/${software}/conversation.json`, import.meta.url), "utf8");
}

interface Played {
  readonly community: CommunityId;
  /** To the inbox that all here share, a minute apart: servers sign anew what they send again. */
  send(...names: string[]): Promise<void>;
  sendTo(name: string, inbox: string): Promise<void>;
}

/** Lets people at the peer say what was recorded, one activity after another. */
async function play(
  { app, peer, receive }: Federated,
  software: string,
  speakers: Readonly<Record<string, string>>,
): Promise<Played> {
  const community = await makeCommunity(app, { handle: "gardeners" });
  const people = Object.entries(speakers).map(([recorded, name]) => ({ recorded, actor: peer.person(name) }));
  let text = readRecorded(software).replaceAll("COMMUNITY", community);
  for (const { recorded, actor } of people) text = text.replaceAll(recorded, actor.iri);
  // What is not named after its author, as NodeBB's posts, is of the same host.
  text = text.replaceAll(`https://${software}.example`, new URL(people[0]!.actor.iri).origin);
  const activities: unknown = JSON.parse(text);
  const send = async (name: string, inbox = "/inbox") => {
    const found = isObject(activities) ? activities[name] : undefined;
    const activity = isObject(found) ? found : {};
    const speaker = people.find(({ actor }) => actor.iri === activity["actor"]);
    if (!speaker) throw new Error(`nobody says ${name}`);
    const answer = await receive(speaker.actor.request(`https://moot.example${inbox}`, activity));
    expect(answer.status).toBe(202);
    app.advance(60_000);
  };
  return {
    community,
    send: async (...names) => {
      for (const name of names) await send(name);
    },
    sendTo: send,
  };
}

const listPosts = ({ app }: Federated) => app.db.select().from(posts).orderBy(asc(posts.id));
const listTitles = async ({ app }: Federated) =>
  (await app.db.select().from(threads).orderBy(asc(threads.id))).map(({ title }) => title);

test("a conversation that snac holds: a thread, a reply, one below it that is edited, and the thread taken back", () =>
  withFederation(async (federated) => {
    const speakers = { "https://snac.example/ann": "ann", "https://snac.example/bob": "bob" };
    const { send } = await play(federated, "snac", speakers);

    await send("thread", "reply", "nested", "edit");

    const [first, reply, nested, more] = await listPosts(federated);
    expect(more).toBeUndefined();
    expect(await listTitles(federated)).toEqual(["Which roses stand shade?"]);
    expect(first).toMatchObject({ parentId: null, state: "published", warning: null });
    expect(reply).toMatchObject({ parentId: first!.id, threadId: first!.threadId });
    expect(nested).toMatchObject({ parentId: reply!.id, editedAt: new Date("2026-03-04T18:22:39Z") });
    expect(nested!.html).toContain("Not when it freezes, nor in rain.");

    await send("delete");
    expect(await listPosts(federated)).toMatchObject([
      { state: "deleted", html: "" },
      { id: reply!.id },
      { id: nested!.id },
    ]);
  }));

test("a vote of snac, a Note with a name and no words, is no answer to a poll, and nobody is told that it was taken for one", () =>
  withFederation(async (federated) => {
    const speakers = { "https://snac.example/ann": "ann", "https://snac.example/bob": "bob" };
    const { send } = await play(federated, "snac", speakers);
    await send("poll");
    const notices = await federated.owedNotices();

    await send("vote");

    expect(await listPosts(federated)).toHaveLength(1);
    expect(await federated.owedNotices()).toEqual(notices);
  }));

test("what somebody at snac likes and boosts counts once, by whichever inboxes it comes; what they take back can come again", () =>
  withFederation(async (federated) => {
    const speakers = { "https://snac.example/ann": "ann", "https://snac.example/bob": "bob" };
    const { community, send, sendTo } = await play(federated, "snac", speakers);
    await send("thread");

    await sendTo("boost", "/inbox");
    await sendTo("boost", `/actors/${community}/inbox`);
    await send("like");
    expect(await kinds(federated)).toEqual(["boost", "like"]);

    await send("unboost", "unlike");
    expect(await kinds(federated)).toEqual([]);

    await send("likeAgain", "boostAgain");
    expect(await kinds(federated)).toEqual(["like", "boost"]);
  }));

test("a conversation that NodeBB holds: a thread that is called as its author says, a reply, and a like and a boost that come again unchanged", () =>
  withFederation(async (federated) => {
    const speakers = { "https://nodebb.example/uid/7": "dee", "https://nodebb.example/uid/8": "eli" };
    const { send } = await play(federated, "nodebb", speakers);

    await send("thread", "reply", "like");

    expect(await listTitles(federated)).toEqual(["Mosses for a wall"]);
    const [first, reply] = await listPosts(federated);
    expect(first).toMatchObject({ parentId: null, warning: null, html: "<p>Which mosses grow on brick?</p>\n" });
    expect(reply).toMatchObject({ parentId: first!.id, threadId: first!.threadId });

    await send("unlike", "boost");
    expect(await kinds(federated)).toEqual(["boost"]);
    await send("unboost", "like", "boost");
    expect(await kinds(federated)).toEqual(["like", "boost"]);
  }));

test("a conversation that Hollo holds: a thread that is edited and taken back, and a post behind a warning that somebody there reports", () =>
  withFederation(async (federated) => {
    const speakers = { "https://hollo.example/@cy": "cy", "https://hollo.example/@dot": "dot" };
    const { send } = await play(federated, "hollo", speakers);

    await send("thread");
    expect(await listTitles(federated)).toEqual(["Compost in winter"]);
    await send("edit", "warning");

    const [first, second] = await listPosts(federated);
    expect(await listTitles(federated)).toEqual(["Compost in the very cold winter", "Slugs, slimy"]);
    expect(first).toMatchObject({ language: "en", editedAt: new Date("2026-03-04T17:27:45.449Z") });
    expect(second).toMatchObject({ warning: "Slugs, slimy", sensitive: true });

    await send("delete");
    expect(await listPosts(federated)).toMatchObject([{ state: "deleted", html: "" }, { state: "published" }]);

    await send("report");
    expect(await federated.app.db.select().from(cases)).toMatchObject([{ postId: second!.id }]);
    expect(await federated.app.db.select().from(reports)).toMatchObject([{ byServer: false, words: "It sells slugs" }]);
  }));

test("a conversation that GoToSocial holds: an answer that is edited twice by Updates of one id, a poll that is counted twice, and a report", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const at = "https://gotosocial.example/users";
    const speakers = { [`${at}/fay`]: "fay", [`${at}/gus`]: "gus", [`${at}/gotosocial.example`]: "server" };
    const { community, send } = await play(federated, "gotosocial", speakers);
    await makeMember(app, community, { authorId: await makeAuthor(app, { host: "lemmy.example" }) });
    await app.db.insert(peers).values({ host: "lemmy.example", software: "lemmy", createdAt: app.now() });

    await createTopic(app, { communityId: community, slug: "frost", name: "Frost", hashtags: [] }, "command-line");

    await send("thread", "reply", "edit", "editAgain");
    const [first, reply] = await listPosts(federated);
    expect(first).toMatchObject({ language: "en", warning: null, sensitive: false });
    expect(textOfHtml(first!.html)).toBe("#frost on the tiles, what to do?");
    expect((await findThread(app.db, first!.threadId))?.topic?.slug).toBe("frost");
    expect(await app.db.select().from(postAttachments).orderBy(asc(postAttachments.postId))).toMatchObject([
      { postId: first!.id, alt: "White frost on red tiles" },
      { postId: reply!.id, alt: "Tropfen" },
    ]);
    expect(reply).toMatchObject({ parentId: first!.id, editedAt: new Date("2026-03-04T09:26:10Z") });
    expect(reply).toMatchObject({ language: "de", warning: "Eis", sensitive: true });
    expect(reply!.html).toContain("Lass es, bis es taut");
    const told = (await federated.owed()).filter(({ inbox }) => inbox.startsWith("https://lemmy.example/"));
    expect(told.map(({ activity }) => (activity["object"] as { type: string }).type)).toEqual([
      ...["Create", "Create"],
      ...["Update", "Update"],
    ]);

    await send("poll", "votes", "moreVotes");
    const choices = await app.db.select().from(pollChoices).orderBy(asc(pollChoices.position));
    expect(choices.map(({ name, votes }) => [name, votes])).toEqual([
      ["Salt", 2],
      ["Sand", 1],
    ]);

    await send("like", "boost");
    expect(await kinds(federated)).toEqual(["like", "boost"]);
    await send("unlike", "unboost", "report");
    expect(await kinds(federated)).toEqual([]);
    expect(await app.db.select().from(cases)).toMatchObject([{ postId: reply!.id }]);

    await send("delete");
    expect((await listPosts(federated))[1]).toMatchObject({ state: "deleted", html: "" });
  }));

test.each([
  ["snac", "https://snac.example/ann", "Best tool?", ["Spade", "Fork"]],
  ["hollo", "https://hollo.example/@cy", "Which mulch?", ["Bark", "Straw"]],
])("a poll as %s asks it is a thread with its choices", (software, speaker, title, choices) =>
  withFederation(async (federated) => {
    const { send } = await play(federated, software, { [speaker]: "ann" });

    await send("poll");

    expect(await listTitles(federated)).toEqual([title]);
    const rows = await federated.app.db.select().from(pollChoices);
    expect(rows.map(({ name }) => name).sort()).toEqual([...choices].sort());
  }),
);
