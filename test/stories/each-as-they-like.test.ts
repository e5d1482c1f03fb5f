import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { inviteAddresses } from "../../src/account/invite-by-mail.ts";
import { getCommunity } from "../../src/community/get-community.ts";
import { createTopic } from "../../src/community/topics.ts";
import type { TopicId } from "../../src/core/ids.ts";
import { posts } from "../../src/db/schema/post.ts";
import { mailChannel } from "../../src/mail/mail-channel.ts";
import type { Channel } from "../../src/outbound/channel.ts";
import { deliverHandler } from "../../src/outbound/deliver.ts";
import { deliverJob } from "../../src/outbound/dispatch.ts";
import { makeDigests } from "../../src/post/make-digests.ts";
import { createWeb } from "../../web/app.tsx";
import { type MailboxMail, type MailedHouse, openBehindPostfix } from "../behind-postfix.ts";
import { openBrowserLike, signInAs } from "../browser-like.ts";
import { runJobs } from "../jobs.ts";
import { makeCommunity } from "../make.ts";
import { makeMailMember } from "../make-mail-member.ts";
import { hasPostfix } from "../postfix.ts";
import { verifyDkim } from "../verify-dkim.ts";
import { type TestApp, withApp } from "../with-app.ts";

const hour = 60 * 60 * 1000;
const hana = "Hana <hana@example.org>";
/** Nobody here is of the fediverse. */
const nobody: Channel = { name: "activitypub", deliver: async () => {} };

/** A community, and Mo, who moderates it and writes on the web. It is noon (UTC) on the first of March 2026. */
async function open(app: TestApp, mail: MailedHouse) {
  const id = await makeCommunity(app, { handle: "gardeners", name: "The gardeners" });
  const mo = await makeMailMember(app, id, { handle: "mo", name: "Mo", role: "moderator", hears: false });
  const seeds = await createTopic(app, { communityId: id, slug: "seeds", name: "Seeds", hashtags: [] }, "test");
  const web = createWeb(app);
  const browser = openBrowserLike(web);
  const deliver = deliverHandler(app, [nobody, mailChannel]);
  /** Has everything happen that is due. @returns what came, in the order of whom it came to */
  const goOn = async () => {
    await runJobs(app, deliverJob, deliver);
    return (await mail.collect()).toSorted((one, other) => (one.to < other.to ? -1 : 1));
  };
  let key = 0;
  /** Mo says something, and all hear of it who hear at once. */
  const say = async (title: string, more: Record<string, string> = {}) => {
    app.advance(60_000);
    // Months go by: no session is that long.
    browser.cookies.set("__Host-session", (await signInAs(app, mo.accountId)).split("=")[1]!);
    const place = more["answers"] ? `/p/${more["answers"]}/answer` : "/c/gardeners/new";
    const fields = { do: "publish", key: `k${++key}`, title, text: `About ${title}.`, language: "en", ...more };
    expect((await browser.post(place, fields)).status).toBe(303);
    return await goOn();
  };
  /** Lets the clock run to a moment; digests are looked for every hour of the last day before it. */
  const until = async (end: string) => {
    const came: { readonly at: string; readonly mail: MailboxMail }[] = [];
    const far = new Date(end).getTime() - app.now().getTime() - 24 * hour;
    if (far > 0) app.advance(far);
    while (app.now() < new Date(end)) {
      app.advance(Math.min(new Date(end).getTime() - app.now().getTime(), hour - (app.now().getTime() % hour)));
      await makeDigests(app);
      for (const mail of await goOn()) came.push({ at: app.now().toISOString(), mail });
    }
    return came;
  };
  const postCalled = async (words: string) =>
    (await app.db.select().from(posts).orderBy(posts.id)).find(({ html }) => html.includes(`About ${words}.`))!.id;
  return {
    app,
    mail,
    stranger: openBrowserLike(web),
    community: await getCommunity(app.db, id),
    mo,
    seeds: seeds as TopicId,
    web,
    browser,
    say,
    goOn,
    until,
    postCalled,
  };
}

const to = (letters: readonly MailboxMail[]) => letters.map((one) => one.to.split("@")[0]);

type Scene = Awaited<ReturnType<typeof open>>;

