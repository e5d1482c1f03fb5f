import { and, eq, isNull, lt, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { isNoticeShown } from "../community/list-notices.ts";
import type { AccountId, AuthorId, SessionId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { hashSecret } from "../core/secrets.ts";
import type { Db } from "../db/client.ts";
import { accounts, linkedIdentities, sessions } from "../db/schema/account.ts";
import { communities, memberRoles, members } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { type ReadingWishes, readingWishes } from "./reading-wishes.ts";

/** Whoever looks at a page, signed in. */
export interface Viewer extends ReadingWishes {
  readonly sessionId: SessionId;
  readonly accountId: AccountId;
  readonly authorId: AuthorId;
  readonly handle: string;
  readonly name: string;
  /** They run this server. */
  readonly admin: boolean;
  /** How many notices they have not said that they know. */
  readonly unread: number;
  /** True when their session was just prolonged: what the browser keeps of it is to last as long. */
  readonly prolonged: boolean;
  /** The communities that they look after. */
  readonly lookedAfter: readonly LookedAfter[];
}

/** A community, and what somebody may do there beside what everybody may. */
export interface LookedAfter {
  readonly handle: string;
  readonly role: "moderator" | "owner";
}

const lookedAfter = sql<readonly LookedAfter[]>`(
  select coalesce(json_agg(json_build_object('handle', c.handle, 'role', r.role) order by c.handle), '[]')
  from (
    select m.community_id, max(r.role) as role from member m
    join member_role r on r.community_id = m.community_id and r.author_id = m.author_id
    where m.state = 'active' and (m.author_id = account.author_id
      or m.author_id in (select l.author_id from linked_identity l where l.account_id = account.id))
    group by m.community_id) r
  join community c on c.id = r.community_id)`;

const unread = sql<number>`(
  select count(*)::int from notice join community on community.id = notice.community_id
  where notice.read_at is null and ${isNoticeShown} and (notice.author_id = account.author_id
    or notice.author_id in (select l.author_id from linked_identity l where l.account_id = account.id)))`;

/** Who is signed in with this secret of a session. Notes that they were here. */
export async function findViewer(app: App, secret: string): Promise<Viewer | undefined> {
  const now = app.now();
  const [row] = await app.db
    .select({
      lastSeenAt: sessions.lastSeenAt,
      viewer: {
        sessionId: sessions.id,
        accountId: accounts.id,
        authorId: accounts.authorId,
        handle: authors.handle,
        name: authors.name,
        admin: accounts.admin,
        ...readingWishes,
        unread,
        lookedAfter,
      },
    })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.accountId))
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(and(eq(sessions.secretHash, hashSecret(secret)), isNull(sessions.revokedAt), eq(authors.state, "active")));
  if (!row || row.lastSeenAt.getTime() < now.getTime() - limits.sessionIdle) return undefined;
  const touched = new Date(now.getTime() - limits.sessionTouch);
  const prolonged = row.lastSeenAt < touched;
  if (prolonged) {
    await app.db
      .update(sessions)
      .set({ lastSeenAt: now })
      .where(and(eq(sessions.id, row.viewer.sessionId), lt(sessions.lastSeenAt, touched)));
  }
  return { ...row.viewer, prolonged };
}

/** What somebody may do in a community, each including the ones before it. */
export type Standing = "member" | "moderator" | "owner";

/** The highest standing that a person has in a community, as whoever they are; `undefined` for none. */
export async function findStanding(
  db: Db,
  accountId: AccountId,
  communityHandle: string,
): Promise<Standing | undefined> {
  const self = sql`(${members.authorId} = (select a.author_id from account a where a.id = ${accountId})
    or ${members.authorId} in (select l.author_id from ${linkedIdentities} l where l.account_id = ${accountId}))`;
  const rows = await db
    .select({ role: memberRoles.role })
    .from(members)
    .innerJoin(communities, eq(communities.id, members.communityId))
    .leftJoin(
      memberRoles,
      and(eq(memberRoles.communityId, members.communityId), eq(memberRoles.authorId, members.authorId)),
    )
    .where(and(eq(communities.handle, communityHandle.toLowerCase()), eq(members.state, "active"), self));
  const has = (role: string) => rows.some((row) => row.role === role);
  if (rows.length === 0) return undefined;
  return has("owner") ? "owner" : has("moderator") ? "moderator" : "member";
}

/** Everyone who a person is: their author here, and those elsewhere that they proved to be. */
export async function listAuthorsOf(db: Db, accountId: AccountId): Promise<readonly AuthorId[]> {
  const [own, linked] = await Promise.all([
    db.select({ id: accounts.authorId }).from(accounts).where(eq(accounts.id, accountId)),
    db
      .select({ id: linkedIdentities.authorId })
      .from(linkedIdentities)
      .where(eq(linkedIdentities.accountId, accountId)),
  ]);
  return [...own, ...linked].map(({ id }) => id);
}
