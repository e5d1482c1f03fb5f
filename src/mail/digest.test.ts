import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { sendLetters } from "../../test/letters.ts";
import { startMailRelay } from "../../test/mail-relay.ts";
import { type GivenPost, makeAuthor, makeCommunity, makePost } from "../../test/make.ts";
import { makeMailMember, readChoice } from "../../test/make-mail-member.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { listMailNumber } from "../community/list-mail-number.ts";
import { chooseMail, chooseMailOfThread, chooseMailOfTopic, pauseMail } from "../community/mail-choices.ts";
import { createTopic } from "../community/topics.ts";
import type { PostId, ThreadId, TopicId } from "../core/ids.ts";
import { listMails } from "../db/schema/mail.ts";
import { posts, threads } from "../db/schema/post.ts";
import { owePostsByMail } from "../outbound/owe-list-mail.ts";
import { makeDigests } from "../post/make-digests.ts";
import { createListAddresses } from "./address.ts";
import { openRelay } from "./deliver.ts";

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const addresses = createListAddresses("moot.example", "a secret that only tests know");
const daily = { how: "daily", timeZone: "Europe/Berlin", hour: 18 } as const;

/** A community with a reader of digests, and Ana, who writes. It is noon (UTC) on the first of March 2026. */
async function open(app: TestApp, choice: Parameters<typeof chooseMail>[2] = daily) {
  const communityId = await makeCommunity(app, { handle: "gardeners", name: "The gardeners" });
  const ana = await makeAuthor(app, { handle: "ana", name: "Ana" });
  const ben = await makeMailMember(app, communityId, { handle: "ben" });
  const member = { communityId, authorId: ben.authorId };
  await chooseMail(app, member, choice);
  app.advance(1);
  const say = async (given: GivenPost = {}) => {
    app.advance(60_000);
    const id = await makePost(app, communityId, { authorId: ana, ...given });
    await owePostsByMail(app, [id]);
    return id;
  };
  return { communityId, ana, member, say };
}

/** Lets the clock run to a moment, with a round of digests every hour. @returns what was sent, and when */
async function runUntil(app: TestApp, end: string) {
  const sent: { at: string; text: string; subject: string }[] = [];
  while (app.now() < new Date(end)) {
    const left = new Date(end).getTime() - app.now().getTime();
    const toHour = hour - (app.now().getTime() % hour);
    app.advance(Math.min(left, toHour));
    await makeDigests(app);
    for (const { text, subject } of await sendLetters(app)) sent.push({ at: app.now().toISOString(), text, subject });
  }
  return sent;
}

test("a digest comes at the member's hour, once, with what was said since the last, also when the clocks change", () =>
  withApp(async (app) => {
    const { say } = await open(app);
    app.advance(26 * day);
    const beginning = await runUntil(app, "2026-03-28T12:00:00Z");
    expect(beginning).toEqual([]);
    await say({ html: "<p>Saturday</p>", title: "Worms" });
    const first = await runUntil(app, "2026-03-29T12:00:00Z");
    await say({ html: "<p>Sunday</p>", title: "Slugs" });
    const second = await runUntil(app, "2026-03-31T12:00:00Z");

    expect(first.map(({ at }) => at)).toEqual(["2026-03-28T17:00:00.000Z"]);
    expect(first[0]!.text).toContain("Saturday");
    expect(second.map(({ at }) => at)).toEqual(["2026-03-29T16:00:00.000Z"]);
    expect(second[0]!.text).toContain("Sunday");
    expect(second[0]!.text).not.toContain("Saturday");
  }));

test("where nothing was said there is no digest, and two rounds at once make none twice", () =>
  withApp(async (app) => {
    const { member, say } = await open(app);
    expect(await runUntil(app, "2026-03-04T12:00:00Z")).toEqual([]);
    await say();
    app.advance(6 * hour);
    const made = await makeDigests(app);
    const again = await makeDigests(app);
    expect([made, again, (await sendLetters(app)).length, (await sendLetters(app)).length]).toEqual([1, 0, 1, 0]);
    expect((await readChoice(app, member))?.digestDueAt).toEqual(new Date("2026-03-05T17:00:00Z"));
  }));

