import { and, eq, ne } from "drizzle-orm";
import type { App } from "../app.ts";
import { giveNotices } from "../community/give-notice.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { memberRoles, members } from "../db/schema/community.ts";
import { decisions } from "../db/schema/moderation.ts";
import { notices } from "../db/schema/notice.ts";
import { auditEntries } from "../db/schema/server.ts";
import { requireModerator } from "./require-role.ts";
import { undoWithin } from "./undo-decision.ts";

/** What a moderator says to an appeal. */
export interface AppealAnswer {
  readonly noticeId: string;
  readonly moderatorId: AuthorId;
  /** kept: it stays as it was decided · overturned: it is taken back. */
  readonly outcome: "kept" | "overturned";
  /** What whoever appealed is told. */
  readonly note: string;
}

type Notice = typeof notices.$inferSelect;

/**
 * Answers an appeal. It is for another moderator than the one who decided, where there is another.
 *
 * @throws {DomainError} `not-found`, `not-allowed` for who decided, `conflict` when it was answered, or cannot be taken back any more
 */
export async function decideAppeal(app: App, answer: AppealAnswer): Promise<void> {
  const { noticeId, moderatorId, outcome, note } = answer;
  if (note.length > limits.reasonLength)
    throw new DomainError("invalid", `a note has at most ${limits.reasonLength} characters`);
  await app.db.transaction(async (tx) => {
    const notice = await lockAppeal(tx, noticeId, moderatorId);
    await refuseSame(tx, notice, moderatorId);
    if (outcome === "overturned") {
      if (notice.decisionId === null)
        throw new DomainError("conflict", "no moderator decided this: decide about the post");
      await undoWithin(app, tx, { decisionId: notice.decisionId, moderatorId, reason: note });
    }
    const now = app.now();
    await tx.update(notices).set({ appealClosedAt: now }).where(eq(notices.id, notice.id));
    const { communityId, authorId, language } = notice;
    if (outcome === "kept")
      await giveNotices(app, tx, [
        {
          communityId,
          authorId,
          kind: "appeal-kept",
          cause: `appeal/${notice.id}`,
          reason: note,
          language: language ?? undefined,
        },
      ]);
    const detail = { communityId, outcome, note };
    await tx
      .insert(auditEntries)
      .values({ actor: moderatorId, action: "appeal-answered", subject: notice.id, detail, at: now });
  });
}

async function lockAppeal(tx: Tx, noticeId: string, moderatorId: AuthorId): Promise<Notice> {
  const [place] = await tx.select({ id: notices.communityId }).from(notices).where(eq(notices.id, noticeId));
  if (!place) throw new DomainError("not-found", "there is no such appeal");
  await lockCommunities(tx, [place.id]);
  await requireModerator(tx, place.id, moderatorId);
  const [notice] = await tx.select().from(notices).where(eq(notices.id, noticeId)).for("update");
  if (!notice?.appealedAt) throw new DomainError("not-found", "there is no such appeal");
  if (notice.appealClosedAt) throw new DomainError("conflict", "the appeal was answered already");
  return notice;
}

/** Nobody judges their own decision while somebody else could. */
async function refuseSame(tx: Tx, { decisionId, communityId }: Notice, moderatorId: AuthorId): Promise<void> {
  if (decisionId === null) return;
  const [decided] = await tx.select({ by: decisions.moderatorId }).from(decisions).where(eq(decisions.id, decisionId));
  if (decided?.by !== moderatorId) return;
  const others = await tx
    .select({ id: memberRoles.authorId })
    .from(memberRoles)
    .innerJoin(
      members,
      and(eq(members.communityId, memberRoles.communityId), eq(members.authorId, memberRoles.authorId)),
    )
    .where(
      and(eq(memberRoles.communityId, communityId), ne(memberRoles.authorId, moderatorId), eq(members.state, "active")),
    )
    .limit(1);
  if (others.length > 0)
    throw new DomainError("not-allowed", "another moderator than the one who decided answers this");
}
