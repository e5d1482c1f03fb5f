import { and, desc, eq, sql } from "drizzle-orm";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import { DomainError } from "../core/errors.ts";
import { type AuthorId, type CommunityId, readId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { accounts, linkedIdentities } from "../db/schema/account.ts";
import { memberRoles } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";

/** Somebody who wrote in a community. */
export interface PersonCard extends AuthorView {
  readonly id: AuthorId;
  readonly role: "moderator" | "owner" | undefined;
  readonly posts: number;
  readonly lastPostAt: Date;
}

/**
 * Those who wrote in a community, the most frequent first. Who only reads or follows is named nowhere.
 *
 * @param after what the last page said of where more are
 * @throws {DomainError} `invalid` when `after` is no such place
 */
export async function listPeople(
  db: Db,
  communityId: CommunityId,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly people: readonly PersonCard[]; readonly more: string | undefined }> {
  const place = readPlace(after);
  // Counted before anything is known of anybody: in the index alone.
  const voice = db
    .select({
      authorId: posts.authorId,
      posts: sql<number>`count(*)`.as("posts"),
      lastPostAt: sql<Date>`max(${posts.writtenAt})`.as("last_post_at"),
    })
    .from(posts)
    .where(and(eq(posts.communityId, communityId), sql`${posts.state} = 'published'`))
    .groupBy(posts.authorId)
    .as("voice");
  // Whichever of their accounts they spoke with, it is one person.
  const person = db
    .select({
      id: sql<AuthorId>`coalesce(${accounts.authorId}, ${voice.authorId})`.as("person_id"),
      posts: sql<number>`sum(${voice.posts})::int`.as("said"),
      lastPostAt: sql<Date>`max(${voice.lastPostAt})`.mapWith(posts.writtenAt).as("last_said_at"),
    })
    .from(voice)
    .leftJoin(linkedIdentities, eq(linkedIdentities.authorId, voice.authorId))
    .leftJoin(accounts, eq(accounts.id, linkedIdentities.accountId))
    .groupBy(sql`1`)
    .as("person");
  const rows = await db
    .select({
      id: authors.id,
      author: authorColumns,
      role: sql<"moderator" | "owner" | null>`(
        select max(held.role) from member_role held where held.community_id = ${communityId} and held.author_id in (
          select ${authors.id} union all select link.author_id from linked_identity link
          join account on account.id = link.account_id where account.author_id = ${authors.id}))`,
      posts: person.posts,
      lastPostAt: person.lastPostAt,
    })
    .from(person)
    .innerJoin(authors, eq(authors.id, person.id))
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(
      and(
        eq(authors.state, "active"),
        place && sql`(${person.posts}, ${authors.id}) < (${place.posts}::int, ${place.id}::uuid)`,
      ),
    )
    .orderBy(desc(person.posts), desc(authors.id))
    .limit(limit + 1);
  const people = rows
    .slice(0, limit)
    .map(({ author, ...row }) => ({ ...row, ...toAuthorView(author), role: row.role ?? undefined }));
  const last = people.at(-1);
  return { people, more: rows.length > limit && last ? `${last.posts}.${last.id}` : undefined };
}

/** The people who look after a community, owners first. */
export async function listModerators(
  db: Db,
  communityId: CommunityId,
): Promise<readonly (AuthorView & { readonly role: "moderator" | "owner" })[]> {
  const rows = await db
    .select({ role: memberRoles.role, author: authorColumns })
    .from(memberRoles)
    .innerJoin(authors, eq(authors.id, memberRoles.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(and(eq(memberRoles.communityId, communityId), eq(authors.state, "active")))
    .orderBy(desc(memberRoles.role), memberRoles.grantedAt);
  return rows.map(({ author, role }) => ({ ...toAuthorView(author), role }));
}

function readPlace(text: string | undefined): { posts: number; id: string } | undefined {
  if (text === undefined) return undefined;
  const [, posts, id] = /^(\d{1,9})\.(.+)$/.exec(text) ?? [];
  if (posts === undefined || readId(id) === undefined) throw new DomainError("invalid", "this is no place in the list");
  return { posts: Number(posts), id: id! };
}
