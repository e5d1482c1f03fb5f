import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listJobs } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { claimIdentity } from "../account/create-account.ts";
import {
  askToErase,
  cancelErasure,
  confirmErasure,
  confirmErasureBySession,
  eraseAccountJob,
  findErasure,
} from "../account/erasure.ts";
import { openSession } from "../account/sessions.ts";
import { findViewer } from "../account/viewer.ts";
import { addCheck } from "../community/change-checks.ts";
import { chooseMail } from "../community/mail-choices.ts";
import type { ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { accounts, emailAddresses, linkedIdentities, mails, sessions } from "../db/schema/account.ts";
import { consents, memberRoles, members } from "../db/schema/community.ts";
import { drafts } from "../db/schema/draft.ts";
import { heldEdits } from "../db/schema/held-edit.ts";
import { authors } from "../db/schema/identity.ts";
import { mailChoices } from "../db/schema/mail.ts";
import { notices } from "../db/schema/notice.ts";
import { posts } from "../db/schema/post.ts";
import { reactions } from "../db/schema/reaction.ts";
import { deliverJob } from "../outbound/dispatch.ts";
import { keepDraft } from "../post/drafts.ts";
import { listThreadPosts } from "../post/list-thread-posts.ts";
import { reactHere } from "../post/react-here.ts";
import { rewritePost, writePost } from "../post/write-post.ts";
import { eraseAccount, erasePlanned } from "./erase-account.ts";

const plainCheck = { who: "anyone", threshold: null, words: [], reason: "" } as const;

/** Mo has written, reacted, joined, drafted, and proved to be somebody elsewhere who wrote too. */
async function world(app: TestApp) {
  const communityId = await makeCommunity(app);
  const mo = await makePerson(app, { name: "Mo Canary", address: "mo@example.org", addressVerified: true });
  const elsewhere = await makeAuthor(app, { handle: "mo" });
  await app.db.transaction((tx) => claimIdentity(tx, { accountId: mo.accountId, authorId: elsewhere }, app.now()));
  const other = await makePost(app, communityId, { authorId: elsewhere });
  await makeMember(app, communityId, { authorId: mo.authorId });
  const form = { authorId: mo.authorId, communityId, key: "k", title: "Garlic", text: "How deep?" };
  const { postId } = (await writePost(app, form)) as { postId: typeof other };
  await reactHere(app, { authorId: mo.authorId, postId: other, kind: "like" });
  const draft = { title: "", text: "Half", warning: "", language: undefined, topic: undefined, images: [] };
  const id = "018f0000-0000-7000-8000-000000000001" as Parameters<typeof keepDraft>[2]["id"];
  await keepDraft(app, mo.authorId, { ...draft, id }, { communityId });
  const secret = await app.db.transaction((tx) => openSession(app, tx, mo.accountId, ""));
  return { communityId, mo, elsewhere, other, postId, secret };
}

const codeIn = async (app: TestApp) => {
  const rows = await app.db.select().from(mails).where(eq(mails.kind, "erasure")).orderBy(mails.id);
  return rows.at(-1)!.detail["code"]!;
};

test("whoever wants to be gone shows with a mailed code that it is they, has a week to change their mind, and then is gone", () =>
  withApp(async (app) => {
    const { mo } = await world(app);
    const { accountId } = mo;
    const asked = { accountId, posts: "delete", language: "en" } as const;

    expect(await askToErase(app, asked)).toBe("sent");
    expect(await confirmErasure(app, { accountId, code: "000000000", language: "en" })).toBe(false);
    expect(await findErasure(app.db, accountId)).toBeUndefined();
    expect(await confirmErasure(app, { accountId, code: await codeIn(app), language: "en" })).toBe(true);
    expect(await confirmErasure(app, { accountId, code: await codeIn(app), language: "en" })).toBe(false);

    const at = new Date(app.now().getTime() + limits.eraseGrace);
    expect(await findErasure(app.db, accountId)).toEqual({ at, posts: "delete" });
    expect(await listJobs(app, eraseAccountJob)).toEqual([{ accountId }]);
    await erasePlanned(app, accountId);
    await cancelErasure(app, accountId);
    app.advance(limits.eraseGrace);
    await erasePlanned(app, accountId);
    expect(await app.db.$count(authors, eq(authors.state, "deleted"))).toBe(0);

    await askToErase(app, asked);
    await confirmErasure(app, { accountId, code: await codeIn(app), language: "en" });
    app.advance(limits.eraseGrace);
    await erasePlanned(app, accountId);
    const [author] = await app.db.select().from(authors).where(eq(authors.id, mo.authorId)).orderBy(authors.id);
    expect(author).toMatchObject({ state: "deleted", name: "", bioHtml: "" });
  }));

test("where no mail reaches somebody, only a session that has just begun will do", () =>
  withApp(async (app) => {
    const { accountId } = await makePerson(app);
    await app.db.transaction((tx) => openSession(app, tx, accountId, ""));
    const [session] = await app.db.select().from(sessions).orderBy(sessions.id);
    const wanted = { accountId, sessionId: session!.id, posts: "delete", language: "en" } as const;

    expect(await askToErase(app, wanted)).toBe("no-address");
    app.advance(limits.freshSession + 1);
    expect(await confirmErasureBySession(app, wanted)).toBe(false);
    await app.db.update(sessions).set({ createdAt: app.now() });
    expect(await confirmErasureBySession(app, wanted)).toBe(true);
  }));

test("of who is gone nothing is left but the places where they were, and what they agreed to", () =>
  withApp(async (app) => {
    const { communityId, mo, elsewhere, other, postId, secret } = await world(app);
    await chooseMail(app, { communityId, authorId: mo.authorId }, { how: "daily" });

    await eraseAccount(app, mo.accountId, "delete", "test");
    await eraseAccount(app, mo.accountId, "delete", "test");

    expect(await findViewer(app, secret)).toBeUndefined();
    for (const table of [emailAddresses, linkedIdentities, sessions, drafts, mails, reactions, mailChoices])
      expect(await app.db.$count(table)).toBe(0);
    expect(await app.db.$count(notices, eq(notices.authorId, mo.authorId))).toBe(0);
    const rows = await app.db.select().from(posts).orderBy(posts.id);
    expect(rows.find(({ id }) => id === postId)).toMatchObject({ state: "deleted", html: "", title: null });
    expect(rows.find(({ id }) => id === other)).toMatchObject({ state: "published", authorId: elsewhere });
    const [member] = await app.db.select().from(members).where(eq(members.authorId, mo.authorId));
    expect(member).toMatchObject({ communityId, state: "left" });
    const said = await app.db.select().from(consents).where(eq(consents.authorId, mo.authorId)).orderBy(consents.id);
    expect(said.at(-1)).toMatchObject({ given: false, act: "account-deleted" });
    const events = (await listJobs(app, deliverJob)).flatMap(({ events }) => events);
    expect(events.filter(({ kind }) => kind === "post-deleted" || kind === "person-erased")).toMatchObject([
      { kind: "post-deleted", postId },
      { kind: "person-erased", actorId: mo.actorId },
    ]);
    const [account] = await app.db.select().from(accounts).where(eq(accounts.id, mo.accountId)).orderBy(accounts.id);
    expect(account).toMatchObject({ admin: false, bio: "", language: null });
  }));

test("words that stay bear no name, and those that wait for a moderator go", () =>
  withApp(async (app) => {
    const { communityId, mo, postId } = await world(app);
    await addCheck(app, communityId, { ...plainCheck, what: "links", verdict: "hold" }, "mo");
    const draft = { title: "Garlic", text: "See https://canary.example", warning: "", language: undefined, images: [] };
    expect(await rewritePost(app, mo.authorId, postId, draft)).toBe("held");

    await eraseAccount(app, mo.accountId, "unname", "test");

    const [post] = await listThreadPosts(app.db, postId as string as ThreadId, { limit: 9 });
    expect(post).toMatchObject({ state: "published", html: "<p>How deep?</p>", author: { name: "—" } });
    expect(post).toMatchObject({ author: { address: undefined } });
    expect(JSON.stringify(post)).not.toContain("Canary");
    const events = (await listJobs(app, deliverJob)).flatMap(({ events }) => events.map(({ kind }) => kind));
    expect(events).toContain("person-erased");
    expect(events).not.toContain("post-deleted");
    expect(await app.db.$count(heldEdits)).toBe(0);
  }));

test("the last owner of a community stays until somebody else owns it, and hears so when they become it after they asked to go", () =>
  withApp(
    async (app) => {
      const { communityId, mo } = await world(app);
      const role = { communityId, authorId: mo.authorId, role: "owner", grantedAt: app.now() } as const;
      await app.db.insert(memberRoles).values(role);
      const asked = { accountId: mo.accountId, posts: "delete", language: "en" } as const;

      await expect(askToErase(app, asked)).rejects.toMatchObject({ code: "conflict" });
      await expect(eraseAccount(app, mo.accountId, "delete", "test")).rejects.toMatchObject({ code: "conflict" });
      expect(await app.db.$count(sessions)).toBe(1);
      const other = await makeMember(app, communityId, { role: "owner" });
      await askToErase(app, asked);
      await confirmErasure(app, { accountId: mo.accountId, code: await codeIn(app), language: "en" });
      await app.db.delete(memberRoles).where(eq(memberRoles.authorId, other));
      app.advance(limits.eraseGrace);
      await erasePlanned(app, mo.accountId);
      await erasePlanned(app, mo.accountId);

      expect(await findErasure(app.db, mo.accountId)).toBeUndefined();
      const told = await app.db.select().from(notices).where(eq(notices.kind, "erasure-stopped")).orderBy(notices.id);
      expect(told).toMatchObject([{ communityId, authorId: mo.authorId, readAt: null }]);
      const [mail] = (await app.db.select().from(mails).orderBy(mails.id)).filter(({ kind }) => kind === "notice");
      expect(mail).toMatchObject({
        recipient: "mo@example.org",
        detail: { kind: "erasureStopped", community: "Cats" },
      });

      await app.db.insert(memberRoles).values({ ...role, authorId: other });
      await eraseAccount(app, mo.accountId, "delete", "test");
      expect(await app.db.$count(memberRoles, eq(memberRoles.authorId, mo.authorId))).toBe(0);
    },
    { smtpUrl: "smtp://127.0.0.1:9" },
  ));
