import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { App } from "../app.ts";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import { DomainError } from "../core/errors.ts";
import { type CommunityId, readId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { notices } from "../db/schema/notice.ts";

/** What somebody says against a decision about their post. */
export interface Appeal {
  /** The notice that it answers. */
  readonly id: string;
  readonly community: string;
  readonly author: AuthorView;
  /** What was decided. */
  readonly kind: (typeof notices.$inferSelect)["kind"];
  /** The name of the post. */
  readonly cause: string;
  readonly reason: string;
  readonly words: string;
  readonly at: Date;
}

/** Appeals that no moderator has closed, the oldest first. */
export async function listAppeals(db: Db, communityId: CommunityId | undefined): Promise<readonly Appeal[]> {
  const rows = await db
    .select({ notice: notices, community: communities.handle, author: authorColumns })
    .from(notices)
    .innerJoin(communities, eq(communities.id, notices.communityId))
    .innerJoin(authors, eq(authors.id, notices.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, notices.authorId))
    .where(
      and(
        isNotNull(notices.appealedAt),
        isNull(notices.appealClosedAt),
        communityId && eq(notices.communityId, communityId),
      ),
    )
    .orderBy(notices.appealedAt, notices.id);
  return rows.map(({ notice, community, author }) => ({
    id: notice.id,
    community,
    author: toAuthorView(author),
    kind: notice.kind,
    cause: notice.cause,
    reason: notice.reason || (notice.rule ?? ""),
    words: notice.appeal ?? "",
    at: notice.appealedAt!,
  }));
}

/**
 * Notes that a moderator has dealt with an appeal. What came of it is a decision of its own.
 *
 * @throws {DomainError} `not-found` when there is no such appeal that is open.
 */
export async function closeAppeal(app: App, id: string): Promise<void> {
  const noticeId = readId(id);
  const closed = noticeId
    ? await app.db
        .update(notices)
        .set({ appealClosedAt: app.now() })
        .where(and(eq(notices.id, noticeId), isNotNull(notices.appealedAt), isNull(notices.appealClosedAt)))
        .returning({ id: notices.id })
    : [];
  if (closed.length === 0) throw new DomainError("not-found", `there is no open appeal ${id}`);
}