test("a digest is in order of topics and threads, the oldest first, marks who is new, and each post can be answered by itself", () =>
  withApp(async (app) => {
    const { communityId, say } = await open(app);
    const old = await makeAuthor(app, { name: "Olga" });
    await makePost(app, communityId, {
      authorId: old,
      publishedAt: new Date("2025-01-01T00:00:00Z"),
      writtenAt: new Date("2025-01-01T00:00:00Z"),
    });
    const topic = await createTopic(app, { communityId, slug: "seeds", name: "Seeds", hashtags: [] }, "test");
    const worms = await say({ title: "Worms", html: "<p>How many?</p>" });
    const seeds = await say({ title: "Beans", html: "<p>When?</p>", authorId: old });
    await app.db
      .update(threads)
      .set({ topicId: topic as TopicId })
      .where(eq(threads.id, seeds as string as ThreadId));
    const answer = await say({ authorId: old, parentId: worms, parentName: "x", html: "<p>Seven.</p>" });
    app.advance(6 * hour);
    await makeDigests(app);

    const [letter] = await sendLetters(app);

    expect(letter!.subject).toBe("The gardeners: 2 new threads, 1 answer — Beans, Worms");
    const order = ["Seeds", "Beans", "When?", "Under no topic", "Worms", "How many?", "Seven."];
    const places = order.map((words) => letter!.text.indexOf(words, 200));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(letter!.text).toContain("Ana (writes here for the first time), Sun 1 Mar, 13:01");
    expect(letter!.text).toContain("Olga, Sun 1 Mar, 13:03 · answers Ana");
    const [row] = await app.db.select().from(listMails).where(eq(listMails.kind, "digest")).orderBy(listMails.id);
    const replies = [...letter!.text.matchAll(/^Answer: (\S+)$/gm)].map(([, address]) => addresses.parse(address!));
    const number = (id: PostId) =>
      listMailNumber(row!.id, row!.postIds.length && [seeds, worms, answer].indexOf(id) + 1);
    expect(replies).toMatchObject([seeds, worms, answer].map((id) => ({ kind: "reply", number: number(id) })));
    expect(letter!.html).toContain("<p>Seven.</p>");
    expect(letter!.headers["Auto-Submitted"]).toBe("auto-generated");
  }));

test("what came at once does not come again, and what does not, comes: by topic, by thread, by what is wanted", () =>
  withApp(async (app) => {
    const { communityId, member, say } = await open(app, { ...daily, what: "new-threads" });
    const topic = await createTopic(app, { communityId, slug: "now", name: "Now", hashtags: [] }, "test");
    await chooseMailOfTopic(app, member, topic as TopicId, { what: "every", how: "at-once" });
    const muted = await say({ title: "Muted" });
    const followed = await say({ title: "Followed" });
    await chooseMailOfThread(app, member, muted as string as ThreadId, "mute");
    await chooseMailOfThread(app, member, followed as string as ThreadId, "follow");
    const plain = await say({ title: "Plain" });
    await say({ parentId: plain, parentName: "x", html: "<p>not wanted</p>" });
    await say({ parentId: followed, parentName: "x", html: "<p>of a followed thread</p>" });
    const own = await say({ title: "Mine", authorId: member.authorId });
    const inTopic = await makePost(app, communityId, { title: "In the topic" });
    await app.db
      .update(threads)
      .set({ topicId: topic as TopicId })
      .where(eq(threads.id, inTopic as string as ThreadId));
    await owePostsByMail(app, [inTopic]);
    const atOnce = await sendLetters(app);
    app.advance(6 * hour);
    await makeDigests(app);
    const [digest] = await sendLetters(app);

    expect(atOnce.map(({ subject }) => subject).sort()).toEqual(["In the topic", "Re: Followed"]);
    expect(digest!.subject).toBe("The gardeners: 2 new threads — Followed, Plain");
    expect(own).toBeDefined();
  }));

test("announcements come at once to all but those who want nothing, and not again in a digest", () =>
  withApp(async (app) => {
    const { communityId, say } = await open(app);
    await makeMailMember(app, communityId, { handle: "web", hears: false });
    await makeMailMember(app, communityId, { handle: "only", choice: { what: "announcements" } });
    await makeMailMember(app, communityId, { handle: "none", choice: { what: "nothing" } });
    await say({ announcement: true, title: "We meet" });
    const letters = await sendLetters(app);
    expect(letters.map(({ to }) => to.split("@")[0]).sort()).toEqual(["ben", "only", "web"]);
    expect(letters[0]!.text).toMatch(/^Ana announces to all members:/);
    expect(await runUntil(app, "2026-03-03T12:00:00Z")).toEqual([]);
  }));