test.skipIf(!hasPostfix)(
  "each person chooses how to hear, and can leave: Hana by mail, from the first question to the last click",
  { timeout: 300_000 },
  () =>
    withApp(
      async (app) => {
        const mail = await openBehindPostfix(app);
        try {
          const scene = await open(app, mail);
          await join(scene);
          const hers = await invite(scene);
          await choose(scene, hers);
          const digest = await readDigests(scene);
          await answerDigest(scene, digest);
          await mute(scene, hers);
          await hearAnnouncement(scene);
          const back = await pause(scene, hers);
          await leave(scene, back);
        } finally {
          await mail.close();
        }
      },
      { insecurePeers: true },
    ),
);

async function join({ app, mail, say, goOn }: Scene): Promise<void> {
  // One question, and nothing more until she says yes.
  expect(await mail.send({ from: hana, to: "gardeners+subscribe@moot.example", text: "" })).toMatch(/^250/);
  const [question, ...others] = await goOn();
  expect([question!.to, others]).toEqual(["hana@example.org", []]);
  expect(await say("Frost")).toEqual([]);
  const confirm = question!.field("reply-to")?.replace(/^.*<|>/g, "") ?? "";
  expect(await mail.send({ from: hana, to: confirm, text: "Yes" })).toMatch(/^250/);
  expect(to(await goOn())).toEqual(["hana"]);
  const [frost] = await say("Mulch");
  expect([frost!.to, frost!.subject]).toEqual(["hana@example.org", "Mulch"]);
  await verifyDkim(app, frost!.raw);
}

/** @returns where Hana chooses what she gets */
async function invite({ app, community, mo, browser, say, goOn }: Scene): Promise<string> {
  // Forty are invited: forty questions. Only who says yes hears more.
  const addresses = Array.from({ length: 40 }, (_, index) => `guest${index}@example.org`);
  await inviteAddresses(app, { community, addresses, by: mo.authorId });
  const invitations = await goOn();
  expect(new Set(to(invitations)).size).toBe(40);
  expect(to(await say("Hedges"))).toEqual(["hana"]);
  const guest = invitations.find((one) => one.to === "guest7@example.org")!;
  const [link = ""] = /\/invitation\/mail\/\S+/.exec(guest.text)!;
  expect((await browser.get(link)).status).toBe(200);
  expect((await browser.post(link)).status).toBe(200);
  expect(to(await goOn())).toEqual(["guest7"]);
  const both = await say("Beds");
  expect(to(both)).toEqual(["guest7", "hana"]);

  return new URL(/https:\/\/moot\.example\/mail\/[\w-]+/.exec(both[1]!.text)![0]).pathname;
}

async function choose({ seeds, stranger }: Scene, hers: string): Promise<void> {
  // By the link at the foot she chooses a digest at six, and one topic at once.
  const choice = { what: "every", how: "daily", form: "both", hour: "18", weekday: "1", zone: "Europe/Berlin" };
  expect((await stranger.post(hers, choice)).status).toBe(303);
  expect((await stranger.post(`${hers}/topic`, { topic: seeds, what: "every", how: "at-once" })).status).toBe(303);
}

async function readDigests({ app, say, until, postCalled }: Scene): Promise<MailboxMail> {
  // The night to 29 March has 23 hours: six is six.
  await until("2026-03-28T11:00:00Z");
  expect(to(await say("Beans", { topic: "seeds" }))).toEqual(["guest7", "hana"]);
  expect(to(await say("Worms"))).toEqual(["guest7"]);
  const saturday = await until("2026-03-28T23:00:00Z");
  expect(saturday.map(({ at, mail }) => [at, mail.to])).toEqual([["2026-03-28T17:00:00.000Z", "hana@example.org"]]);
  const worms = await postCalled("Worms");
  await say("", { answers: worms, text: "About Seven." });
  await say("Slugs");
  const sunday = await until("2026-03-29T23:00:00Z");
  expect(sunday.map(({ at }) => at)).toEqual(["2026-03-29T16:00:00.000Z"]);
  const digest = sunday[0]!.mail;
  await verifyDkim(app, digest.raw);
  expect(saturday[0]!.mail.text).toContain("About Worms.");
  expect(saturday[0]!.mail.text).not.toContain("About Beans.");
  expect(digest.text).toMatch(/About Seven\..*About Slugs\./s);
  expect(digest.html).toMatch(/About Seven\..*About Slugs\./s);
  expect(digest.text).not.toContain("About Worms.");

  return digest;
}

