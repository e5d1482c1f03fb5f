import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { textOfHtml } from "../core/html.ts";
import { type AuthorId, newId, type PostId, type QuoteId, readId } from "../core/ids.ts";
import { ownIris } from "../core/own-iris.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { communities } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import { quotePermits } from "../db/schema/quote.ts";
import type { Attachment } from "./submission.ts";

/** What a post that is written here quotes, and its words with the link to that marked as such. */
export interface Quoting {
  readonly html: string;
  /** What it needs permission for. */
  readonly quotedId: PostId | undefined;
  readonly attachments: readonly Attachment[];
}

/** A paragraph that is nothing but a link. */
const alone = /<p>(<a href="([^"]+)"[^>]*>[^<]*<\/a>)<\/p>/g;

/**
 * Finds the post that a text quotes: one that was written here, that everybody can read, and to which a link stands alone in a paragraph. Its
 * author must let others quote it. All other links stay what they are, and so does one beside which nothing is said.
 */
export async function findQuoteIn(app: App, authorId: AuthorId, html: string): Promise<Quoting> {
  const nothing = { html, quotedId: undefined, attachments: [] };
  for (const [paragraph, link = "", href = ""] of html.matchAll(alone)) {
    const id = readPostLink(app.config.origin, href);
    const quotedAuthorId = id && (await findQuotableAuthor(app.db, id, authorId));
    if (!quotedAuthorId) continue;
    if (textOfHtml(html.replace(paragraph, "")) === "") return nothing;
    const marked = html.replace(paragraph, () => `<p class="quote-inline">${link}</p>`);
    const quotedId = quotedAuthorId === authorId ? undefined : id;
    return { html: marked, quotedId, attachments: [{ kind: "quote", url: ownIris(app.config.origin).post(id) }] };
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

/** Whose a post is, if somebody may quote it. */
async function findQuotableAuthor(db: Db, id: PostId, quoterId: AuthorId): Promise<AuthorId | undefined> {
  const [row] = await db
    .select({ authorId: posts.authorId, actorId: authors.localActorId, quotable: authors.quotable })
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(
      and(
        eq(posts.id, id),
        eq(posts.state, "published"),
        eq(authors.state, "active"),
        eq(communities.visibility, "public"),
      ),
    );
  return row?.actorId && (row.quotable || row.authorId === quoterId) ? row.authorId : undefined;
}

/** Notes that a post which was written here may quote another; unless its author took that back before. */
export async function permitOwnQuote(
  app: App,
  tx: Tx,
  quote: { readonly quotedId: PostId; readonly quotingId: PostId; readonly authorId: AuthorId },
): Promise<void> {
  const now = app.now();
  const isPublic = await tx
    .select({ id: posts.id })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(and(eq(posts.id, quote.quotingId), eq(communities.visibility, "public")));
  if (isPublic.length === 0) return;
  await tx
    .insert(quotePermits)
    .values({
      id: newId<QuoteId>(now),
      postId: quote.quotedId,
      quotingName: ownIris(app.config.origin).post(quote.quotingId),
      quotingAuthorId: quote.authorId,
      state: "granted",
      createdAt: now,
      changedAt: now,
    })
    .onConflictDoNothing();
}

/** What a post quotes, and where the permission for that stands, if it stands. */
export interface OwnQuote {
  readonly name: string;
  readonly permitId: QuoteId | undefined;
}

/** What these posts quote that were written here; nothing for those that quote nothing. */
export async function listOwnQuotes(db: Db, ids: readonly PostId[]): Promise<ReadonlyMap<PostId, OwnQuote>> {
  const rows = await db
    .select({ postId: postAttachments.postId, name: postAttachments.url, permitId: quotePermits.id })
    .from(postAttachments)
    .innerJoin(posts, eq(posts.id, postAttachments.postId))
    .leftJoin(quotePermits, and(eq(quotePermits.quotingName, posts.sourceId), eq(quotePermits.state, "granted")))
    .where(and(anyOf(postAttachments.postId, ids), eq(postAttachments.kind, "quote")));
  return new Map(rows.map(({ postId, name, permitId }) => [postId, { name, permitId: permitId ?? undefined }]));
}
