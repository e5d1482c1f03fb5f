import { and, asc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import type { PostId } from "../core/ids.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { authors } from "../db/schema/identity.ts";
import { buriedNames, posts } from "../db/schema/post.ts";
import { quoteAuthorizations } from "../db/schema/quote.ts";
import { tellAnew } from "./tell-anew.ts";
import { touchQuotingName } from "./touch-quoting.ts";

/** Asks the home of a quoted author whether a post may quote them. */
export const checkQuotesJob: JobKind<{ postId: PostId }> = { name: "check-quotes", retries: 8 };

/** That somebody elsewhere allows a post to quote theirs. */
export interface QuoteAuthorization extends QuoteClaim {
  /** The actor who says so. */
  readonly givenBy: string;
}

/** A post says that it may quote another. */
export interface QuoteClaim {
  /** Where that stands. */
  readonly name: string;
  readonly quotingName: string;
  readonly quotedName: string;
}

/** Has those of these posts checked that say that they may quote another. */
export async function checkQuotesLater(
  app: App,
  tx: Tx,
  given: readonly {
    readonly postId: PostId;
    readonly attachments?: readonly { approvedBy?: string | undefined }[] | undefined;
  }[],
): Promise<void> {
  const claiming = given.filter(({ attachments }) => attachments?.some(({ approvedBy }) => approvedBy !== undefined));
  await app.jobs.enqueue(
    tx,
    checkQuotesJob,
    claiming.map(({ postId }) => ({ postId })),
  );
}

/** What a post says that it may quote, and nobody asked about yet. */
export async function listQuoteClaims(db: Db, postId: PostId): Promise<readonly QuoteClaim[]> {
  const rows = await db
    .select({ name: postAttachments.approvedBy, quotingName: posts.sourceId, quotedName: postAttachments.url })
    .from(postAttachments)
    .innerJoin(posts, eq(posts.id, postAttachments.postId))
    .leftJoin(quoteAuthorizations, eq(quoteAuthorizations.name, postAttachments.approvedBy))
    .where(
      and(eq(postAttachments.postId, postId), isNotNull(postAttachments.approvedBy), isNull(quoteAuthorizations.name)),
    );
  return rows.flatMap(({ name, ...claim }) => (name === null ? [] : { name, ...claim }));
}

/** Notes a permission that was found at its home. @returns false when it was taken back meanwhile */
export async function recordAuthorization(app: App, { name, givenBy, ...pair }: QuoteAuthorization): Promise<boolean> {
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    const [buried] = await tx
      .select({ name: buriedNames.name })
      .from(buriedNames)
      .where(and(eq(buriedNames.name, name), eq(buriedNames.buriedBy, givenBy)));
    if (buried) return false;
    await tx
      .insert(quoteAuthorizations)
      .values({ name, givenBy, quotingName: pair.quotingName, quotedName: pair.quotedName, checkedAt: now })
      .onConflictDoUpdate({ target: quoteAuthorizations.name, set: { checkedAt: now } });
    await touchQuotingName(tx, pair.quotingName);
    return true;
  });
}

/** A post that was written here may quote one from elsewhere, which its author says at their home: others are told so. */
export async function approveOwnQuote(app: App, postId: PostId, authorization: QuoteAuthorization): Promise<boolean> {
  const { name, quotingName, quotedName } = authorization;
  return await app.db.transaction(async (tx) => {
    if (!(await recordAuthorization({ ...app, db: tx }, authorization))) return false;
    const approved = await tx
      .update(postAttachments)
      .set({ approvedBy: name })
      .where(and(eq(postAttachments.postId, postId), isQuote, eq(postAttachments.url, quotedName)))
      .returning({ postId: postAttachments.postId });
    if (approved.length > 0) await tellAnew(app, tx, quotingName);
    return approved.length > 0;
  });
}

const isQuote = eq(postAttachments.kind, "quote");

/** A post that was written here does not say itself that it may quote: that stays so under new words for what it still quotes. */
export async function keepOwnApprovals(tx: Tx, postId: PostId): Promise<void> {
  const seen = tx
    .select({ name: quoteAuthorizations.name })
    .from(quoteAuthorizations)
    .innerJoin(posts, eq(posts.sourceId, quoteAuthorizations.quotingName))
    .innerJoin(authors, and(eq(authors.id, posts.authorId), isNotNull(authors.localActorId)))
    .where(and(eq(posts.id, postId), sql`${quoteAuthorizations.quotedName} = ${postAttachments.url}`))
    .limit(1);
  await tx
    .update(postAttachments)
    .set({ approvedBy: sql`(${seen})` })
    .where(and(eq(postAttachments.postId, postId), isQuote, isNull(postAttachments.approvedBy)));
}

/** What its author, or who speaks for them, allowed a post of ours to quote. */
export async function findAuthorization(
  db: Db,
  pair: Pick<QuoteClaim, "quotingName" | "quotedName">,
): Promise<string | undefined> {
  const [found] = await db
    .select({ name: quoteAuthorizations.name })
    .from(quoteAuthorizations)
    .where(
      and(eq(quoteAuthorizations.quotingName, pair.quotingName), eq(quoteAuthorizations.quotedName, pair.quotedName)),
    );
  return found?.name;
}

/**
 * A permission is no more.
 *
 * @param by who takes it back; unset when its home says that it is gone
 * @returns whether it was one
 */
export async function dropAuthorization(app: App, name: string, by?: string): Promise<boolean> {
  return await app.db.transaction(async (tx) => {
    const dropped = await tx
      .delete(quoteAuthorizations)
      .where(
        and(eq(quoteAuthorizations.name, name), by === undefined ? undefined : eq(quoteAuthorizations.givenBy, by)),
      )
      .returning({ quotingName: quoteAuthorizations.quotingName });
    for (const { quotingName } of dropped) {
      await touchQuotingName(tx, quotingName);
      await tellAnew(app, tx, quotingName);
    }
    return dropped.length > 0;
  });
}

/** The permissions that were looked at before, the oldest first. */
export async function listOldAuthorizations(
  db: Db,
  before: Date,
  limit: number,
): Promise<readonly QuoteAuthorization[]> {
  return await db
    .select()
    .from(quoteAuthorizations)
    .where(lt(quoteAuthorizations.checkedAt, before))
    .orderBy(asc(quoteAuthorizations.checkedAt))
    .limit(limit);
}

/** Puts off the next look at permissions whose home could not be asked. */
export async function noteChecked(app: App, names: readonly string[]): Promise<void> {
  await app.db.update(quoteAuthorizations).set({ checkedAt: app.now() }).where(anyOf(quoteAuthorizations.name, names));
}
