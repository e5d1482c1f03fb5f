import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { sendLetters } from "../../test/letters.ts";
import { type Post, withMailDoor } from "../../test/mail-scene.ts";
import { makeCommunity, makeMember } from "../../test/make.ts";
import { makeMailMember } from "../../test/make-mail-member.ts";
import { makePerson } from "../../test/make-person.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { findMailAuthor } from "../account/mail-author.ts";
import { listMailNumber } from "../community/list-mail-number.ts";
import { mails } from "../db/schema/account.ts";
import { members } from "../db/schema/community.ts";
import { listMails } from "../db/schema/mail.ts";
import { postOriginals, posts } from "../db/schema/post.ts";
import { eraseAccount } from "../moderation/erase-account.ts";
import { owePostsByMail } from "../outbound/owe-list-mail.ts";
import { listConversation } from "../post/list-conversation.ts";
import { openMailDoor } from "./listen.ts";
import { findPlace } from "./place.ts";
import { checkRecipient, receiveMail } from "./receive.ts";

const allPosts = async (app: TestApp) => await app.db.select().from(posts).orderBy(posts.id);
const owedMails = async (app: TestApp) => await app.db.select().from(mails).orderBy(mails.id);

test("a member's mail becomes a post with its subject for a title, and comes twice to no effect", () =>
  withMailDoor(async ({ app, send }) => {
    const head = "Message-ID: <a@good.example>\nDate: Mon, 23 Feb 2026 10:00:00 +0000\n";
    expect(await send({ head, text: "Cats have it.\n\n-- \nAna" })).toBe("250 2.0.0 published");
    expect(await send({ head, text: "Cats have it.\n\n-- \nAna" })).toBe("250 2.0.0 known already");

    expect(await allPosts(app)).toMatchObject([
      {
        channel: "mail",
        sourceId: "<a@good.example>",
        title: "Fur",
        html: "<p>Cats have it.</p>",
        state: "published",
        writtenAt: new Date("2026-02-23T10:00:00Z"),
      },
    ]);
    expect((await allPosts(app))[0]?.foldedHtml).toContain("Ana");
  }));

test("a mail of HTML alone becomes a post as its author set it", () =>
  withMailDoor(async ({ app, send }) => {
    const text = "<p>Cats <b>have</b> it:</p><ul><li>fur<li>claws</ul><div id=Signature>Ana</div>";
    expect(await send({ head: "Content-Type: text/html\n", text })).toBe("250 2.0.0 published");

    const html = "<p>Cats <strong>have</strong> it:</p><ul><li>fur</li><li>claws</li></ul>";
    expect(await allPosts(app)).toMatchObject([{ html }]);
  }));

test.each([
  ["In-Reply-To", "In-Reply-To: <a@good.example>\n"],
  ["References", "References: <unknown@x> <a@good.example>\n"],
  ["its subject", "Subject: Re: [cats] fur\n"],
])("an answer comes into the thread by %s, without the quote", (_, head) =>
  withMailDoor(async ({ app, send }) => {
    await send({ head: "Message-ID: <a@good.example>\n" });
    const from = "Bo <bo@other.example>";
    const answer = {
      from,
      head: head.startsWith("Subject") ? "" : head,
      text: "No.\n\nOn 1 March 2026, Ana wrote:\n> Cats have it.",
    };
    if (head.startsWith("Subject")) await send({ ...answer, head: "X: y\n", from: `${from}\n${head.trim()}` });
    else await send(answer);

    const [first, second] = await allPosts(app);
    expect(second).toMatchObject({ threadId: first!.threadId, html: "<p>No.</p>", title: null });
    expect(second?.foldedHtml).toContain("Cats have it.");
  }),
);

const long = "people_of_the_gardens_on_the_hill_who_write_to_each_other_at_home";

