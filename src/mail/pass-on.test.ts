import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { runJobs } from "../../test/jobs.ts";
import { sendLetters } from "../../test/letters.ts";
import { startMailRelay } from "../../test/mail-relay.ts";
import { type MailScene, type Post, withMailDoor } from "../../test/mail-scene.ts";
import { makeAuthor, makePost } from "../../test/make.ts";
import { makeMailMember } from "../../test/make-mail-member.ts";
import { makePerson } from "../../test/make-person.ts";
import { findMailAuthor } from "../account/mail-author.ts";
import { updateProfile } from "../account/settings.ts";
import { tidyAccounts } from "../account/tidy.ts";
import { limits } from "../core/limits.ts";
import { accounts, linkedIdentities, mails } from "../db/schema/account.ts";
import { members } from "../db/schema/community.ts";
import { posts } from "../db/schema/post.ts";
import { authorMailAddresses, privateMails } from "../db/schema/private-mail.ts";
import { eraseAccount } from "../moderation/erase-account.ts";
import { owePostsByMail } from "../outbound/owe-list-mail.ts";
import { sendMailJob } from "../outbound/owe-mail.ts";
import { openRelay } from "./deliver.ts";
import { checkRecipient } from "./receive.ts";
import { sendMail } from "./send-mail.ts";

const nobody = "550 5.1.1 nobody can be written to at this address";

/** Ana has written, and Ben has it by mail, with an address that stands for her. */
async function withReader(
  run: (scene: MailScene & { readonly ana: string; owed(): Promise<Owed[]> }) => Promise<void>,
) {
  await withMailDoor(async (scene) => {
    const { app, community, send } = scene;
    await makeMailMember(app, community.id, { handle: "ben", name: "Ben" });
    await send({});
    const [post] = await app.db.select().from(posts).orderBy(posts.id);
    await owePostsByMail(app, [post!.id]);
    const [letter] = await sendLetters(app);
    const owed = async () => await app.db.select().from(mails).orderBy(mails.id);
    await run({ ...scene, ana: letter!.from.address, owed });
  });
}

type Owed = typeof mails.$inferSelect;

async function wishToBeReached({ app }: Pick<MailScene, "app">, address: string): Promise<void> {
  const author = await findMailAuthor(app.db, address);
  await updateProfile(app, author!.accountId, { name: author!.name, bio: "", indexable: true, reachable: true });
}

const fromBen = (post: Post): Post => ({ from: "Benjamin <ben@example.org>", text: "Which cats?", ...post });

test("what is sent to the address of an author reaches them once they wish it; before that it is an address of nobody", () =>
  withReader(async ({ app, door, send, ana, owed }) => {
    const forged = ana.replace(/-[0-9a-f]{16}@/, "-0123456789abcdef@");
    expect(await send(fromBen({ to: ana }))).toBe(nobody);
    expect(await send(fromBen({ to: forged }))).toBe(nobody);
    expect(await checkRecipient(door, ana)).toEqual(await checkRecipient(door, forged));
    expect(await owed()).toEqual([]);

    await wishToBeReached({ app }, "ana@good.example");
    expect(await checkRecipient(door, ana.toUpperCase())).toBeUndefined();
    const head = "Message-ID: <b@example.org>\n";
    expect(await send(fromBen({ to: ana, head }))).toMatch(/^250 2\.0\.0 done/);
    expect(await send(fromBen({ to: ana, head }))).toMatch(/^250 .*known/);
    expect(await owed()).toMatchObject([{ kind: "private", recipient: "ana@good.example" }]);
    expect((await owed())[0]!.detail).toMatchObject({ name: "Ben", text: "Which cats?", known: "yes" });
    expect(await app.db.$count(posts)).toBe(1);
  }));

test("both write to each other without learning an address, and each program puts the answer under what its owner wrote", () =>
  withReader(async ({ app, send, ana }) => {
    await wishToBeReached({ app }, "ana@good.example");
    const relay = await startMailRelay();
    const way = openRelay({ ...app.config, smtpUrl: relay.url });
    const sent = async () => {
      await runJobs(app, sendMailJob, async (jobs) => {
        for (const { mailId } of jobs) await sendMail(app, way, mailId);
      });
      const { from, to, text } = relay.received.at(-1)!;
      return { from, to, text, answer: /^From: [^\n]*(?:\n [^\n]*)*<([^<>]+)>$/m.exec(text)?.[1] ?? "" };
    };

    await send(fromBen({ to: ana, head: "Message-ID: <b@example.org>\n" }));
    const first = await sent();
    expect(first).toMatchObject({ from: "noreply@moot.example", to: ["ana@good.example"] });
    expect(first.text).toMatch(/^From: Ben via Cats <cats\+private-/m);
    expect(first.text).not.toMatch(/^Reply-To|^Auto-Submitted|example\.org/m);
    // Only her can answer it, and her answer goes to the address that he wrote from.
    expect(await send({ from: "eve@evil.example", to: first.answer })).toMatch(/^550 5\.7\.1 only whom/);
    const head = "Message-ID: <a@good.example>\nIn-Reply-To: <b@example.org>\n";
    expect(await send({ to: first.answer, head, text: "All." })).toMatch(/^250/);
    const second = await sent();
    expect(second.to).toEqual(["ben@example.org"]);
    expect(second.text).toMatch(/^In-Reply-To: <b@example\.org>$/m);
    expect(second.text).not.toContain("good.example");
    expect(await send(fromBen({ to: second.answer, text: "Good." }))).toMatch(/^250/);
    expect((await sent()).to).toEqual(["ana@good.example"]);
    expect(JSON.stringify(await app.db.select().from(mails).orderBy(mails.id))).not.toContain("Which cats");
    way?.close();
    await relay.close();
  }));

