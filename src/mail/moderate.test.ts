import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { sendLetters } from "../../test/letters.ts";
import { withMailDoor } from "../../test/mail-scene.ts";
import { makeAuthor, makePost } from "../../test/make.ts";
import { makeMailMember } from "../../test/make-mail-member.ts";
import { makeOriginal } from "../../test/make-submission.ts";
import { addCheck } from "../community/change-checks.ts";
import { usualChecks } from "../community/checks.ts";
import { chooseMail } from "../community/mail-choices.ts";
import { limits } from "../core/limits.ts";
import { mails } from "../db/schema/account.ts";
import { members } from "../db/schema/community.ts";
import { decisions } from "../db/schema/moderation.ts";
import { posts } from "../db/schema/post.ts";
import { mailHeld } from "../moderation/mail-held.ts";
import type { WaitingMail } from "../outbound/owe-mail.ts";
import { editPost } from "../post/edit-post.ts";
import { makeDigests } from "../post/make-digests.ts";
import { composeLetter } from "./compose-letter.ts";
import { readVerdicts } from "./moderate-words.ts";

test.each([
  ["1 ok", [[1, "approve", ""]]],
  [
    "1 ok\n2 refuse not our topic\n3 spam",
    [
      [1, "approve", ""],
      [2, "reject", "not our topic"],
      [3, "spam", ""],
    ],
  ],
  [
    "1. OK\r\n#2: Reject  too long \r\n",
    [
      [1, "approve", ""],
      [2, "reject", "too long"],
    ],
  ],
  ["١ ok\n1 maybe\nok 1\n1ok", []],
  ["> 1 spam\n1 ok\n> 2 ok", [[1, "approve", ""]]],
  ["1 ok\n1 spam", [[1, "spam", ""]]],
  ["1 رفض ليس موضوعنا", [[1, "reject", "ليس موضوعنا"]]],
])("%j decides as it says", (text, expected) => {
  expect(readVerdicts(text).map(({ number, action, reason }) => [number, action, reason])).toEqual(expected);
});

test("what comes back of that mail decides nothing, whatever stands in it and however a program quotes it", () =>
  withMailDoor(async ({ app, community, send }) => {
    await makeMailMember(app, community.id, { handle: "mod", role: "moderator", hears: false });
    for (const title of ["ok", "Second"])
      await makePost(app, community.id, { state: "held", title, html: "<p>1 ok</p><p>2 ok</p>" });
    await mailHeld(app);
    const [letter] = await sendLetters(app);
    const from = "Mod <mod@example.org>";
    const asOutlook = `From: Cats\nSent: Monday\nTo: Mod\nSubject: Two posts wait\n\n1 ok\n2 ok`;
    expect(readVerdicts(letter!.text)).toEqual([]);
    expect(await send({ to: letter!.replyTo, from, text: `2 spam\n\n${letter!.text}\n\n${asOutlook}` })).toBe(
      "250 2.0.0 done",
    );
    const rows = await app.db.select({ state: posts.state }).from(posts).orderBy(posts.id);
    expect(rows.map(({ state }) => state)).toEqual(["held", "rejected"]);
  }));

test("a moderator gets one mail of what waits, and decides by answering it; nobody else can", () =>
  withMailDoor(async ({ app, community, send }) => {
    await makeMailMember(app, community.id, { handle: "mod", role: "moderator", hears: false });
    await makeMailMember(app, community.id, { handle: "two", role: "moderator", hears: false });
    const held = { state: "held", reason: "first-post" } as const;
    const [one, two, three] = [
      await makePost(app, community.id, { ...held, title: "Worms" }),
      await makePost(app, community.id, { ...held, title: "Pills", authorId: await makeAuthor(app, { name: "Vic" }) }),
      await makePost(app, community.id, { ...held, title: "Slugs" }),
    ];
    await mailHeld(app);
    await mailHeld(app);
    const letters = await sendLetters(app);

    expect(letters.map(({ to, subject }) => [to, subject])).toEqual([
      ["mod@example.org", "Cats: 3 posts wait for you"],
      ["two@example.org", "Cats: 3 posts wait for you"],
    ]);
    const { replyTo, text } = letters[0]!;
    expect(text).toContain("[2] Pills\n---------\nby Vic (@");
    const from = "Mod <mod@example.org>";
    const answers = "1 ok\n2 spam\n3 refuse not our topic\n\n> 1. Worms";
    expect(await send({ to: replyTo, from: "Two <two@example.org>", text: answers })).toMatch(/^550 5\.7\.1/);
    expect(await send({ to: replyTo, from, text: answers, authenticity: "unproved" })).toMatch(/^550 5\.7\.1/);
    expect(await send({ to: replyTo, from, text: "Thank you!" })).toMatch(/^550 5\.6\.0/);
    expect(await send({ to: replyTo, from, text: "1 ok\n4 ok" })).toMatch(/^550 5\.6\.0/);
    expect(await app.db.select().from(decisions)).toEqual([]);

    const head = "Message-ID: <m@example.org>\n";
    expect(await send({ to: replyTo, from, text: answers, head })).toBe("250 2.0.0 done");
    expect(await send({ to: replyTo, from, text: answers, head })).toBe("250 2.0.0 done");
    expect(await send({ to: replyTo, from, text: "2 ok\n3 ok" })).toBe("250 2.0.0 done");
    expect(await send({ to: replyTo, from, text: "3 ok", head: "Auto-Submitted: auto-replied\n" })).toMatch(/^250/);
    const told = (await app.db.select().from(mails).orderBy(mails.id)).map((mail) =>
      composeLetter(mail as WaitingMail, app.config.origin),
    );
    expect(told.map(({ to, answers, text: words }) => [to, answers, words.split("\n\n", 2).join("|")])).toEqual([
      ["mod@example.org", "<m@example.org>", "1 published, 1 refused, 1 taken for spam.|What still waits is here:"],
      [
        "mod@example.org",
        expect.any(String),
        expect.stringMatching(/^0 published, 0 refused.*\|Nothing came of what you said about 2, 3:/),
      ],
    ]);

    const states = new Map(
      (await app.db.select().from(posts).orderBy(posts.id)).map(({ id, state, reason }) => [id, [state, reason]]),
    );
    expect([one, two, three].map((id) => states.get(id))).toEqual([
      ["published", null],
      ["rejected", ""],
      ["rejected", "not our topic"],
    ]);
    expect((await app.db.select().from(members)).filter(({ state }) => state === "banned")).toHaveLength(1);
    expect(await app.db.select().from(decisions).orderBy(decisions.id)).not.toEqual([]);
  }));