test.each(["cats", long.slice(0, 26), long.slice(0, 64)])(
  "an answer to a mail of ours to %s comes into the thread by the address that it was sent to, wherever that cuts a handle",
  (handle) =>
    withMailDoor(
      async ({ app, community, send }) => {
        await send({ to: `${handle}@moot.example` });
        const [first] = await allPosts(app);
        const member = { communityId: community.id, authorId: first!.authorId };
        await app.db.insert(members).values({ ...member, state: "active", joinedAt: app.now(), updatedAt: app.now() });
        const row = { ...member, kind: "post", postId: first!.id, createdAt: app.now() } as const;
        const [mail] = await app.db.insert(listMails).values(row).returning();
        const to = findPlace(app).addresses.formatToken(handle, "reply", listMailNumber(mail!.id));
        const [cut = ""] = to.split("+");
        if (cut !== handle) await makeCommunity(app, { handle: cut });

        expect(await send({ to, head: "X: y\n", text: "Yes." })).toMatch(/^250/);
        const [, second] = await allPosts(app);
        expect(second).toMatchObject({ communityId: community.id, threadId: first!.threadId, parentId: first!.id });
        // Once the mail is forgotten, a handle that may be cut is nobody's: it could be that of others.
        await app.db.delete(listMails);
        expect(await send({ to, head: "X: z\n", text: "Still." })).toMatch(cut === handle ? /^250/ : /^550/);
      },
      { handle },
    ),
);

test("a mail in a member's name that is not proved waits for a yes from their address, and is theirs then", () =>
  withMailDoor(async ({ app, send }) => {
    expect(await send({ authenticity: "unproved" })).toMatch(/^250 .*asked/);
    expect(await allPosts(app)).toEqual([]);
    const [asked] = await owedMails(app);
    expect(asked).toMatchObject({ kind: "confirm-post", recipient: "ana@good.example" });

    expect(await send({ from: "Eve <eve@evil.example>", to: asked!.detail["address"]! })).toMatch(/^550/);
    expect(await send({ to: asked!.detail["address"]!, authenticity: "unproved" })).toBe("250 2.0.0 published");
    expect(await send({ to: asked!.detail["address"]! })).toMatch(/^550 .*answered/);
    expect(await allPosts(app)).toMatchObject([{ html: "<p>Cats have it.</p>", state: "published" }]);
  }));

test("nobody is asked about more than three mails a day; the others are not taken", () =>
  withMailDoor(async ({ app, send }) => {
    const given = [];
    for (let at = 0; at < 5; at += 1) given.push((await send({ authenticity: "unproved" })).slice(0, 3));

    expect(given).toEqual(["250", "250", "250", "550", "550"]);
    expect(await owedMails(app)).toHaveLength(3);
  }));

test.each<[string, Post, RegExp]>([
  ["a stranger who is not proved", { from: "x@evil.example", authenticity: "unproved" }, /^550 5\.7\.1/],
  ["somebody about whom the DNS does not answer", { authenticity: "unknown" }, /^451/],
  ["two authors", { from: "ana@good.example, eve@evil.example" }, /^550 5\.7\.1 .*author/],
  ["nobody in particular", { from: "Ana <ana@good.example>\nFrom: eve@evil.example" }, /^550/],
  ["somebody who says nothing", { text: "" }, /^550 5\.6\.0/],
])("a mail of %s is not taken, and nobody is written to", (_, post, reply) =>
  withMailDoor(async ({ app, send }) => {
    expect(await send(post)).toMatch(reply);
    expect(await allPosts(app)).toEqual([]);
    expect(await owedMails(app)).toEqual([]);
  }),
);

test.each<[string, Post]>([
  ["a delivery report", { sender: "" }],
  ["an answer of a holiday", { head: "Auto-Submitted: auto-replied\n" }],
  ["an answer of a program that says so in its subject alone", { subject: "Réponse automatique : Fur" }],
  ["a mail of a list", { head: "Precedence: list\n" }],
  ["a mail of another list", { head: "List-Id: <dogs.other.example>\n" }],
  ["our own mail", { head: "List-Id: The cats <cats.moot.example>\n" }],
  ["a mail that went round and round", { head: "Received: from x by y; z\n".repeat(51) }],
  ["our own address", { from: "cats@moot.example" }],
  ["a mailer", { from: "MAILER-DAEMON@good.example" }],
])("%s is taken and dropped", (_, post) =>
  withMailDoor(async ({ app, send }) => {
    expect(await send(post)).toMatch(/^250/);
    expect(await allPosts(app)).toEqual([]);
    expect(await owedMails(app)).toEqual([]);
  }),
);

