import { and, eq, inArray, isNotNull, ne, or } from "drizzle-orm";
import { type ErasedPosts, findErasure, keepAccount, listSoleOwned, requireNoSoleOwned } from "../account/erasure.ts";
import type { App } from "../app.ts";
import { giveNotices } from "../community/give-notice.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { DomainError } from "../core/errors.ts";
import type { AccountId, AuthorId, LocalActorId } from "../core/ids.ts";
import { ownIris } from "../core/own-iris.ts";
import type { Tx } from "../db/client.ts";
import {
  accountExports,
  accounts,
  emailAddresses,
  linkedIdentities,
  mails,
  passkeys,
  personFollowers,
  sessions,
  signInTokens,
} from "../db/schema/account.ts";
import { members } from "../db/schema/community.ts";
import { drafts, uploads } from "../db/schema/draft.ts";
import { heldEdits } from "../db/schema/held-edit.ts";
import { authors } from "../db/schema/identity.ts";
import { listMails, mailChoices, mailQuestions, mailThreadChoices, mailTopicChoices } from "../db/schema/mail.ts";
import { noticeMutes, notices, noticeWishes } from "../db/schema/notice.ts";
import { postOriginals, posts } from "../db/schema/post.ts";
import { authorMailAddresses, privateMails } from "../db/schema/private-mail.ts";
import { auditEntries } from "../db/schema/server.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { deletePostsOf } from "../post/delete-post.ts";
import { touchThreads } from "../post/publish-posts.ts";
import type { Original } from "../post/submission.ts";
import { forgetReactionsOf } from "../post/withdraw-reactions.ts";
import { leaveAsPerson } from "./leave-as-person.ts";

/** Takes an account away if its time has come; its owner may have changed their mind. May be repeated. */
export async function erasePlanned(app: App, accountId: AccountId): Promise<void> {
  const planned = await findErasure(app.db, accountId);
  if (!planned || planned.at > app.now()) return;
  // A community that nobody else owns is not left alone: whoever became its last owner meanwhile asks again.
  const owned = await listSoleOwned(app.db, accountId);
  if (owned.length > 0) {
    const cause = `erasure/${planned.at.toISOString()}`;
    await app.db.transaction(async (tx) => {
      const authorId = await keepAccount(app, tx, accountId, "last-owner");
      if (!authorId) return;
      const told = owned.map(({ id }) => ({ communityId: id, authorId, kind: "erasure-stopped" as const, cause }));
      await giveNotices(app, tx, told);
    });
    return;
  }
  await eraseAccount(app, accountId, planned.posts, "self");
}

/**
 * Takes an account away for good: nobody can sign in to it, what is kept about its owner is forgotten, what they wrote is deleted or stays
 * without their name, and other servers are told. Their handle never names anybody else. May be repeated: it goes on where it broke off.
 *
 * Accounts on other servers that they had linked are what they were before: their own.
 *
 * @throws {DomainError} `not-found` when there is no such account, `conflict` for the last owner of a community
 */
export async function eraseAccount(app: App, accountId: AccountId, what: ErasedPosts, by: string): Promise<void> {
  const [owner] = await app.db
    .select({ authorId: accounts.authorId, actorId: authors.localActorId })
    .from(accounts)
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(eq(accounts.id, accountId));
  if (!owner?.actorId) throw new DomainError("not-found", "there is no such account");
  const { authorId, actorId } = owner;
  await requireNoSoleOwned(app.db, accountId);
  await app.db.transaction(async (tx) => shutDoors(tx, accountId));
  await leaveAll(app, authorId);
  await settlePosts(app, { authorId, actorId }, what);
  await forgetReactionsOf(app, ownIris(app.config.origin).actor(actorId));
  await app.db.transaction(async (tx) => {
    await forget(tx, accountId, authorId);
    const gone = await tx
      .update(authors)
      .set({ state: "deleted", name: "", bioHtml: "", avatarUrl: null, url: null, indexable: false })
      .where(and(eq(authors.id, authorId), ne(authors.state, "deleted")))
      .returning({ id: authors.id });
    if (gone.length === 0) return;
    await dispatch(app, tx, [{ kind: "person-erased", actorId }]);
    const entry = {
      actor: by,
      action: "account-erased" as const,
      subject: accountId,
      detail: { posts: what },
      at: app.now(),
    };
    await tx.insert(auditEntries).values(entry);
  });
}

