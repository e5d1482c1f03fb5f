import { asc, eq, inArray } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { DomainError } from "../core/errors.ts";
import { textOfHtml } from "../core/html.ts";
import type { AccountId, AuthorId, PostId } from "../core/ids.ts";
import { toMbox } from "../core/mbox.ts";
import { ownIris } from "../core/own-iris.ts";
import { tarEnd, toTar } from "../core/tar.ts";
import { anyOf } from "../db/many.ts";
import {
  accounts,
  emailAddresses,
  linkedIdentities,
  passkeys,
  personFollowers,
  sessions,
} from "../db/schema/account.ts";
import { communities, consents, memberDeliveries, memberRoles, members } from "../db/schema/community.ts";
import { drafts, uploads } from "../db/schema/draft.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { notices, noticeWishes } from "../db/schema/notice.ts";
import { postOriginals, posts, postVersions, threads } from "../db/schema/post.ts";
import { reactions } from "../db/schema/reaction.ts";
import { listAttachments } from "./attachments.ts";
import { type HeldEdit, listHeldEdits } from "./held-edits.ts";

/** How many posts are read at a time. */
const batch = 200;

/**
 * All that is kept about somebody with an account here and all that they wrote, as the pieces of a tar archive: JSON, the posts once more as an
 * mbox, and the images that they brought. What others said, and who they are, is not in it; nor are keys.
 *
 * @throws {DomainError} `not-found` when there is no such account
 */
export async function* exportAccount(app: App, accountId: AccountId): AsyncGenerator<Buffer> {
  const at = app.now();
  const file = (name: string, content: string | Buffer) => toTar({ name, bytes: Buffer.from(content), at });
  const json = (name: string, value: unknown) => file(name, `${JSON.stringify(value, null, 2)}\n`);
  const { account, author } = await findOwner(app, accountId);
  const selves = (await listSelves(app.db, [author.id]))(author.id);
  yield json("account.json", await describe(app, accountId, account, author));
  yield json("memberships.json", await listMemberships(app, selves));
  yield json("notices.json", await app.db.select().from(notices).where(anyOf(notices.authorId, selves)));
  yield json("drafts.json", await app.db.select().from(drafts).where(eq(drafts.authorId, author.id)));
  yield json("reactions.json", await listReactions(app, selves));
  const said: unknown[] = [];
  const mbox: string[] = [];
  for await (const post of listSaid(app, selves)) {
    said.push(post.json);
    mbox.push(toMbox(post.message));
  }
  yield json("posts.json", said);
  yield file("posts.mbox", mbox.join(""));
  const brought = await app.db.select({ id: uploads.id }).from(uploads).where(eq(uploads.authorId, author.id));
  for (const { id } of brought) {
    const [one] = await app.db
      .select({ image: uploads.large, bytes: uploads.file, name: uploads.alt })
      .from(uploads)
      .where(eq(uploads.id, id));
    if (one?.image) yield file(`images/${id}.webp`, one.image);
    if (one?.bytes) yield file(`files/${id}/${one.name.replace(/[^\p{L}\p{N}. _-]/gu, "_") || "file"}`, one.bytes);
  }
  yield tarEnd;
}

async function findOwner({ db }: App, accountId: AccountId) {
  const [row] = await db
    .select({ account: accounts, author: authors })
    .from(accounts)
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(eq(accounts.id, accountId));
  if (row?.author.state !== "active") throw new DomainError("not-found", "there is no such account");
  return row;
}

async function describe(
  { db, config }: App,
  accountId: AccountId,
  account: typeof accounts.$inferSelect,
  author: typeof authors.$inferSelect,
) {
  const { bio, reachable, language, timeZone, theme, typeface, threadOrder, admin, createdAt } = account;
  const { handle, name, indexable, avatarUrl } = author;
  const host = new URL(config.origin).host;
  return {
    address: `@${handle}@${host}`,
    ...{ name, bio, indexable, reachable, avatarUrl, admin, createdAt },
    reading: { language, timeZone, theme, typeface, threadOrder },
    mail: await db
      .select({ address: emailAddresses.address, verifiedAt: emailAddresses.verifiedAt })
      .from(emailAddresses)
      .where(eq(emailAddresses.accountId, accountId)),
    elsewhere: await db
      .select({ iri: remoteActors.iri, provedAt: linkedIdentities.provedAt })
      .from(linkedIdentities)
      .innerJoin(remoteActors, eq(remoteActors.authorId, linkedIdentities.authorId))
      .where(eq(linkedIdentities.accountId, accountId)),
    passkeys: await db
      .select({ name: passkeys.name, createdAt: passkeys.createdAt, lastUsedAt: passkeys.lastUsedAt })
      .from(passkeys)
      .where(eq(passkeys.accountId, accountId)),
    sessions: await db
      .select({ agent: sessions.agent, createdAt: sessions.createdAt, lastSeenAt: sessions.lastSeenAt })
      .from(sessions)
      .where(eq(sessions.accountId, accountId)),
    notices: await db.select().from(noticeWishes).where(eq(noticeWishes.accountId, accountId)),
    // Who they are is theirs to tell.
    followers: await db.$count(personFollowers, eq(personFollowers.personId, author.id)),
  };
}

