import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { runJobs } from "../../test/jobs.ts";
import { sendLetters } from "../../test/letters.ts";
import { startMailRelay } from "../../test/mail-relay.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { makeMailMember } from "../../test/make-mail-member.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { listMailNumber } from "../community/list-mail-number.ts";
import { createMailLinks } from "../community/mail-links.ts";
import { limits } from "../core/limits.ts";
import { memberDeliveries, members } from "../db/schema/community.ts";
import { listMails } from "../db/schema/mail.ts";
import { posts, threads } from "../db/schema/post.ts";
import { claimListMails } from "../outbound/claim-list-mail.ts";
import { rememberMailKeys } from "../outbound/mail-key.ts";
import { owePostsByMail, sendListMailJob } from "../outbound/owe-list-mail.ts";
import { createListAddresses } from "./address.ts";
import { openRelay } from "./deliver.ts";
import { findPlace } from "./place.ts";
import { sendListMails } from "./send-list-mail.ts";

const addresses = createListAddresses("moot.example", "a secret that only tests know");

async function open(app: TestApp) {
  const communityId = await makeCommunity(app, { handle: "gardeners", name: "The gardeners" });
  const ana = await makeAuthor(app, { handle: "ana", name: "Ana" });
  return { communityId, ana };
}

test("a post reaches each member who hears by mail once, and nobody else", () =>
  withApp(async (app) => {
    const { communityId, ana } = await open(app);
    await makeMailMember(app, communityId, { handle: "ben" });
    await makeMailMember(app, communityId, { handle: "cleo" });
    await makeMailMember(app, communityId, { handle: "web", hears: false });
    await makeMember(app, communityId);
    const postId = await makePost(app, communityId, { authorId: ana, title: "Worms", html: "<p>How many?</p>" });

    await owePostsByMail(app, [postId]);
    await owePostsByMail(app, [postId]);
    const letters = await sendLetters(app);

    expect(letters.map(({ to }) => to).sort()).toEqual(["ben@example.org", "cleo@example.org"]);
    expect(await sendLetters(app)).toEqual([]);
    const [letter] = letters;
    expect(letter).toMatchObject({
      subject: "Worms",
      messageId: `<p.${postId}@moot.example>`,
      references: [],
      from: { name: "Ana via The gardeners" },
      list: { id: { url: "gardeners.moot.example", comment: "The gardeners" } },
    });
    expect(letter!.text).toContain("Ana begins a thread.\n\nHow many?\n\n-- \n");
    expect(letter!.text).toContain(`https://moot.example/p/${postId}`);
    expect(letter!.html).toContain("<p>How many?</p>");
  }));

test("every mail has addresses and links of its recipient's own, which name it", () =>
  withApp(async (app) => {
    const { communityId, ana } = await open(app);
    const ben = await makeMailMember(app, communityId, { handle: "ben" });
    await makeMailMember(app, communityId, { handle: "cleo" });
    await owePostsByMail(app, [await makePost(app, communityId, { authorId: ana })]);

    const letters = await sendLetters(app);

    const letter = letters.find(({ to }) => to.startsWith("ben"))!;
    const [row] = await app.db
      .select()
      .from(listMails)
      .where(eq(listMails.authorId, ben.authorId))
      .orderBy(listMails.id);
    const number = listMailNumber(row!.id);
    expect(addresses.parse(letter.replyTo)).toEqual({ handle: "gardeners", kind: "reply", number });
    expect(addresses.parse(letter.envelopeFrom)).toMatchObject({ kind: "bounce", number });
    const [oneClick, mailto] = letter.list.unsubscribe;
    const [, token] = /\/mail\/([\w-]+)\/unsubscribe$/.exec(oneClick)!;
    expect(createMailLinks(app.config.secretKey!).read(token!)).toEqual({ communityId, authorId: ben.authorId });
    expect(mailto).toBe("mailto:gardeners+unsubscribe@moot.example");
    expect(new Set(letters.map(({ list }) => list.unsubscribe[0])).size).toBe(2);
    expect(new Set(letters.map(({ from }) => from.address)).size).toBe(1);
    expect(JSON.stringify(letter)).not.toContain("cleo");
  }));

test("an answer threads under what it answers, wherever that came from", () =>
  withApp(async (app) => {
    const { communityId, ana } = await open(app);
    await makeMailMember(app, communityId, { handle: "ben" });
    const first = await makePost(app, communityId, { authorId: ana, title: "Worms", html: "<p>How many?</p>" });
    const second = await makePost(app, communityId, {
      channel: "mail",
      sourceId: "<a.b@mail.example>",
      parentId: first,
    });
    const third = await makePost(app, communityId, {
      authorId: ana,
      parentId: second,
      parentName: "<a.b@mail.example>",
      html: "<p>Three.</p>",
    });
    await owePostsByMail(app, [third]);

    const [letter] = await sendLetters(app);

    expect(letter).toMatchObject({
      subject: "Re: Worms",
      references: [`<p.${first}@moot.example>`, "<a.b@mail.example>"],
    });
    expect(letter!.text).toMatch(/^Ana answers author\d+: “Hello”\n\nThree\./);
  }));

