import { and, asc, eq, sql } from "drizzle-orm";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import { type Cursor, writeCursor } from "../core/cursor.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { memberRoles, members } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";

/** Somebody who belongs to a community, as those see them who look after it. */
export interface MemberCard extends AuthorView {
  readonly id: AuthorId;
  /** `name@host`. */
  readonly handle: string;
  readonly role: "member" | "moderator" | "owner";
  readonly joinedAt: Date;
  readonly hears: "web" | "activitypub" | "mail" | "both";
}

const channels = sql<string | null>`(
  select string_agg(d.channel, ' ' order by d.channel) from member_delivery d
  where d.community_id = ${members.communityId} and d.author_id = ${members.authorId})`;

/** Who belongs to a community, who came first first; and how many they are. */
export async function listMembers(
  db: Db,
  communityId: CommunityId,
  { after, limit }: { readonly after?: Cursor | undefined; readonly limit: number },
): Promise<{ readonly members: readonly MemberCard[]; readonly total: number; readonly more: string | undefined }> {
  const active = and(eq(members.communityId, communityId), eq(members.state, "active"));
  const place =
    after &&
    sql`(${members.joinedAt}, ${members.authorId}) > (${after.at.toISOString()}::timestamptz, ${after.id}::uuid)`;
  const [total, rows] = await Promise.all([
    db.$count(members, active),
    db
      .select({
        id: members.authorId,
        author: authorColumns,
        role: memberRoles.role,
        joinedAt: members.joinedAt,
        channels,
      })
      .from(members)
      .innerJoin(authors, eq(authors.id, members.authorId))
      .leftJoin(remoteActors, eq(remoteActors.authorId, members.authorId))
      .leftJoin(
        memberRoles,
        and(eq(memberRoles.communityId, members.communityId), eq(memberRoles.authorId, members.authorId)),
      )
      .where(and(active, place))
      .orderBy(asc(members.joinedAt), asc(members.authorId))
      .limit(limit + 1),
  ]);
  const cards = rows.slice(0, limit).map(
    ({ id, author, role, joinedAt, ...row }): MemberCard => ({
      ...toAuthorView(author),
      id,
      handle: `${author.handle}@${author.host}`,
      role: role ?? "member",
      joinedAt: joinedAt ?? new Date(0),
      hears: hearsOf(row.channels),
    }),
  );
  const last = cards.at(-1);
  const more = rows.length > limit && last ? writeCursor({ at: last.joinedAt, id: last.id }) : undefined;
  return { members: cards, total, more };
}

function hearsOf(text: string | null): MemberCard["hears"] {
  if (text === null) return "web";
  return text === "activitypub" || text === "mail" ? text : "both";
}