/** Nobody comes in any more, from any side. */
async function shutDoors(tx: Tx, accountId: AccountId): Promise<void> {
  await tx.delete(sessions).where(eq(sessions.accountId, accountId));
  await tx.delete(signInTokens).where(eq(signInTokens.accountId, accountId));
  await tx.delete(passkeys).where(eq(passkeys.accountId, accountId));
  await tx.delete(linkedIdentities).where(eq(linkedIdentities.accountId, accountId));
}

async function leaveAll(app: App, authorId: AuthorId): Promise<void> {
  const places = await app.db
    .select({ communityId: members.communityId })
    .from(members)
    .where(and(eq(members.authorId, authorId), ne(members.state, "left")));
  for (const { communityId } of places)
    await leaveAsPerson(app, { communityId, authorId, act: "account-deleted", evidence: "erasure" });
}

interface Erased {
  readonly authorId: AuthorId;
  readonly actorId: LocalActorId;
}

async function settlePosts(app: App, { authorId, actorId }: Erased, what: ErasedPosts): Promise<void> {
  if (what === "delete") {
    const original: Original = { mediaType: "text/markdown", bytes: new Uint8Array() };
    await deletePostsOf(app, authorId, ownIris(app.config.origin).actor(actorId), original);
    return;
  }
  // Their pages name somebody else now: nobody.
  await app.db.transaction(async (tx) => {
    await forgetMessages(tx, authorId);
    const said = await tx
      .selectDistinct({ threadId: posts.threadId, communityId: posts.communityId })
      .from(posts)
      .where(eq(posts.authorId, authorId));
    await lockCommunities(
      tx,
      said.map(({ communityId }) => communityId),
    );
    await touchThreads(
      tx,
      said.map(({ threadId }) => threadId),
    );
  });
}

/** Of what came by mail the words stay, but neither the message, which has addresses in it, nor the signature. */
async function forgetMessages(tx: Tx, authorId: AuthorId): Promise<void> {
  const theirs = tx.select({ id: posts.id }).from(posts).where(eq(posts.authorId, authorId));
  await tx
    .update(postOriginals)
    .set({ bytes: Buffer.alloc(0) })
    .where(and(inArray(postOriginals.postId, theirs), eq(postOriginals.mediaType, "message/rfc822")));
  await tx
    .update(posts)
    .set({ foldedHtml: null })
    .where(and(eq(posts.authorId, authorId), isNotNull(posts.foldedHtml)));
  // What waits for a moderator may be a mail too, and nobody is there any more to hear what becomes of it.
  await tx.delete(heldEdits).where(inArray(heldEdits.postId, theirs));
}

/** All that is about the account and nobody else. What was agreed to stays in the ledger, under an id that names nobody. */
async function forget(tx: Tx, accountId: AccountId, authorId: AuthorId): Promise<void> {
  const owned = await tx
    .delete(emailAddresses)
    .where(eq(emailAddresses.accountId, accountId))
    .returning({ address: emailAddresses.address });
  const addresses = owned.map(({ address }) => address);
  for (const table of [listMails, mailTopicChoices, mailThreadChoices, mailChoices])
    await tx.delete(table).where(eq(table.authorId, authorId));
  await tx.delete(mailQuestions).where(inArray(mailQuestions.address, addresses));
  await tx.delete(mails).where(inArray(mails.recipient, addresses));
  await tx.delete(authorMailAddresses).where(eq(authorMailAddresses.authorId, authorId));
  await tx
    .delete(privateMails)
    .where(or(inArray(privateMails.writer, addresses), inArray(privateMails.reader, addresses)));
  await tx.delete(noticeWishes).where(eq(noticeWishes.accountId, accountId));
  await tx.delete(notices).where(eq(notices.authorId, authorId));
  await tx.delete(noticeMutes).where(eq(noticeMutes.authorId, authorId));
  await tx.delete(drafts).where(eq(drafts.authorId, authorId));
  await tx.delete(accountExports).where(eq(accountExports.accountId, accountId));
  await tx.delete(personFollowers).where(eq(personFollowers.followerId, authorId));
  const [account] = await tx.select({ avatarId: accounts.avatarId }).from(accounts).where(eq(accounts.id, accountId));
  await tx
    .update(accounts)
    .set({
      ...{ admin: false, reachable: false, bio: "", avatarId: null, eraseAt: null, erasePosts: null },
      ...{ language: null, timeZone: null, theme: null, typeface: null, threadOrder: null },
    })
    .where(eq(accounts.id, accountId));
  if (account?.avatarId) await tx.delete(uploads).where(eq(uploads.id, account.avatarId));
}