test("the references of a long thread are the first post and the nearest", () =>
  withApp(async (app) => {
    const { communityId, ana } = await open(app);
    await makeMailMember(app, communityId, { handle: "ben" });
    let parentId = await makePost(app, communityId, { authorId: ana });
    const first = parentId;
    for (let depth = 0; depth < 40; depth++)
      parentId = await makePost(app, communityId, { authorId: ana, parentId, parentName: "x" });
    await owePostsByMail(app, [parentId]);

    const [{ references } = { references: [] }] = await sendLetters(app);

    expect(references).toHaveLength(1 + limits.mailReferences);
    expect(references[0]).toBe(`<p.${first}@moot.example>`);
  }));

test("whoever left, was banned or lost the post in between gets no mail", () =>
  withApp(async (app) => {
    const { communityId, ana } = await open(app);
    const left = await makeMailMember(app, communityId, { handle: "left" });
    const banned = await makeMailMember(app, communityId, { handle: "banned" });
    const postId = await makePost(app, communityId, { authorId: ana });
    await owePostsByMail(app, [postId]);
    await app.db.delete(memberDeliveries).where(eq(memberDeliveries.authorId, left.authorId));
    await app.db.update(members).set({ state: "banned" }).where(eq(members.authorId, banned.authorId));

    expect(await sendLetters(app)).toEqual([]);

    await makeMailMember(app, communityId, { handle: "ben" });
    const other = await makePost(app, communityId, { authorId: ana });
    await owePostsByMail(app, [other]);
    await app.db.update(posts).set({ state: "removed", goneAt: app.now() }).where(eq(posts.id, other));
    expect(await sendLetters(app)).toEqual([]);
    expect((await app.db.select().from(listMails).orderBy(listMails.id)).map(({ state }) => state)).toEqual([
      "dropped",
      "dropped",
      "dropped",
    ]);
  }));