async function answerDigest({ app, mail, goOn, postCalled }: Scene, digest: MailboxMail): Promise<void> {
  // She answers one post of it, by its own address; what her holidays say goes nowhere.
  const reply = [...digest.text.matchAll(/gardeners\+reply-\S+@moot\.example/g)].map(([address]) => address)[0]!;
  const quoted = "Eight.\n\nAm 29.03.2026 um 18:00 schrieb The gardeners:\n> About Seven.\n";
  expect(await mail.send({ from: hana, to: reply, subject: `Re: ${digest.subject}`, text: quoted })).toMatch(/^250/);
  const [eight] = await app.db.select().from(posts).where(eq(posts.html, "<p>Eight.</p>")).orderBy(posts.id);
  expect(eight).toMatchObject({
    parentId: await postCalled("Seven"),
    threadId: await postCalled("Worms"),
    state: "published",
  });
  expect(to((await goOn()).filter((one) => one.field("list-id")))).toEqual(["guest7"]);
  const away = { from: hana, to: reply, text: "I am away.", head: ["Auto-Submitted: auto-replied"] };
  expect(await mail.send(away)).toMatch(/^250/);
  expect(await goOn()).toEqual([]);
  expect((await app.db.select().from(posts).orderBy(posts.id)).filter(({ html }) => html.includes("away"))).toEqual([]);
}

async function mute({ stranger, say, until, postCalled }: Scene, hers: string): Promise<void> {
  const worms = await postCalled("Worms");
  // She mutes a thread by the link at its foot.
  expect((await stranger.get(`${hers}?thread=${worms}`)).text).toContain("Worms");
  expect((await stranger.post(`${hers}/thread`, { thread: worms, choice: "mute" })).status).toBe(303);
  await say("", { answers: worms, text: "About Nine." });
  await say("Toads");
  const [muted] = await until("2026-03-30T23:00:00Z");
  expect(muted!.mail.text).toContain("About Toads.");
  expect(muted!.mail.text).not.toContain("About Nine.");
}

async function hearAnnouncement({ app, community, say, until }: Scene): Promise<void> {
  // An announcement comes to all at once, digest or not, and not again.
  await makeMailMember(app, community.id, { handle: "chloe", hears: false });
  expect(to(await say("Meeting", { announcement: "yes" }))).toEqual(["chloe", "guest7", "hana"]);
  expect(await until("2026-04-01T23:00:00Z")).toEqual([]);
}

async function pause({ stranger, say, until }: Scene, hers: string): Promise<MailboxMail> {
  // She is away in August, and one digest tells what she missed.
  await until("2026-07-31T20:00:00Z");
  expect((await stranger.post(`${hers}/pause`, { from: "2026-08-01", until: "2026-08-20" })).status).toBe(303);
  await until("2026-08-05T12:00:00Z");
  expect(to(await say("Plums", { topic: "seeds" }))).toEqual(["guest7"]);
  await until("2026-08-12T12:00:00Z");
  expect(to(await say("Pears"))).toEqual(["guest7"]);
  expect(await until("2026-08-20T21:59:00Z")).toEqual([]);
  const back = await until("2026-08-21T21:59:00Z");
  expect(back.map(({ at }) => at)).toEqual(["2026-08-21T16:00:00.000Z"]);
  expect(back[0]!.mail.text).toMatch(/About Plums\..*About Pears\.|About Pears\..*About Plums\./s);

  return back[0]!.mail;
}

async function leave({ stranger, say, until }: Scene, last: MailboxMail): Promise<void> {
  // One click, which her program makes without her cookies, and she hears no more.
  const [oneClick = ""] = /https:\/\/moot\.example(\/mail\/[^>]+)/.exec(last.field("list-unsubscribe")!)!.slice(1);
  expect((await stranger.get(oneClick)).status).toBe(200);
  expect((await stranger.post(oneClick, { "List-Unsubscribe": "One-Click" })).status).toBe(200);
  expect(to(await say("Quinces", { topic: "seeds" }))).toEqual(["guest7"]);
  expect(to(await say("Announced", { announcement: "yes" }))).not.toContain("hana");
  expect(await until("2026-08-22T21:59:00Z")).toEqual([]);
}
