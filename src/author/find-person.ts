import { and, desc, eq, isNotNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Cursor } from "../core/cursor.ts";
import { writeCursor } from "../core/cursor.ts";
import { excerpt } from "../core/html.ts";
import type { AuthorId, PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import { type AuthorView, authorColumns, homeOf, toAuthorView } from "./author-view.ts";

/** Somebody who wrote here, or has an account here. */
export interface PersonView extends AuthorView {
  readonly id: AuthorId;
  readonly handle: string;
  readonly bioHtml: string;
  /** Their own page, for who is from elsewhere. */
  readonly homeUrl: string | undefined;
  readonly gone: boolean;
}

/** Something that a person wrote. */
export interface PersonPost {
  readonly id: PostId;
  readonly threadId: ThreadId;
  /** The title of its thread; `undefined` when the post that opened it can no longer be read. */
  readonly title: string | undefined;
  readonly titleLanguage: string | undefined;
  readonly language: string | undefined;
  readonly isReply: boolean;
  /** How it begins; its content warning, when it has one. */
  readonly beginning: string;
  readonly writtenAt: Date;
  readonly community: { readonly handle: string; readonly name: string; readonly language: string };
}

/**
 * The person with this handle and host. Somebody from elsewhere is found who wrote here, looks after a community, or is named by a decision
 * that everybody reads. Nobody else is: following is nobody else's business.
 *
 * @param host `undefined` for the people with an account here
 */
export async function findPersonPage(
  db: Db,
  handle: string,
  host: string | undefined,
): Promise<PersonView | undefined> {
  const wrote = sql`exists (select 1 from post p join community c on c.id = p.community_id
    where p.author_id = ${authors.id} and p.published_at is not null and c.visibility = 'public')`;
  const looksAfter = sql`exists (select 1 from member_role r join community c on c.id = r.community_id
    where r.author_id = ${authors.id} and c.visibility = 'public')`;
  const isDecidedAbout = sql`exists (select 1 from decision d join community c on c.id = d.community_id
    where d.author_id = ${authors.id} and d.action in ('ban', 'unban', 'set-role') and c.visibility = 'public')`;
  const [row] = await db
    .select({ id: authors.id, bioHtml: authors.bioHtml, url: authors.url, state: authors.state, author: authorColumns })
    .from(authors)
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(
      and(
        eq(authors.handle, handle),
        host === undefined ? isNotNull(authors.localActorId) : and(eq(authors.host, host), isNotNull(remoteActors.iri)),
        or(isNotNull(authors.localActorId), wrote, looksAfter, isDecidedAbout),
      ),
    )
    .orderBy(sql`${authors.state} <> 'active'`, desc(authors.id))
    .limit(1);
  if (!row) return undefined;
  const { id, bioHtml, url, state, author } = row;
  const homeUrl = author.iri === null ? undefined : homeOf(author.iri, url);
  const view = toAuthorView(author);
  // Whose page is gone still had one.
  const address = view.address ?? (host === undefined ? handle : `${handle}@${host}`);
  return { ...view, address, id, handle, bioHtml, homeUrl, gone: state !== "active" };
}

/** What somebody wrote in the public communities of this server, newest first, as whichever of these authors. */
export async function listPersonPosts(
  db: Db,
  authorIds: readonly AuthorId[],
  { before, limit }: { readonly before?: Cursor | undefined; readonly limit: number },
): Promise<{ readonly posts: readonly PersonPost[]; readonly older: string | undefined }> {
  const opening = alias(posts, "opening");
  const rows = await db
    .select({
      id: posts.id,
      threadId: posts.threadId,
      parentName: posts.parentName,
      html: posts.html,
      warning: posts.warning,
      language: posts.language,
      writtenAt: posts.writtenAt,
      titleLanguage: threads.language,
      title: sql<string | null>`case ${opening.state} when 'published' then ${threads.title} end`,
      community: { handle: communities.handle, name: communities.name, language: communities.language },
    })
    .from(posts)
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .leftJoin(opening, eq(sql`${opening.id}`, sql`${threads.id}`))
    .where(
      and(
        anyOf(posts.authorId, authorIds),
        eq(posts.state, "published"),
        eq(communities.visibility, "public"),
        before &&
          sql`(${posts.writtenAt}, ${posts.id}) < (${before.at.toISOString()}::timestamptz, ${before.id}::uuid)`,
      ),
    )
    .orderBy(desc(posts.writtenAt), desc(posts.id))
    .limit(limit + 1);
  const shown = rows.slice(0, limit).map(({ html, warning, parentName, ...row }) => ({
    ...row,
    title: row.title ?? undefined,
    titleLanguage: row.titleLanguage ?? undefined,
    language: row.language ?? undefined,
    isReply: parentName !== null,
    beginning: warning ?? excerpt(html, limits.excerptLength),
  }));
  const last = shown.at(-1);
  return {
    posts: shown,
    older: rows.length > limit && last ? writeCursor({ at: last.writtenAt, id: last.id }) : undefined,
  };
}
