import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { type Cursor, writeCursor } from "../core/cursor.ts";
import type { AuthorId, PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import { notices } from "../db/schema/notice.ts";
import { posts } from "../db/schema/post.ts";

/** Something that a community told somebody, as they read it here. */
export interface NoticeView {
  readonly id: string;
  readonly kind: (typeof notices.$inferSelect)["kind"];
  readonly community: { readonly handle: string; readonly name: string; readonly language: string };
  /** A moderator's words; else the rule that decided. */
  readonly reason: string;
  readonly rule: string | undefined;
  /** The post that it is about, if there is one here, and whether it can be read. */
  readonly post: { readonly id: PostId; readonly readable: boolean } | undefined;
  /** What its reader said against it. */
  readonly appeal: string | undefined;
  readonly at: Date;
  readonly unread: boolean;
}

/** What somebody hears also of a private community to which they do not belong: what was decided about them. */
const ofOutsiders = sql.raw(
  ["invited", "admitted", "declined", "expelled", "warned", "unwarned", "banned", "unbanned", "appeal-kept"]
    .map((kind) => `'${kind}'`)
    .join(", "),
);

/** Whether a row of `notice`, with its `community`, is shown: what is private is not, to who belongs there no longer. */
export const isNoticeShown = sql`(community.visibility = 'public' or notice.kind in (${ofOutsiders}) or exists (
  select from member where member.community_id = notice.community_id and member.author_id = notice.author_id
    and member.state = 'active'))`;

/** What somebody was told, as whichever of these authors, the newest first. */
export async function listNotices(
  db: Db,
  authorIds: readonly AuthorId[],
  { before, limit }: { readonly before?: Cursor | undefined; readonly limit: number },
): Promise<{ readonly notices: readonly NoticeView[]; readonly older: string | undefined }> {
  const rows = await db
    .select({
      notice: notices,
      community: { handle: communities.handle, name: communities.name, language: communities.language },
      post: { id: posts.id, state: posts.state },
    })
    .from(notices)
    .innerJoin(communities, eq(communities.id, notices.communityId))
    .leftJoin(posts, and(eq(posts.communityId, notices.communityId), eq(posts.sourceId, notices.cause)))
    .where(
      and(
        anyOf(notices.authorId, authorIds),
        isNoticeShown,
        before &&
          sql`(${notices.createdAt}, ${notices.id}) < (${before.at.toISOString()}::timestamptz, ${before.id}::uuid)`,
      ),
    )
    .orderBy(desc(notices.createdAt), desc(notices.id))
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1)?.notice;
  return {
    notices: shown.map(({ notice, community, post }) => ({
      id: notice.id,
      kind: notice.kind,
      community,
      reason: notice.reason,
      rule: notice.rule ?? undefined,
      post: post ? { id: post.id, readable: post.state === "published" } : undefined,
      appeal: notice.appeal ?? undefined,
      at: notice.createdAt,
      unread: notice.readAt === null,
    })),
    older: rows.length > limit && last ? writeCursor({ at: last.createdAt, id: last.id }) : undefined,
  };
}

/** Notes that somebody knows what they were told: one thing, or all of it. */
export async function markNoticesRead(app: App, authorIds: readonly AuthorId[], id?: string): Promise<void> {
  await app.db
    .update(notices)
    .set({ readAt: app.now() })
    .where(
      and(
        anyOf(notices.authorId, authorIds),
        isNull(notices.readAt),
        id === undefined ? undefined : eq(notices.id, id),
      ),
    );
}

/** Who was told something, if it is one of these. */
export async function findReaderOf(db: Db, authorIds: readonly AuthorId[], id: string): Promise<AuthorId | undefined> {
  const [row] = await db
    .select({ authorId: notices.authorId })
    .from(notices)
    .where(and(eq(notices.id, id), anyOf(notices.authorId, authorIds)));
  return row?.authorId;
}
