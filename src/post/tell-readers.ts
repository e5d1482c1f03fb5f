import { and, eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { giveNotices, type Notice } from "../community/give-notice.ts";
import type { AuthorId, CommunityId, PostId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities, members } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";

interface Said {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly cause: string;
  readonly language: string | null;
  readonly html: string;
  /** Who has an account here and wrote what it answers, as whoever they are. */
  readonly answered: AuthorId | null;
}

/** Tells people with an account here who answered or mentioned them in these posts. Nobody is told of what they said themselves. */
export async function tellReaders(app: App, tx: Tx, postIds: readonly PostId[]): Promise<void> {
  const rows = await tx.execute<Said & Record<string, unknown>>(sql`
    select post.community_id as "communityId", post.author_id as "authorId", post.source_id as cause, post.language, post.html,
      coalesce(own.author_id, linked.author_id) as answered
    from post
    left join post parent on parent.id = post.parent_id
    left join account own on own.author_id = parent.author_id
    left join linked_identity link on link.author_id = parent.author_id
    left join account linked on linked.id = link.account_id
    where ${anyOf(posts.id, postIds)} and not post.quiet
    order by post.id`);
  const mentioned = await findMentioned(app, tx, rows);
  const selvesOf = await listSelves(
    tx,
    rows.map(({ authorId }) => authorId),
  );
  const given = rows.flatMap((said): Notice[] => {
    const { communityId, cause, language, answered, authorId } = said;
    const about = { communityId, cause, language: language ?? undefined };
    const isOther = (reader: AuthorId) => !selvesOf(authorId).includes(reader);
    const others = mentioned(said).filter((reader) => reader !== answered);
    return [
      ...(answered ? [{ ...about, authorId: answered, kind: "answered" as const }] : []),
      ...others.map((reader) => ({ ...about, authorId: reader, kind: "mentioned" as const })),
    ].filter((notice) => isOther(notice.authorId));
  });
  await giveNotices(app, tx, await withoutOutsiders(tx, given));
}

/** What is private is told to nobody who does not belong to it. */
async function withoutOutsiders(tx: Tx, given: readonly Notice[]): Promise<readonly Notice[]> {
  const places = given.map(({ communityId }) => communityId);
  const closed = await tx
    .select({ id: communities.id })
    .from(communities)
    .where(and(anyOf(communities.id, places), eq(communities.visibility, "private")));
  if (closed.length === 0) return given;
  const inside = await tx
    .select({ communityId: members.communityId, authorId: members.authorId })
    .from(members)
    .where(
      and(
        anyOf(members.communityId, places),
        anyOf(
          members.authorId,
          given.map(({ authorId }) => authorId),
        ),
        eq(members.state, "active"),
      ),
    );
  return given.filter(
    ({ communityId, authorId }) =>
      !closed.some(({ id }) => id === communityId) ||
      inside.some((member) => member.communityId === communityId && member.authorId === authorId),
  );
}

/** The people of this server to whose page or actor the words link. */
async function findMentioned(app: App, tx: Tx, rows: readonly Said[]): Promise<(said: Said) => readonly AuthorId[]> {
  const { origin } = app.config;
  const namesIn = ({ html }: Said) =>
    [...html.matchAll(/href="([^"]+)"/g)].flatMap(([, href = ""]) => {
      const name = href.startsWith(`${origin}/@`) ? href.slice(origin.length + 2) : "";
      return /^[a-z0-9_]{1,64}$/.test(name) ? name : [];
    });
  const names = rows.flatMap(namesIn);
  if (names.length === 0) return () => [];
  const people = await tx
    .select({ id: authors.id, handle: authors.handle })
    .from(authors)
    .where(
      sql`${anyOf(authors.handle, names)} and ${authors.localActorId} is not null and ${authors.state} = 'active'`,
    );
  return (said) => people.filter(({ handle }) => namesIn(said).includes(handle)).map(({ id }) => id);
}