test("nothing is passed on that is not proved, that a program wrote, that is sealed or too long, or that is too much", () =>
  withReader(async ({ app, send, ana, owed }) => {
    await wishToBeReached({ app }, "ana@good.example");
    const cases: readonly [Post, RegExp][] = [
      [{ authenticity: "unproved" }, /^550 5\.7\.1 it cannot be shown/],
      [{ from: "eve@evil.example", authenticity: "unproved" }, /^550 5\.7\.1 it cannot be shown/],
      [{ authenticity: "unknown" }, /^451/],
      [{ from: "ben@example.org, eve@evil.example" }, /^550 5\.7\.1 .*author/],
      [{ head: "Auto-Submitted: auto-replied\n" }, /^250 .*nobody wrote/],
      [{ sender: "" }, /^250 .*nobody wrote/],
      [{ from: "Cats <cats@moot.example>" }, /^250 .*nobody wrote/],
      [{ head: "Received: x\n".repeat(51) }, /^250 .*nobody wrote/],
      [{ text: "-----BEGIN PGP MESSAGE-----\n\nx" }, /^550 5\.7\.5/],
      [{ text: " " }, /^550 5\.6\.0/],
      [{ text: "x ".repeat(limits.privateMailLength) }, /^552/],
    ];
    for (const [post, reply] of cases) expect(await send(fromBen({ to: ana, ...post }))).toMatch(reply);
    expect(await owed()).toEqual([]);

    const given: string[] = [];
    for (let at = 0; at <= limits.privateMailsToOne; at += 1) given.push(await send(fromBen({ to: ana })));
    expect(given.filter((reply) => reply.startsWith("250"))).toHaveLength(limits.privateMailsToOne);
    expect(given.at(-1)).toMatch(/^450/);
    expect(await owed()).toHaveLength(limits.privateMailsToOne);
  }));

test("who was sent away reaches nobody, nor does whoever left a private community; strangers are said to be such", () =>
  withReader(async ({ app, community, send, ana, owed }) => {
    await wishToBeReached({ app }, "ana@good.example");
    const state = async (name: "active" | "banned" | "left") => {
      const ben = await findMailAuthor(app.db, "ben@example.org");
      await app.db.update(members).set({ state: name }).where(eq(members.authorId, ben!.authorId));
    };
    await state("banned");
    expect(await send(fromBen({ to: ana }))).toMatch(/^550 5\.7\.1/);
    await state("left");
    expect(await send(fromBen({ to: ana }))).toMatch(/^250/);
    expect(await send({ from: "zoe@far.example", to: ana })).toMatch(/^250/);
    expect((await owed()).map(({ detail }) => [detail["name"], detail["known"]])).toEqual([
      ["Ben", "yes"],
      ["", "no"],
    ]);
    await app.db.execute(`update community set visibility = 'private', join_policy = 'invite'`);
    expect(await send(fromBen({ to: ana }))).toBe(nobody);
    const author = await findMailAuthor(app.db, "ana@good.example");
    const member = { communityId: community.id, authorId: author!.authorId, updatedAt: app.now() };
    await app.db.insert(members).values({ ...member, state: "active", joinedAt: app.now() });
    expect(await send(fromBen({ to: ana }))).toBe(nobody);
    await state("active");
    expect(await send(fromBen({ to: ana }))).toMatch(/^250/);
  }));

test("an author elsewhere is reached if they proved that an account here is theirs", () =>
  withReader(async ({ app, community, send, owed }) => {
    const cleo = await makePerson(app, { handle: "cleo", address: "cleo@good.example", addressVerified: true });
    const far = await makeAuthor(app, { handle: "cleo" });
    const postId = await makePost(app, community.id, { authorId: far });
    await owePostsByMail(app, [postId]);
    const to = (await sendLetters(app)).at(-1)!.from.address;
    await wishToBeReached({ app }, "cleo@good.example");

    expect(await send(fromBen({ to }))).toBe(nobody);
    await app.db.insert(linkedIdentities).values({ accountId: cleo.accountId, authorId: far, provedAt: app.now() });
    expect(await send(fromBen({ to }))).toMatch(/^250/);
    expect(await owed()).toMatchObject([{ recipient: "cleo@good.example" }]);
  }));

test("whoever is gone is reached no more, and between whom mail went is forgotten", () =>
  withReader(async ({ app, send, ana }) => {
    await wishToBeReached({ app }, "ana@good.example");
    await send(fromBen({ to: ana }));
    expect(await app.db.$count(privateMails)).toBe(1);
    const author = await findMailAuthor(app.db, "ana@good.example");

    await eraseAccount(app, author!.accountId, "unname", "test");
    expect(await app.db.$count(privateMails)).toBe(0);
    expect(await app.db.$count(authorMailAddresses)).toBe(0);
    expect(await send(fromBen({ to: ana }))).toBe(nobody);
    expect(await app.db.$count(accounts, eq(accounts.reachable, true))).toBe(0);
  }));

test("an answer finds its way for a while, and for no longer", () =>
  withReader(async ({ app, send, ana, owed }) => {
    await wishToBeReached({ app }, "ana@good.example");
    await send(fromBen({ to: ana }));
    const to = (await owed())[0]!.detail["address"]!;
    app.advance(limits.privateMailAge + 1);
    expect(await send({ to })).toBe(nobody);
    await tidyAccounts(app);
    expect(await app.db.$count(privateMails)).toBe(0);
  }));