test("a stranger whose mail is proved is judged as strangers are, and told once that they wait", () =>
  withMailDoor(
    async ({ app, send }) => {
      expect(await send({ from: "Bo Björk <bo@other.example>" })).toMatch(/^250 .*moderator/);

      expect(await allPosts(app)).toMatchObject([{ state: "held" }]);
      expect(await owedMails(app)).toMatchObject([{ kind: "post-held", recipient: "bo@other.example" }]);
    },
    { holdPolicy: "strangers" },
  ));

test("who may not post is refused in words", () =>
  withMailDoor(
    async ({ send }) => expect(await send({ from: "bo@other.example" })).toMatch(/^550 5\.7\.1 only members/),
    {
      postPolicy: "members",
    },
  ));

test("what moderators write to +announce@ reaches every member, whatever it says; nobody else's is taken", () =>
  withMailDoor(async ({ app, community, send }) => {
    await makeMailMember(app, community.id, { handle: "mod", role: "moderator" });
    await makeMailMember(app, community.id, { handle: "web", hears: false });
    await makeMailMember(app, community.id, { handle: "not", choice: { what: "nothing" } });
    const to = "cats+announce@moot.example";

    expect(await send({ to })).toMatch(/^550 5\.7\.1 only moderators/);
    expect(await send({ to, from: "eve@evil.example" })).toMatch(/^550 5\.7\.1 only moderators/);
    expect(await send({ to, from: "mod@example.org", subject: "We meet", text: "Help" })).toMatch(/^250 .*published/);
    expect(await allPosts(app)).toMatchObject([{ title: "We meet", html: "<p>Help</p>", announcement: true }]);
    await owePostsByMail(app, [(await allPosts(app))[0]!.id]);
    const letters = await sendLetters(app);
    expect(letters.map((letter) => letter.to)).toEqual(["web@example.org"]);
    expect(letters[0]!.text).toContain("mod announces to all members:");
    // Whether it is from a moderator is found out, as of every mail.
    expect(await send({ to, from: "mod@example.org", authenticity: "unproved" })).toMatch(/^250 .*asked/);
    expect(await app.db.$count(posts)).toBe(1);
    const asked = (await owedMails(app)).at(-1)!;
    expect(await send({ to: asked.detail["address"]!, from: "mod@example.org" })).toMatch(/^250 .*published/);
    expect((await allPosts(app)).map(({ announcement }) => announcement)).toEqual([true, true]);
  }));

test("an author takes a post back, or changes it, by an answer to it; nobody else can", () =>
  withMailDoor(async ({ app, send }) => {
    await send({ head: "Message-ID: <a@good.example>\n" });
    const head = "In-Reply-To: <a@good.example>\n";

    expect(await send({ from: "bo@other.example", head, text: "withdraw" })).toMatch(/^550/);
    expect(
      await send({ head, text: "edit:\nCats have much of it.\n\nOn 1 March 2026, Ana wrote:\n> Cats have it." }),
    ).toMatch(/^250/);
    const [edited] = await app.db.select().from(posts).where(eq(posts.sourceId, "<a@good.example>")).orderBy(posts.id);
    expect(edited).toMatchObject({ html: "<p>Cats have much of it.</p>", title: "Fur", state: "published" });
    const rich = "Content-Type: text/html\n";
    const quoted = '<div class="gmail_quote">On 1 March 2026, Ana wrote:<blockquote>Cats have it.</blockquote></div>';
    const text = `<div><b>Ed</b>it: Cats <i>have</i> it:</div><ul><li>fur</ul>${quoted}`;
    expect(await send({ head: head + rich, text })).toMatch(/^250/);
    const [set] = await app.db.select().from(posts).where(eq(posts.sourceId, "<a@good.example>")).orderBy(posts.id);
    expect(set).toMatchObject({ html: "<p>Cats <em>have</em> it:</p><ul><li>fur</li></ul>", foldedHtml: null });
    expect(await send({ head, text: "edit:\n" })).toMatch(/^550 5\.6\.0/);
    expect(await send({ head, text: "Withdraw" })).toMatch(/^250/);
    expect(await allPosts(app)).toMatchObject([{ state: "deleted", html: "", foldedHtml: null }]);
  }));

