import { and, eq, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { App } from "../app.ts";
import { textOfHtml } from "../core/html.ts";
import { type AuthorId, newId, type PostId, type QuoteId, readId } from "../core/ids.ts";
import { ownIris } from "../core/own-iris.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { postNames, posts } from "../db/schema/post.ts";
import { quoteAuthorizations, quotePermits } from "../db/schema/quote.ts";
import type { Attachment } from "./submission.ts";

/** What a post that is written here quotes, and its words with the link to that marked as such. */
export interface Quoting {
  readonly html: string;
  readonly attachments: readonly Attachment[];
}

/** A paragraph that is nothing but a link. */
const alone = /<p>(<a href="([^"]+)"[^>]*>[^<]*<\/a>)<\/p>/g;

/**
 * Finds the post that a text quotes: one that everybody can read here, and to which, or to whose page at home, a link stands alone in a
 * paragraph. Its author must let others quote it, or ask. All other links stay what they are, and so does one beside which nothing is said.
 */
export async function findQuoteIn(app: App, authorId: AuthorId, html: string): Promise<Quoting> {
  const nothing = { html, attachments: [] };
  for (const [paragraph, link = "", href = ""] of html.matchAll(alone)) {
    const name = await findQuotable(app, href.replaceAll("&amp;", "&"), authorId);
    if (name === undefined) continue;
    if (textOfHtml(html.replace(paragraph, "")) === "") return nothing;
    const marked = html.replace(paragraph, () => `<p class="quote-inline">${link}</p>`);
    return { html: marked, attachments: [{ kind: "quote", url: name }] };
  }
  return nothing;
}

/** The post that one of our addresses is of: its id, its page, or its place in the page of its thread. */
function readPostLink(origin: string, href: string): PostId | undefined {
  if (!href.startsWith(`${origin}/`)) return undefined;
  const [, own, placed] =
    /^(?:\/(?:p|posts)\/([0-9a-f-]{36})|\/c\/\w+\/t\/[0-9a-f-]{36}#([0-9a-f-]{36}))$/.exec(href.slice(origin.length)) ??
    [];
  return readId<PostId>(own ?? placed);
}

const isReadable = and(
  eq(posts.state, "published"),
  eq(authors.state, "active"),
  eq(communities.visibility, "public"),
)!;

/** What the post is called to which a link leads, if somebody may quote it, or ask its author. */
async function findQuotable({ db, config }: App, href: string, quoterId: AuthorId): Promise<string | undefined> {
  const id = readPostLink(config.origin, href);
  const isIt: SQL = id
    ? eq(posts.id, id)
    : sql`${posts.id} in (select ${postNames.postId} from ${postNames} where ${postNames.name} = ${href})`;
  const isAllowedHere = and(sql`${authors.localActorId} is not null`, or(authors.quotable, eq(authors.id, quoterId)));
  const isAllowedElsewhere = and(posts.quotable, sql`${remoteActors.iri} is not null`, isNull(remoteActors.goneAt));
  const [row] = await db
    .select({ name: posts.sourceId })
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(and(isIt, isReadable, or(isAllowedHere, isAllowedElsewhere)))
    .orderBy(posts.id)
    .limit(1);
  return row?.name;
}

const quoting = alias(posts, "quoting");
const quotingPlaces = alias(communities, "quoting_place");

/**
 * Notes that posts which were written here, and can be read now, may quote others that were written here; not where the author of one wants no
 * quotes, or took that back before.
 */
export async function permitOwnQuotes(app: App, tx: Tx, ids: readonly PostId[]): Promise<void> {
  const here = `${ownIris(app.config.origin).post("" as PostId)}%`;
  const isHere = and(
    anyOf(postAttachments.postId, ids),
    eq(postAttachments.kind, "quote"),
    sql`${postAttachments.url} like ${here}`,
  );
  // Nearly always nothing, and then nothing else is looked at.
  if ((await tx.$count(postAttachments, isHere)) === 0) return;
  const pairs = await tx
    .select({ postId: posts.id, quotingName: quoting.sourceId, quotingAuthorId: quoting.authorId })
    .from(postAttachments)
    .innerJoin(quoting, eq(quoting.id, postAttachments.postId))
    .innerJoin(quotingPlaces, and(eq(quotingPlaces.id, quoting.communityId), eq(quotingPlaces.visibility, "public")))
    .innerJoin(postNames, eq(postNames.name, postAttachments.url))
    .innerJoin(posts, eq(posts.id, postNames.postId))
    .innerJoin(authors, and(eq(authors.id, posts.authorId), authors.quotable))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(and(isHere, isReadable, ne(posts.authorId, quoting.authorId), sql`${quoting.channel} = 'web'`));
  if (pairs.length === 0) return;
  const now = app.now();
  await tx
    .insert(quotePermits)
    .values(
      pairs.map(
        (pair) => ({ ...pair, id: newId<QuoteId>(now), state: "granted", createdAt: now, changedAt: now }) as const,
      ),
    )
    .onConflictDoNothing();
}

/** What a post quotes, and where the permission for that stands, if it stands: here, or at the home of the quoted author. */
export interface OwnQuote {
  readonly name: string;
  readonly permitId: QuoteId | undefined;
  readonly approvedBy: string | undefined;
}

/** What these posts quote; nothing for those that quote nothing. */
export async function listOwnQuotes(db: Db, ids: readonly PostId[]): Promise<ReadonlyMap<PostId, OwnQuote>> {
  const rows = await db
    .select({
      postId: postAttachments.postId,
      name: postAttachments.url,
      permitId: quotePermits.id,
      approvedBy: quoteAuthorizations.name,
    })
    .from(postAttachments)
    .innerJoin(posts, eq(posts.id, postAttachments.postId))
    .leftJoin(
      quotePermits,
      and(
        eq(quotePermits.quotingName, posts.sourceId),
        eq(quotePermits.state, "granted"),
        sql`${quotePermits.postId} in (select n.post_id from ${postNames} n where n.name = ${postAttachments.url})`,
      ),
    )
    .leftJoin(
      quoteAuthorizations,
      and(
        eq(quoteAuthorizations.name, postAttachments.approvedBy),
        eq(quoteAuthorizations.quotingName, posts.sourceId),
        eq(quoteAuthorizations.quotedName, postAttachments.url),
      ),
    )
    .where(and(anyOf(postAttachments.postId, ids), eq(postAttachments.kind, "quote")));
  return new Map(
    rows.map(({ postId, name, permitId, approvedBy }) => [
      postId,
      { name, permitId: permitId ?? undefined, approvedBy: approvedBy ?? undefined },
    ]),
  );
}

/** Whose a post from elsewhere is that is quoted by this name. */
export async function findQuotedActor(
  db: Db,
  name: string,
): Promise<{ readonly iri: string; readonly inbox: string; readonly host: string } | undefined> {
  const [actor] = await db
    .select({ iri: remoteActors.iri, inbox: remoteActors.inbox, host: remoteActors.host })
    .from(postNames)
    .innerJoin(posts, eq(posts.id, postNames.postId))
    .innerJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .where(and(eq(postNames.name, name), eq(posts.state, "published"), isNull(remoteActors.goneAt)));
  return actor;
}