test("new words for a post stand in that mail too, and are let through by the same answer", () =>
  withMailDoor(async ({ app, community, send }) => {
    await makeMailMember(app, community.id, { handle: "mod", role: "moderator", hears: false });
    await addCheck(app, community.id, usualChecks.at(-1)!, "mod");
    const authorId = await makeAuthor(app, { name: "Vic" });
    const id = await makePost(app, community.id, { authorId, title: "Worms" });
    const html = '<p>Buy <a href="https://worms.example/">worms</a></p>';
    const [post] = await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id);
    const edit = { authorId, sourceId: post!.sourceId, html, sensitive: false, original: makeOriginal("u") };
    expect(await editPost(app, edit)).toBe("held");
    await mailHeld(app);
    const [letter] = await sendLetters(app);
    expect(letter!.text).toMatch(
      /\[1\] Worms\n-{9}\nby Vic \(@.*\) · a change to what everybody reads already\n\n> Buy worms/,
    );

    const from = "Mod <mod@example.org>";
    expect(await send({ to: letter!.replyTo, from, text: "1 ok" })).toBe("250 2.0.0 done");

    expect((await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id))[0]).toMatchObject({ html });
  }));

test("moderators are told once of each post, again of one that its author changed, and at most every quarter of an hour", () =>
  withMailDoor(async ({ app, community }) => {
    await makeMailMember(app, community.id, { handle: "mod", role: "owner" });
    await makeMailMember(app, community.id, { handle: "quiet", role: "moderator", choice: { what: "nothing" } });
    await makeMailMember(app, community.id, { handle: "ben" });
    expect(await mailHeld(app)).toBe(0);
    const ana = { authorId: await makeAuthor(app), sourceId: "https://remote.example/notes/held" };
    const hold = async (more = {}) =>
      await makePost(app, community.id, { state: "held", reason: "first-post", ...more });
    await hold(ana);
    expect(await mailHeld(app)).toBe(1);
    await hold();
    app.advance(limits.heldMailPause - 1);
    expect(await mailHeld(app)).toBe(0);
    app.advance(1);
    expect(await mailHeld(app)).toBe(1);
    app.advance(limits.heldMailPause);
    expect(await mailHeld(app)).toBe(0);
    const words = { html: "<p>Other words</p>", sensitive: false, original: makeOriginal("changed") };
    expect(await editPost(app, { ...ana, ...words })).toBe("edited");
    expect(await mailHeld(app)).toBe(1);
    app.advance(limits.heldMailPause);
    expect(await mailHeld(app)).toBe(0);
    expect((await sendLetters(app)).map(({ subject }) => subject)).toEqual([
      "Cats: one post waits for you",
      "Cats: 2 posts wait for you",
      "Cats: 2 posts wait for you",
    ]);
  }));

test("an answer to a digest goes to the post whose address it has; one to the digest as a whole is refused", () =>
  withMailDoor(async ({ app, community, send }) => {
    const { authorId } = await makeMailMember(app, community.id, { handle: "ben" });
    await chooseMail(app, { communityId: community.id, authorId }, { how: "daily" });
    app.advance(60_000);
    const postId = await makePost(app, community.id, { title: "Worms" });
    app.advance(8 * 60 * 60 * 1000);
    await makeDigests(app);
    const [letter] = await sendLetters(app);
    const [, to = ""] = /^Answer: (\S+)$/m.exec(letter!.text)!;
    const from = "Ben <ben@example.org>";

    expect(await send({ to: letter!.replyTo, from, text: "Which?" })).toMatch(/^550 5\.7\.1 it answers no post/);
    expect(await send({ to, from, text: "Seven." })).toBe("250 2.0.0 published");

    const said = (await app.db.select().from(posts).orderBy(posts.id)).map(({ html, parentId }) => [html, parentId]);
    expect(said).toContainEqual(["<p>Seven.</p>", postId]);
    expect(said).toHaveLength(2);
  }));