async function listMemberships({ db }: App, selves: readonly AuthorId[]) {
  const rows = await db
    .select({ community: communities.handle, member: members })
    .from(members)
    .innerJoin(communities, eq(communities.id, members.communityId))
    .where(anyOf(members.authorId, selves));
  return {
    memberships: rows.map(({ community, member: { state, trusted, joinedAt, bannedUntil } }) => ({
      ...{ community, state, trusted, joinedAt, bannedUntil },
    })),
    roles: await db.select().from(memberRoles).where(anyOf(memberRoles.authorId, selves)),
    deliveries: await db.select().from(memberDeliveries).where(anyOf(memberDeliveries.authorId, selves)),
    consents: await db.select().from(consents).where(anyOf(consents.authorId, selves)).orderBy(asc(consents.id)),
  };
}

async function listReactions({ db, config }: App, selves: readonly AuthorId[]) {
  const rows = await db
    .select({ actorId: authors.localActorId, iri: remoteActors.iri })
    .from(authors)
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(anyOf(authors.id, selves));
  const names = rows.flatMap(({ actorId, iri }) => iri ?? (actorId ? ownIris(config.origin).actor(actorId) : []));
  const found = await db
    .select({ kind: reactions.kind, emoji: reactions.emoji, at: reactions.createdAt, post: posts.sourceId })
    .from(reactions)
    .innerJoin(posts, eq(posts.id, reactions.postId))
    .where(inArray(reactions.authorName, names.length > 0 ? names : [""]));
  return found;
}

async function* listSaid(app: App, selves: readonly AuthorId[]) {
  const { db, config } = app;
  const ids = await db
    .select({ id: posts.id })
    .from(posts)
    .where(anyOf(posts.authorId, selves))
    .orderBy(asc(posts.writtenAt), asc(posts.id));
  for (let start = 0; start < ids.length; start += batch) {
    const some = ids.slice(start, start + batch).map(({ id }) => id);
    const rows = await db
      .select({
        post: posts,
        thread: threads.title,
        community: communities.handle,
        visibility: communities.visibility,
        author: authors,
      })
      .from(posts)
      .innerJoin(threads, eq(threads.id, posts.threadId))
      .innerJoin(communities, eq(communities.id, posts.communityId))
      .innerJoin(authors, eq(authors.id, posts.authorId))
      .where(anyOf(posts.id, some))
      .orderBy(asc(posts.writtenAt), asc(posts.id));
    const sources = await listTyped(app, some);
    const versions = Map.groupBy(
      await db.select().from(postVersions).where(anyOf(postVersions.postId, some)).orderBy(asc(postVersions.id)),
      ({ postId }) => postId,
    );
    const attachmentsOf = await listAttachments(db, some);
    const changes = await listHeldEdits(db, some);
    const changeOf = (id: PostId) => toChange(changes.get(id));
    for (const row of rows) {
      const { id } = row.post;
      const source = sources.get(id);
      const more = { source, before: versions.get(id) ?? [], attachments: attachmentsOf(id), change: changeOf(id) };
      yield { json: { ...toJson(config.origin, row), ...more }, message: toMessage(config, row, source) };
    }
  }
}

/** New words that wait for a moderator, or that one refused. */
function toChange(edit: HeldEdit | undefined) {
  if (!edit) return undefined;
  const { original, ...words } = edit;
  const isTyped = original.mediaType === "text/markdown";
  return { ...words, source: isTyped ? Buffer.from(original.bytes).toString("utf8") : undefined };
}

interface SaidRow {
  readonly post: typeof posts.$inferSelect;
  readonly thread: string;
  readonly visibility: "public" | "private";
  readonly community: string;
  readonly author: typeof authors.$inferSelect;
}

/** As it was typed here. */
async function listTyped({ db }: App, ids: readonly PostId[]): Promise<ReadonlyMap<PostId, string>> {
  const rows = await db
    .select()
    .from(postOriginals)
    .where(anyOf(postOriginals.postId, ids))
    .orderBy(asc(postOriginals.revision));
  return new Map(
    rows.flatMap(({ postId, mediaType, bytes }) =>
      mediaType === "text/markdown" ? [[postId, bytes.toString("utf8")] as const] : [],
    ),
  );
}

function toJson(origin: string, { post, community }: SaidRow) {
  const { id, sourceId, parentName, channel, title, html, warning, sensitive, language, state } = post;
  const { writtenAt, publishedAt, editedAt, goneAt } = post;
  return {
    url: `${origin}/p/${id}`,
    ...{
      id,
      sourceId,
      community,
      threadId: post.threadId,
      inReplyTo: parentName,
      channel,
      title,
      html,
      warning,
      sensitive,
      language,
    },
    ...{ state, writtenAt, publishedAt, editedAt, goneAt },
  };
}

function toMessage(
  { origin, mailDomain }: App["config"],
  { post, thread, community, visibility, author }: SaidRow,
  source: string | undefined,
) {
  const idOf = (name: string) =>
    post.channel === "mail" && name === post.sourceId ? name : `<${encodeURIComponent(name)}@${mailDomain}>`;
  return {
    messageId: idOf(post.sourceId),
    inReplyTo: post.parentName === null ? undefined : idOf(post.parentName),
    from: { name: author.name, address: `${author.handle}@${author.host}` },
    to: `${community}@${mailDomain}`,
    at: post.writtenAt,
    // What others called a thread is theirs, where not everybody can read it.
    subject: post.title ?? (post.parentName === null ? thread : `Re: ${visibility === "public" ? thread : community}`),
    url: `${origin}/p/${post.id}`,
    text: source ?? textOfHtml(post.html),
  };
}
