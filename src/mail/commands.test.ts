import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listJobs } from "../../test/jobs.ts";
import { withMailDoor } from "../../test/mail-scene.ts";
import { makePost } from "../../test/make.ts";
import { makeMailMember, readChoice } from "../../test/make-mail-member.ts";
import { makePerson } from "../../test/make-person.ts";
import type { TestApp } from "../../test/with-app.ts";
import { findMailAuthor } from "../account/mail-author.ts";
import { answerQuestionJob, confirmQuestion } from "../account/mail-questions.ts";
import { findOwnMembership } from "../community/own-membership.ts";
import { startMail } from "../community/start-mail.ts";
import { createTopic } from "../community/topics.ts";
import type { PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { accounts, mails } from "../db/schema/account.ts";
import { consents, memberDeliveries, memberRoles, members } from "../db/schema/community.ts";
import { listMails, mailChoices, mailThreadChoices, mailTopicChoices } from "../db/schema/mail.ts";
import { posts } from "../db/schema/post.ts";
import { owePostsByMail } from "../outbound/owe-list-mail.ts";
import { answerQuestion } from "./answer-question.ts";

const owedMails = async (app: TestApp) => await app.db.select().from(mails).orderBy(mails.id);
const deliveries = async (app: TestApp) =>
  await app.db.select().from(memberDeliveries).where(eq(memberDeliveries.channel, "mail"));

test("who asks to subscribe is asked, and hears by mail once they said yes; with no word of the asker in it", () =>
  withMailDoor(async ({ app, send }) => {
    const from = "Buy pills <zoe@far.example>";
    expect(await send({ from, to: "cats+subscribe@moot.example", authenticity: "unproved" })).toMatch(/^250/);
    expect(await deliveries(app)).toEqual([]);
    const [asked] = await owedMails(app);
    expect(asked).toMatchObject({ kind: "confirm-subscribe", recipient: "zoe@far.example" });
    expect(JSON.stringify(asked)).not.toContain("pills");

    const confirm = asked!.detail["address"]!;
    expect(await send({ from: "zoe@far.example", to: confirm, authenticity: "unproved" })).toMatch(/^250/);
    expect(await send({ from: "zoe@far.example", to: confirm })).toMatch(/^550/);
    expect(await deliveries(app)).toHaveLength(1);
    expect(await app.db.select().from(consents)).toMatchObject([{ given: true, act: "mail" }]);
    expect((await owedMails(app)).at(-1)).toMatchObject({ kind: "subscribed", recipient: "zoe@far.example" });
  }));

test("the link in the question is a yes too, and it counts once", () =>
  withMailDoor(async ({ app, door, send }) => {
    await send({ to: "cats+subscribe@moot.example" });
    const [asked] = await owedMails(app);
    const secret = asked!.detail["link"]!.split("/").at(-1)!;

    expect(await confirmQuestion(app, "wrong")).toBe(false);
    expect(await confirmQuestion(app, secret)).toBe(true);
    const [job] = await listJobs(app, answerQuestionJob);
    await answerQuestion(door, { id: job!.questionId });
    expect(await deliveries(app)).toHaveLength(1);
    expect(await confirmQuestion(app, secret)).toBe(false);
  }));

test("a question is too old after three days", () =>
  withMailDoor(async ({ app, send }) => {
    await send({ to: "cats+subscribe@moot.example" });
    const [asked] = await owedMails(app);
    app.advance(3 * 24 * 60 * 60 * 1000 + 1);

    expect(await send({ to: asked!.detail["address"]! })).toMatch(/^550/);
  }));

test("a hundred askings in somebody's name are three mails to them", { timeout: 300_000 }, () =>
  withMailDoor(async ({ app, send }) => {
    for (let at = 0; at < 100; at += 1)
      expect(await send({ to: "cats+subscribe@moot.example", authenticity: "unproved" })).toMatch(/^250/);

    expect(await owedMails(app)).toHaveLength(3);
  }),
);

test("a member chooses and leaves by mail, and is told so", () =>
  withMailDoor(async ({ app, community, send }) => {
    await send({ to: "cats+subscribe@moot.example" });
    await send({ to: (await owedMails(app))[0]!.detail["address"]! });

    expect(await send({ to: "cats+digest@moot.example" })).toMatch(/^250/);
    expect(await app.db.select().from(mailChoices)).toMatchObject([{ what: "every", how: "daily" }]);
    expect(await send({ to: "cats+nomail@moot.example" })).toMatch(/^250/);
    expect(await app.db.select().from(mailChoices)).toMatchObject([{ what: "announcements" }]);
    expect(await send({ to: "cats+instant@moot.example" })).toMatch(/^250/);
    expect(await app.db.select().from(mailChoices)).toMatchObject([{ what: "every", how: "at-once" }]);
    expect(await send({ to: "cats+unsubscribe@moot.example" })).toMatch(/^250/);
    expect(await deliveries(app)).toEqual([]);
    const ana = await findMailAuthor(app.db, "ana@good.example");
    const [member] = await app.db
      .select()
      .from(members)
      .where(and(eq(members.communityId, community.id), eq(members.authorId, ana!.authorId)));
    expect(member?.state).toBe("left");
    expect((await owedMails(app)).map(({ kind }) => kind)).toEqual([
      "confirm-subscribe",
      "subscribed",
      "answer",
      "answer",
      "answer",
      "answer",
    ]);
  }));

test("who joined on the web unsubscribes from the mail alone: they stay a member, and hear not even announcements", () =>
  withMailDoor(async ({ app, community, send }) => {
    const hana = await makeMailMember(app, community.id, { handle: "hana", hears: false });
    await startMail(app, { communityId: community.id, authorId: hana.authorId }, { act: "web", evidence: "session" });

    expect(await send({ from: "Hana <hana@example.org>", to: "cats+unsubscribe@moot.example" })).toMatch(/^250/);

    expect(await deliveries(app)).toEqual([]);
    expect(await findOwnMembership(app, community.id, hana.authorId)).toMatchObject({ state: "active" });
    expect(await readChoice(app, hana)).toMatchObject({ what: "nothing" });
  }));

test.each(["unsubscribe", "digest", "instant", "nomail", "command", "help", "owner"])(
  "+%s in a foreign name does nothing",
  (command) =>
    withMailDoor(async ({ app, send }) => {
      expect(await send({ to: `cats+${command}@moot.example`, authenticity: "unproved" })).toMatch(/^550/);
      expect(await owedMails(app)).toEqual([]);
    }),
);

test("a mail that is a command and nothing else is obeyed, whether it is an answer or not, and answered in its author's language", () =>
  withMailDoor(async ({ app, community, send }) => {
    const hana = await makeMailMember(app, community.id, { handle: "hana" });
    await app.db.update(accounts).set({ language: "ar" }).where(eq(accounts.id, hana.accountId));
    await createTopic(app, { communityId: community.id, slug: "fur", name: "Fur", hashtags: [] }, "test");
    const postId = await makePost(app, community.id, { title: "Worms" });
    const own = await makePost(app, community.id, { title: "Slugs", authorId: hana.authorId });
    const from = "Hana <hana@example.org>";
    const say = async (text: string, answers?: PostId) => {
      app.advance(limits.signInWindow);
      const head = answers ? `In-Reply-To: <p.${answers}@moot.example>\n` : "";
      const reply = await send({ from, text, ...(head && { head }) });
      return [reply, (await owedMails(app)).at(-1)?.detail["answer"]];
    };
    await owePostsByMail(app, [postId, own]);

    expect((await say("أوقف حتى 20 مارس"))[1]).toMatch(/^لا يصلك بريد من Cats حتى الجمعة، 20 مارس 2026/);
    expect(await readChoice(app, hana)).toMatchObject({ pausedUntil: new Date("2026-03-20T00:00:00Z") });
    expect((await say("pause until the cows come home"))[1]).toContain("حتى متى؟");
    await say("resume");
    expect(await readChoice(app, hana)).toMatchObject({ pausedUntil: null });
    await say("digest weekly\n\n-- \nHana");
    expect(await readChoice(app, hana)).toMatchObject({ what: "every", how: "weekly" });
    expect((await say("follow #fur"))[1]).toContain("Fur");
    expect(await app.db.select().from(mailTopicChoices)).toMatchObject([{ what: "every", how: "at-once" }]);
    expect((await say("follow #dogs"))[1]).toContain("#fur");
    await say("mute #fur");
    expect(await app.db.select().from(mailTopicChoices)).toMatchObject([{ what: "nothing" }]);
    await say("unmute #fur");
    expect(await app.db.select().from(mailTopicChoices)).toEqual([]);
    expect((await say("mute"))[1]).toContain("أي نقاش؟");
    expect((await say("Mute.\n\n> Worms are best.", postId))[1]).toContain("«Worms»");
    expect(await app.db.select().from(mailThreadChoices)).toMatchObject([{ choice: "mute", authorId: hana.authorId }]);
    await say("follow", postId);
    expect(await app.db.select().from(mailThreadChoices)).toMatchObject([{ choice: "follow" }]);
    await say("unfollow", postId);
    expect(await app.db.select().from(mailThreadChoices)).toEqual([]);

    expect((await say("withdraw", postId))[0]).toMatch(/^550 5\.7\.1 only its author/);
    expect((await say("withdraw", own))[1]).toBe("سُحبت مشاركتك في «Slugs».");
    expect(await app.db.select({ state: posts.state }).from(posts).where(eq(posts.id, own)).orderBy(posts.id)).toEqual([
      { state: "deleted" },
    ]);
    expect(
      await send({ from: "Ana <ana@good.example>", text: "mute", head: `In-Reply-To: <p.${postId}@moot.example>\n` }),
    ).toBe("550 5.7.1 you are no member of this community");
    expect(await app.db.$count(posts)).toBe(2);
  }));

test("the address for commands reads the first line, then the subject; words with a file beside them are a post", () =>
  withMailDoor(async ({ app, community, send }) => {
    const hana = await makeMailMember(app, community.id, { handle: "hana", hears: false });
    const from = "Hana <hana@example.org>";
    const to = "cats+command@moot.example";
    expect(await send({ from, to, text: "digest daily\n\nThank you!" })).toMatch(/^250/);
    expect(await readChoice(app, hana)).toMatchObject({ how: "daily" });
    // Whoever only read on the web hears by mail now, since they said so.
    expect(await deliveries(app)).toHaveLength(1);
    await send({ from, to, text: "Good morning", subject: "weekly digest" });
    await send({ from, to, text: "Good morning" });
    expect((await owedMails(app)).map(({ kind }) => kind)).toEqual(["answer", "answer", "list-help"]);

    const parts = "Content-Type: multipart/mixed; boundary=b\n";
    const text =
      '--b\n\nmute\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename="a.txt"\n\nabc\n--b--';
    expect(await send({ from, head: parts, text })).toBe("250 2.0.0 published");
  }));

test("help is sent, but not without end", () =>
  withMailDoor(async ({ app, send }) => {
    for (let at = 0; at < 8; at += 1) expect(await send({ to: "cats+help@moot.example" })).toMatch(/^250/);

    const sent = await owedMails(app);
    expect(sent).toHaveLength(5);
    expect(sent[0]?.detail["unsubscribe"]).toBe("cats+unsubscribe@moot.example");
  }));

test("a mail to the owners reaches them with the address of who wrote it; without owners it is refused", () =>
  withMailDoor(async ({ app, community, send }) => {
    expect(await send({ to: "cats+owner@moot.example" })).toMatch(/^550/);
    const mo = await makePerson(app, { handle: "mo", address: "mo@moot.test", addressVerified: true });
    const place = { communityId: community.id, authorId: mo.authorId };
    await app.db.insert(members).values({ ...place, state: "active", joinedAt: app.now(), updatedAt: app.now() });
    await app.db.insert(memberRoles).values({ ...place, role: "owner", grantedAt: app.now() });

    expect(await send({ to: "cats+owner@moot.example", text: "Help!\n\n-- \nAna" })).toMatch(/^250/);
    expect(await owedMails(app)).toMatchObject([
      { kind: "owner-note", recipient: "mo@moot.test", detail: { from: "ana@good.example", text: "Help!" } },
    ]);
  }));

test("what comes back counts against the address, and a complaint ends the mail", () =>
  withMailDoor(async ({ app, community, door, send }) => {
    await send({ to: "cats+subscribe@moot.example" });
    await send({ to: (await owedMails(app))[0]!.detail["address"]! });
    const ana = await findMailAuthor(app.db, "ana@good.example");
    const row = { kind: "held", communityId: community.id, authorId: ana!.authorId, until: app.now() } as const;
    const [mail] = await app.db
      .insert(listMails)
      .values({ ...row, createdAt: app.now() })
      .returning();
    const { listMailNumber } = await import("../community/list-mail-number.ts");
    const to = door.place.addresses.formatToken("cats", "bounce", listMailNumber(mail!.id));
    const report = (type: string, part: string) => ({
      from: "MAILER-DAEMON@mx.example",
      sender: "",
      to,
      head: `Content-Type: multipart/report; report-type=${type}; boundary=b\n`,
      text: `--b\n\nSorry.\n--b\nContent-Type: message/${type}\n\n${part}\n--b--\n`,
    });

    expect(await send(report("delivery-status", "Action: failed\nStatus: 5.1.1"))).toMatch(/^250/);
    expect((await app.db.select().from(listMails).orderBy(listMails.id))[0]).toMatchObject({ lastError: "permanent" });
    expect(await send(report("feedback-report", "Feedback-Type: abuse\nVersion: 1"))).toMatch(/^250/);
    expect(await deliveries(app)).toEqual([]);
  }));
