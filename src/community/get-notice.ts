import { and, desc, eq, isNull } from "drizzle-orm";
import { type AuthorId, readId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { linkedIdentities } from "../db/schema/account.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { decisions } from "../db/schema/moderation.ts";
import { notices } from "../db/schema/notice.ts";
import { posts } from "../db/schema/post.ts";
import { listNoticeReaders, type NoticeReader } from "./notice-wishes.ts";

/** A notice with what it takes to send it. */
export async function findNotice(db: Db, id: string) {
  const [found] = await db
    .select({
      notice: notices,
      community: communities,
      author: authors,
      actor: remoteActors,
      post: { id: posts.id, state: posts.state },
      until: decisions.until,
    })
    .from(notices)
    .innerJoin(communities, eq(communities.id, notices.communityId))
    .innerJoin(authors, eq(authors.id, notices.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, notices.authorId))
    .leftJoin(posts, and(eq(posts.communityId, notices.communityId), eq(posts.sourceId, notices.cause)))
    .leftJoin(decisions, eq(decisions.id, notices.decisionId))
    .where(eq(notices.id, id));
  if (!found) return undefined;
  const row = { ...found, until: found.until ?? undefined };
  const reader = (await listNoticeReaders(db, [row.notice.authorId])).get(row.notice.authorId);
  // Whose account it is must hear of it, whatever whoever has the other one chose; and who asks is answered.
  if (!reader || row.notice.kind === "linked" || row.notice.kind === "obeyed") return row;
  if (!reader.wish(row.notice.kind).fediverse) return { ...row, actor: null };
  return row.actor ? row : { ...row, ...(await findElsewhere(db, reader)) };
}

/** The name of what a notice is about that somebody got. */
export async function findCause(
  db: Db,
  { noticeId, authorId }: { readonly noticeId: string; readonly authorId: AuthorId },
): Promise<string | undefined> {
  const id = readId(noticeId);
  if (id === undefined) return undefined;
  const [notice] = await db
    .select({ cause: notices.cause })
    .from(notices)
    .where(and(eq(notices.id, id), eq(notices.authorId, authorId)));
  return notice?.cause;
}

/** The account elsewhere that somebody proved last: there they hear what they are told on the fediverse. */
async function findElsewhere(db: Db, { accountId }: NoticeReader) {
  const [row] = await db
    .select({ author: authors, actor: remoteActors })
    .from(linkedIdentities)
    .innerJoin(authors, eq(authors.id, linkedIdentities.authorId))
    .innerJoin(remoteActors, eq(remoteActors.authorId, linkedIdentities.authorId))
    .where(and(eq(linkedIdentities.accountId, accountId), isNull(remoteActors.goneAt)))
    .orderBy(desc(linkedIdentities.provedAt), desc(linkedIdentities.authorId))
    .limit(1);
  return row;
}