test("a pause sends nothing, announcements neither, and ends with one digest of what was missed", () =>
  withApp(async (app) => {
    const { member, say } = await open(app, { how: "at-once" });
    await pauseMail(app, member, { from: new Date("2026-03-02T00:00:00Z"), until: new Date("2026-03-06T00:00:00Z") });
    await say({ title: "Before" });
    expect((await sendLetters(app)).map(({ subject }) => subject)).toEqual(["Before"]);
    app.advance(day);
    await say({ title: "During" });
    await say({ title: "Meeting", announcement: true });
    const during = await runUntil(app, "2026-03-05T23:00:00Z");
    const after = await runUntil(app, "2026-03-08T12:00:00Z");
    await say({ title: "After" });

    expect(during).toEqual([]);
    expect(after.map(({ at, subject }) => [at, subject])).toEqual([
      ["2026-03-06T00:00:00.000Z", "The gardeners: 2 new threads — During, Meeting"],
    ]);
    expect((await sendLetters(app)).map(({ subject }) => subject)).toEqual(["After"]);
  }));

test("whoever changes from digests to mail at once gets what was still to come", () =>
  withApp(async (app) => {
    const { member, say } = await open(app);
    await say({ title: "Pending" });
    app.advance(hour);
    await chooseMail(app, member, { how: "at-once" });
    await say({ title: "At once" });
    expect((await runUntil(app, "2026-03-01T15:00:00Z")).map(({ subject }) => subject).sort()).toEqual([
      "At once",
      "The gardeners: 1 new thread — Pending",
    ]);
    expect((await readChoice(app, member))?.digestDueAt).toBeNull();
  }));

test("the next digest says what was changed, taken back or removed since, of what its reader got", () =>
  withApp(async (app) => {
    const { say } = await open(app);
    const [edited, deleted, removed] = [
      await say({ title: "One" }),
      await say({ title: "Two" }),
      await say({ title: "Three" }),
    ];
    await runUntil(app, "2026-03-02T10:00:00Z");
    const set = async (id: PostId, values: Partial<typeof posts.$inferInsert>) =>
      await app.db.update(posts).set(values).where(eq(posts.id, id));
    await set(edited, { editedAt: app.now() });
    await set(deleted, { state: "deleted", html: "", goneAt: app.now() });
    await set(removed, { state: "removed", goneAt: app.now() });
    // Nothing new: nothing is sent, and nothing is lost.
    expect(await runUntil(app, "2026-03-03T12:00:00Z")).toEqual([]);
    await say({ title: "Four" });
    const [digest] = await runUntil(app, "2026-03-03T18:00:00Z");
    expect(digest!.text).toContain("Ana changed a post in “One”: https://moot.example/p/");
    expect(digest!.text).toContain("Ana took back a post in “Two”");
    expect(digest!.text).toContain("The moderators removed a post of Ana in “Three”");
    await say({ title: "Five" });
    expect((await runUntil(app, "2026-03-04T18:00:00Z"))[0]!.text).not.toContain("changed a post");
  }));

test("a digest of messages holds each post as a message (RFC 2046, section 5.1.5)", () =>
  withApp(async (app) => {
    const { say } = await open(app, { ...daily, form: "mime" });
    await say({ title: "Würmer", html: "<p>Wie viele?</p>" });
    app.advance(6 * hour);
    await makeDigests(app);
    const [letter] = await sendLetters(app);
    const relay = await startMailRelay();
    const way = openRelay({ ...app.config, smtpUrl: relay.url })!;
    await way.sendToList(letter!);
    way.close();
    await relay.close();
    const [{ text } = { text: "" }] = relay.received;
    const [, boundary] = /^Content-Type: multipart\/digest; boundary="(.*)"$/m.exec(text)!;
    const [, message = ""] = text.split(`--${boundary}`);
    expect(message).toMatch(/^Message-ID: <p\.[0-9a-f-]{36}@moot\.example>$/m);
    expect(message).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(message).toMatch(/^Reply-To: gardeners\+reply-/m);
    expect(message).toContain("Wie viele?");
    expect(letter!.html).toBeUndefined();
  }));
