import { and, desc, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { type AuthorId, type CommunityId, type LocalActorId, newId, type PostId, type QuoteId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import { quotePermits } from "../db/schema/quote.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { lockAndReadStandings } from "./standings.ts";
import { tellAnew } from "./tell-anew.ts";
import { touchQuotingName } from "./touch-quoting.ts";

/** Somebody asks whether they may quote a post that was written here. */
export interface QuoteQuestion {
  readonly postId: PostId;
  /** The post that quotes it, and its author. */
  readonly quotingName: string;
  readonly authorId: AuthorId;
  /** The question itself. */
  readonly requestName: string;
}

export type PermitState = (typeof quotePermits.$inferSelect)["state"];

/**
 * Answers by what the author of the post wants, and owes the answer. Whoever was shut out of the community, or of the server, gets a no; and
 * so does a post that was allowed before, when the author has taken that back.
 *
 * @returns `undefined` when no such post can be read here
 */
export async function askToQuote(app: App, question: QuoteQuestion): Promise<PermitState | undefined> {
  const { postId, quotingName, authorId, requestName } = question;
  return await app.db.transaction(async (tx) => {
    const quoted = await findQuotable(tx, postId);
    if (!quoted) return undefined;
    const now = app.now();
    const state: PermitState = (await mayQuote(tx, quoted, authorId, now)) ? "granted" : "refused";
    const known = await lockPermit(tx, postId, quotingName);
    // One post is one author's: nobody else's question can change what was answered.
    if (known && known.quotingAuthorId !== authorId) return "refused";
    const changed = { requestName, changedAt: now, ...(known?.state !== "revoked" && { state }) };
    const [permit] = known
      ? await tx.update(quotePermits).set(changed).where(eq(quotePermits.id, known.id)).returning()
      : await tx
          .insert(quotePermits)
          .values({
            id: newId<QuoteId>(now),
            postId,
            quotingName,
            quotingAuthorId: authorId,
            requestName,
            state,
            createdAt: now,
            changedAt: now,
          })
          .onConflictDoNothing()
          .returning();
    if (!permit) throw new Error(`${quotingName} is just being asked about elsewhere`);
    if (permit.state !== known?.state) await touchQuotingName(tx, quotingName);
    await dispatch(app, tx, [{ kind: "quote-answered", quoteId: permit.id }]);
    return permit.state;
  });
}

interface Quotable {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly quotable: boolean;
}

/** A post of somebody with an account here that everybody can read. */
async function findQuotable(tx: Tx, postId: PostId): Promise<Quotable | undefined> {
  const [row] = await tx
    .select({
      communityId: posts.communityId,
      authorId: posts.authorId,
      actorId: authors.localActorId,
      quotable: authors.quotable,
    })
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(
      and(
        eq(posts.id, postId),
        eq(posts.state, "published"),
        eq(authors.state, "active"),
        eq(communities.visibility, "public"),
      ),
    );
  return row?.actorId ? row : undefined;
}

async function mayQuote(tx: Tx, quoted: Quotable, authorId: AuthorId, now: Date): Promise<boolean> {
  if (authorId === quoted.authorId) return true;
  if (!quoted.quotable) return false;
  const standingOf = await lockAndReadStandings(tx, [quoted.communityId], [authorId], now);
  const standing = standingOf(quoted.communityId, authorId);
  return (
    standing !== undefined &&
    standing.membership !== "banned" &&
    standing.authorState === "active" &&
    standing.serverPolicy !== "blocked"
  );
}

async function lockPermit(tx: Tx, postId: PostId, quotingName: string) {
  const [known] = await tx
    .select()
    .from(quotePermits)
    .where(and(eq(quotePermits.postId, postId), eq(quotePermits.quotingName, quotingName)))
    .for("update");
  return known;
}

/** A permission, or a refusal, as the world is told of it. */
export interface QuotePermit {
  readonly id: QuoteId;
  readonly state: PermitState;
  readonly quotingName: string;
  readonly requestName: string | undefined;
  readonly changedAt: Date;
  /** The quoted post, what it is called, and who wrote it. */
  readonly postId: PostId;
  readonly quotedName: string;
  readonly isReadable: boolean;
  readonly actorId: LocalActorId;
  /** Who quotes it, when they are elsewhere. */
  readonly asker: { readonly iri: string; readonly inbox: string; readonly host: string } | undefined;
}

/** A permission by its id. */
export async function findQuotePermit(db: Db, id: QuoteId): Promise<QuotePermit | undefined> {
  const [row] = await db
    .select({ permit: quotePermits, post: posts, actorId: authors.localActorId, asker: remoteActors })
    .from(quotePermits)
    .innerJoin(posts, eq(posts.id, quotePermits.postId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, quotePermits.quotingAuthorId))
    .where(eq(quotePermits.id, id));
  if (!row?.actorId) return undefined;
  const { permit, post, actorId, asker } = row;
  return {
    id,
    state: permit.state,
    quotingName: permit.quotingName,
    requestName: permit.requestName ?? undefined,
    changedAt: permit.changedAt,
    postId: post.id,
    quotedName: post.sourceId,
    isReadable: post.state === "published",
    actorId,
    asker: asker ? { iri: asker.iri, inbox: asker.inbox, host: asker.host } : undefined,
  };
}

/** A post that quotes one of somebody's own, with their permission. */
export interface Quoting {
  readonly id: QuoteId;
  /** What it is called at its home. */
  readonly name: string;
  readonly by: { readonly name: string; readonly handle: string; readonly host: string };
  readonly quotedId: PostId;
  readonly at: Date;
}

/** Who quotes, with permission, what somebody wrote here: the newest first. */
export async function listQuoting(db: Db, authorId: AuthorId): Promise<readonly Quoting[]> {
  const rows = await db
    .select({ permit: quotePermits, name: authors.name, handle: authors.handle, host: authors.host })
    .from(quotePermits)
    .innerJoin(posts, eq(posts.id, quotePermits.postId))
    .innerJoin(authors, eq(authors.id, quotePermits.quotingAuthorId))
    .where(and(eq(posts.authorId, authorId), eq(posts.state, "published"), eq(quotePermits.state, "granted")))
    .orderBy(desc(quotePermits.id))
    .limit(limits.quotesListed);
  return rows.map(({ permit, ...by }) => ({
    id: permit.id,
    name: permit.quotingName,
    by,
    quotedId: permit.postId,
    at: permit.createdAt,
  }));
}

/**
 * The author of a post takes back that somebody may quote it. For good: whoever asks again gets a no. May be repeated.
 *
 * @throws {DomainError} `not-found` when there is no such permission of theirs
 */
export async function revokeQuote(app: App, authorId: AuthorId, id: QuoteId): Promise<void> {
  await app.db.transaction(async (tx) => {
    const [permit] = await tx
      .select({ state: quotePermits.state, quotingName: quotePermits.quotingName })
      .from(quotePermits)
      .innerJoin(posts, eq(posts.id, quotePermits.postId))
      .where(and(eq(quotePermits.id, id), eq(posts.authorId, authorId)))
      .for("update", { of: quotePermits });
    if (!permit || permit.state === "refused")
      throw new DomainError("not-found", "there is no such permission of yours");
    if (permit.state === "revoked") return;
    await tx.update(quotePermits).set({ state: "revoked", changedAt: app.now() }).where(eq(quotePermits.id, id));
    await touchQuotingName(tx, permit.quotingName);
    await dispatch(app, tx, [{ kind: "quote-revoked", quoteId: id }]);
    await tellAnew(app, tx, permit.quotingName);
  });
}
