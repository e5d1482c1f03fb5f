import { and, eq, sql } from "drizzle-orm";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import { excerpt } from "../core/html.ts";
import type { PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { postNames, posts } from "../db/schema/post.ts";
import type { Attachment } from "./submission.ts";

/** A post that another one quotes. */
export interface Quoted {
  /** The name by which it is quoted. */
  readonly name: string;
  /** What it is here; `undefined` when it cannot be read here. */
  readonly here: QuotedHere | undefined;
}

export interface QuotedHere {
  readonly id: PostId;
  readonly author: AuthorView;
  readonly writtenAt: Date;
  /** What it says, when whoever wrote it allows that it is shown so; else it is only led to. */
  readonly words: QuotedWords | undefined;
}

export interface QuotedWords {
  /** How it begins, as plain text; its content warning instead, when it has one. */
  readonly beginning: string;
  readonly title: string | undefined;
  readonly language: string | undefined;
}

/**
 * Looks for what the posts of a page quote; in the community of the one that quotes first, if it stands in several.
 *
 * @returns what tells which posts one of them quotes
 */
export async function findQuoted(
  db: Db,
  posts: readonly { readonly id: PostId; readonly attachments: readonly Attachment[] }[],
): Promise<(postId: PostId) => readonly Quoted[]> {
  const quoting = posts.filter(({ attachments }) => attachments.some(isQuote));
  if (quoting.length === 0) return () => [];
  const rows = await selectQuoted(
    db,
    quoting.map(({ id }) => id),
  );
  const found = new Map(rows.map((row) => [`${row.quotingId} ${row.name}`, toQuoted(row)]));
  const byPost = new Map(quoting.map(({ id, attachments }) => [id, attachments.filter(isQuote)]));
  return (postId) =>
    (byPost.get(postId) ?? []).map(({ url: name }) => ({ name, here: found.get(`${postId} ${name}`) }));
}

function isQuote({ kind }: Attachment): boolean {
  return kind === "quote";
}

/**
 * Whether a post may show the words of another (FEP-044f): both are of one author, or its own author allowed it: here, or at their home.
 * What a post says of itself counts for nothing.
 */
const isAllowed = sql<boolean>`(
  quoting.author_id = ${posts.authorId}
  or exists (
    select from quote_permit p
    where p.post_id = ${posts.id} and p.quoting_name = quoting.source_id and p.quoting_author_id = quoting.author_id
      and p.state = 'granted')
  or exists (
    select from quote_authorization a
    where a.name = ${postAttachments.approvedBy} and a.quoting_name = quoting.source_id
      and a.quoted_name = ${postAttachments.url} and a.given_by = ${remoteActors.iri}))`;

/** The last of several rows for one name is that of the community of the post that quotes it. */
async function selectQuoted(db: Db, postIds: readonly PostId[]) {
  return await db
    .select({
      quotingId: postAttachments.postId,
      name: postAttachments.url,
      id: posts.id,
      author: authorColumns,
      isAllowed,
      title: posts.title,
      warning: posts.warning,
      html: sql<string>`case when ${isAllowed} then ${posts.html} else '' end`,
      language: posts.language,
      writtenAt: posts.writtenAt,
    })
    .from(postAttachments)
    .innerJoin(sql`post as quoting`, sql`quoting.id = ${postAttachments.postId}`)
    .innerJoin(postNames, eq(postNames.name, postAttachments.url))
    .innerJoin(posts, and(eq(posts.id, postNames.postId), eq(posts.communityId, postNames.communityId)))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(
      and(
        anyOf(postAttachments.postId, postIds),
        eq(postAttachments.kind, "quote"),
        eq(posts.state, "published"),
        eq(authors.state, "active"),
        sql`(${communities.visibility} = 'public' or ${communities.id} = quoting.community_id)`,
      ),
    )
    .orderBy(sql`${posts.communityId} = quoting.community_id`, posts.id);
}

type Row = Awaited<ReturnType<typeof selectQuoted>>[number];

function toQuoted({ id, author, writtenAt, isAllowed, warning, html, title, language }: Row): QuotedHere {
  const words = {
    beginning: warning ?? excerpt(html, limits.leadLength),
    title: title ?? undefined,
    language: language ?? undefined,
  };
  return { id, author: toAuthorView(author), writtenAt, words: isAllowed ? words : undefined };
}
