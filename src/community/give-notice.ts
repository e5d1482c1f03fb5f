import type { App } from "../app.ts";
import { type AuthorId, type CommunityId, derivedId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { notices } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";

/** Something that a community tells one person privately. The channel puts it into words. */
export interface Notice {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly kind: "not-public" | "held" | "refused" | "invited" | "moved";
  /** The name of what it is about. Nobody is told twice about one thing. */
  readonly cause: string;
  readonly reason?: string;
}

/** Tells somebody something, once. */
export async function giveNotices(app: App, tx: Tx, given: readonly Notice[]): Promise<void> {
  if (given.length === 0) return;
  const now = app.now();
  const rows = given.map((notice) => ({
    ...notice,
    id: derivedId("notice", notice.communityId, notice.authorId, notice.kind, notice.cause),
    reason: notice.reason ?? "",
    createdAt: now,
  }));
  const fresh = await tx.insert(notices).values(rows).onConflictDoNothing().returning({ id: notices.id });
  await dispatch(
    app,
    tx,
    fresh.map(({ id }) => ({ kind: "notice-given", noticeId: id })),
  );
}