test("no address of anybody is seen, whoever wrote it where", () =>
  withMailDoor(async ({ app, send }) => {
    const quote = "On 1 March 2026, Bo <bo@secret.example> wrote:\n> ask eve@secret.example\n";
    await send({
      from: '"ana@good.example" <ana@good.example>',
      text: `Ask mo@secret.example.\n\n${quote}\n-- \nana@good.example`,
    });

    const [post] = await allPosts(app);
    expect(post?.html).toBe("<p>Ask …@….</p>");
    expect(JSON.stringify({ ...post, sourceId: "" })).not.toMatch(/secret|good\.example/);
    expect(post?.foldedHtml).toContain("Bo wrote:");
  }));

test("a post that came by mail is in the conversation that other servers read, by a name that they can fetch", () =>
  withMailDoor(async ({ app, send }) => {
    await send({});
    const [post] = await allPosts(app);

    expect(await listConversation(app.db, { threadId: post!.threadId }, { limit: 5 })).toMatchObject({
      names: [`https://moot.example/posts/${post!.id}`],
    });
  }));

test("recipients are known before the mail comes", () =>
  withApp(async (app) => {
    await makeCommunity(app, { handle: "cats" });
    const { door, close } = openMailDoor(app, async () => "proved");
    const codeOf = async (address: string) => (await checkRecipient(door, address))?.code ?? 250;

    expect(await codeOf("cats@moot.example")).toBe(250);
    expect(await codeOf("Cats+help@moot.example")).toBe(250);
    expect(await codeOf("dogs@moot.example")).toBe(550);
    expect(await codeOf("cats@elsewhere.example")).toBe(550);
    expect(await codeOf("cats+reply-1-aaaaaaaaaaaaaaaaaaaaaaaaaa@moot.example")).toBe(550);
    await close();
  }));

test("to whoever is no member a private community is no recipient", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { handle: "den", visibility: "private", joinPolicy: "invite" });
    const { authorId } = await makePerson(app, { address: "mo@good.example", addressVerified: true });
    await makePerson(app, { handle: "eve", address: "eve@good.example", addressVerified: true });
    await makeMember(app, communityId, { authorId });
    const { door, close } = openMailDoor(app, async () => "proved");
    const told = async (sender: string) => [
      await checkRecipient(door, "den@moot.example", sender),
      await checkRecipient(door, "none@moot.example", sender),
    ];

    expect(await checkRecipient(door, "den@moot.example", "mo@good.example")).toBeUndefined();
    for (const sender of ["eve@good.example", "nobody@good.example", ""]) {
      const [real, none] = await told(sender);
      expect([sender, real]).toEqual([sender, none]);
      const bytes = Buffer.from(`From: ${sender || "x@good.example"}\r\nTo: den@moot.example\r\n\r\nHello`);
      const carrier = { protocol: "lmtp", sender, ip: "127.0.0.1", helo: "x" } as const;
      const replies = await receiveMail(door, bytes, {
        carrier,
        recipients: ["den@moot.example", "none@moot.example"],
      });
      expect(replies[0]).toEqual(replies[1]);
    }
    await close();
  }));

test("whoever goes and leaves their words leaves no message and no signature", () =>
  withMailDoor(async ({ app, send }) => {
    await send({ text: "Cats have it.\n\n-- \nAna Lima" });
    const ana = await findMailAuthor(app.db, "ana@good.example");
    await eraseAccount(app, ana!.accountId, "unname", "test");

    const originals = await app.db.select().from(postOriginals);
    expect(originals.map(({ bytes }) => bytes.length)).toEqual([0]);
    expect(await allPosts(app)).toMatchObject([{ state: "published", html: "<p>Cats have it.</p>", foldedHtml: null }]);
  }));