test("pictures and warnings are said in words, and nothing is fetched when a mail is opened", () =>
  withApp(async (app) => {
    const { communityId, ana } = await open(app);
    await makeMailMember(app, communityId, { handle: "ben" });
    const postId = await makePost(app, communityId, {
      authorId: ana,
      warning: "Spiders",
      html: '<p>Look <a href="https://x.example/a.png" rel="nofollow" class="image">a web</a></p>',
    });
    await app.db.execute(`insert into post_attachment (post_id, position, kind, url, alt) values
      ('${postId}', 0, 'image', 'https://x.example/b.png', 'A spider at dawn'), ('${postId}', 1, 'image', 'https://x.example/c.png', null)`);
    await owePostsByMail(app, [postId]);

    const [letter] = await sendLetters(app);

    expect(letter!.text).toContain("Content warning: Spiders\n\nLook a web <https://x.example/a.png>");
    expect(letter!.text).toContain("[Image: A spider at dawn] <https://x.example/b.png>");
    expect(letter!.text).toContain("[Image without a description] <https://x.example/c.png>");
    expect(letter!.html).not.toMatch(/<img|src=|url\(|@import/);
  }));

test("what people call themselves, and threads, cannot become a header or another sender", () =>
  withApp(
    async (app) => {
      const relay = await startMailRelay();
      const evil = "x\r\nBcc: all@example.org\r\n\r\n.\r\nMAIL FROM:<a@b>, <boss@bank.example> \u202e\u2028Cc: y";
      const communityId = await makeCommunity(app, { handle: "gardeners", name: evil.slice(0, 90) });
      const ana = await makeAuthor(app, { name: evil });
      await makeMailMember(app, communityId, { handle: "ben" });
      const postId = await makePost(app, communityId, {
        authorId: ana,
        title: evil,
        warning: evil,
        html: "<p>.\r\n.</p>",
      });
      await app.db.update(threads).set({ title: evil });
      await owePostsByMail(app, [postId]);
      const way = openRelay({ ...app.config, smtpUrl: relay.url }, rememberMailKeys(app))!;

      await runJobs(app, sendListMailJob, async (jobs) => {
        for (const { ids } of jobs) await sendListMails(app, findPlace(app), { relay: way }, ids);
      });

      way.close();
      await relay.close();
      expect(relay.received).toHaveLength(1);
      const [mail] = relay.received;
      expect(mail!.to).toEqual(["ben@example.org"]);
      const [header = ""] = mail!.text.split("\n\n");
      const names = header.split(/\n(?![ \t])/).map((line) => line.split(":")[0]!.toLowerCase());
      expect(names).not.toContain("bcc");
      expect(names).not.toContain("cc");
      expect(names.filter((name) => name === "from")).toHaveLength(1);
      expect(header.match(/^From:.*(\n[ \t].*)*/m)![0]).not.toContain("bank.example>");
      expect(header).toMatch(/^From: [^\n]*(\n [^\n]*)*<gardeners\+by-[0-9a-f]{16}@moot\.example>$/m);
      expect(header.match(/h=[^;]*\blist-unsubscribe:[^;]*/gi)).toHaveLength(2);
      expect(header.match(/h=[^;]*\blist-unsubscribe-post\b[^;]*/gi)).toHaveLength(2);
    },
    { smtpUrl: "smtp://127.0.0.1:9" },
  ));

test("a mail that the relay does not take now is sent later under the same name; one that it refuses is a bounce", () =>
  withApp(async (app) => {
    const { communityId, ana } = await open(app);
    await makeMailMember(app, communityId, { handle: "ben" });
    await owePostsByMail(app, [await makePost(app, communityId, { authorId: ana })]);
    const relay = await startMailRelay();
    const way = openRelay({ ...app.config, smtpUrl: relay.url })!;
    const run = () =>
      runJobs(app, sendListMailJob, async (jobs) => {
        for (const { ids } of jobs) await sendListMails(app, findPlace(app), { relay: way }, ids);
      });
    const state = async () =>
      (await app.db.select().from(listMails).orderBy(listMails.id)).map(
        ({ state, attempts }) => `${state} ${attempts}`,
      );

    relay.refuse("451 later");
    await run();
    expect(await state()).toEqual(["waiting 1"]);
    app.advance(31_000);
    await run();
    expect(await state()).toEqual(["waiting 2"]);
    relay.refuse("550 5.1.1 no such person");
    app.advance(limits.mailRetry);
    await run();
    expect(await state()).toEqual(["failed 3"]);
    expect((await app.db.select().from(listMails).orderBy(listMails.id))[0]!.bouncedAt).not.toBeNull();
    relay.refuse(undefined);
    await run();
    expect(relay.received).toEqual([]);
    way.close();
    await relay.close();
  }));

test("a mail whose worker died is sent by another once the lease is over, under the same name; before that nobody takes it", () =>
  withApp(async (app) => {
    const { communityId, ana } = await open(app);
    await makeMailMember(app, communityId, { handle: "ben" });
    const postId = await makePost(app, communityId, { authorId: ana });
    await owePostsByMail(app, [postId]);
    const relay = { sendToList: async () => {} };
    const [mail] = await claimListMails(
      app,
      (await app.db.select().from(listMails).orderBy(listMails.id)).map(({ id }) => id),
    );

    await sendListMails(app, findPlace(app), { relay }, [mail!.id]);
    expect(await app.db.select().from(listMails)).toMatchObject([{ state: "waiting", attempts: 1 }]);
    // The lease is by the clock of the database.
    await app.db.update(listMails).set({ leasedUntil: new Date(0) });
    app.advance(limits.mailLease);

    const letters = await sendLetters(app);
    expect(letters.map(({ messageId }) => messageId)).toEqual([`<p.${postId}@moot.example>`]);
    expect(await app.db.select().from(listMails)).toMatchObject([{ state: "sent", attempts: 2 }]);
  }));

test("that the relay took a mail is not forgotten while the database is away", () =>
  withApp(async (app) => {
    const { communityId, ana } = await open(app);
    await makeMailMember(app, communityId, { handle: "ben" });
    await owePostsByMail(app, [await makePost(app, communityId, { authorId: ana })]);
    let failures = 0;
    const taken: string[] = [];
    const relay = {
      sendToList: async ({ to }: { readonly to: string }) => {
        taken.push(to);
        failures = 2;
      },
    };
    const away = () => Promise.reject(Object.assign(new Error("gone"), { code: "ECONNREFUSED" }));
    const db = new Proxy(app.db, {
      get: (target, key) => (key === "execute" && failures-- > 0 ? away : Reflect.get(target, key)),
    });
    const [{ id } = { id: 0 }] = await app.db.select().from(listMails).orderBy(listMails.id);

    await sendListMails({ ...app, db }, findPlace(app), { relay }, [id]);

    expect(taken).toEqual(["ben@example.org"]);
    expect(await app.db.select().from(listMails)).toMatchObject([{ state: "sent" }]);
  }));
