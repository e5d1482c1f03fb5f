import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CaseId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { authors } from "../db/schema/identity.ts";
import { cases, reports } from "../db/schema/moderation.ts";
import { type AuditAction, auditEntries } from "../db/schema/server.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { requireModerator } from "./require-role.ts";
import { tellReporters } from "./tell-reporters.ts";

/** A moderator has looked at what was reported. */
export interface Resolution {
  readonly caseId: CaseId;
  /** Null: whoever has the command line. */
  readonly moderatorId: AuthorId | null;
  /** kept: there was nothing to do · acted: something was decided. */
  readonly outcome: "kept" | "acted";
  /** What those who reported may hear. */
  readonly note: string;
}

/** Closes a case; those who reported hear what came of it. @throws {DomainError} `not-found`, `not-allowed`, `conflict` when it is closed already. */
export async function resolveCase(app: App, resolution: Resolution): Promise<void> {
  const { caseId, moderatorId, outcome, note } = resolution;
  if (note.length > limits.reasonLength)
    throw new DomainError("invalid", `a note has at most ${limits.reasonLength} characters`);
  await app.db.transaction(async (tx) => {
    const now = app.now();
    const { state } = await lockCase(tx, caseId, moderatorId);
    if (state !== "open") throw new DomainError("conflict", "the case is resolved already");
    await tx
      .update(cases)
      .set({ state: "resolved", outcome, note, resolvedBy: moderatorId, resolvedAt: now })
      .where(eq(cases.id, caseId));
    await tellReporters(app, tx, [caseId], { outcome, note });
    await audit(tx, "case-resolved", resolution, { outcome, note }, now);
  });
}

/**
 * Tells the server of who is reported what was reported, without a word about who did. A moderator asks for that, since the words may
 * give them away.
 *
 * @throws {DomainError} `conflict` when the person lives here, when it is about the community, or when their server was told already.
 */
export async function forwardCase(app: App, asked: Pick<Resolution, "caseId" | "moderatorId">): Promise<void> {
  const { caseId, moderatorId } = asked;
  await app.db.transaction(async (tx) => {
    const now = app.now();
    const { authorId, forwardedAt } = await lockCase(tx, caseId, moderatorId);
    if (forwardedAt) throw new DomainError("conflict", "their server was told already");
    if (!authorId) throw new DomainError("conflict", "it is about the community, which lives on this server");
    const [author] = await tx.select({ local: authors.localActorId }).from(authors).where(eq(authors.id, authorId));
    if (author?.local) throw new DomainError("conflict", "they live on this server: there is nobody else to tell");
    await tx.update(cases).set({ forwardedAt: now }).where(eq(cases.id, caseId));
    await audit(tx, "case-forwarded", asked, {}, now);
    await dispatch(app, tx, [{ kind: "case-forwarded", caseId }]);
  });
}

/** The open case that a report belongs to, by the name of the report; `undefined` when there is none. */
export async function findCaseOf(db: Db, sourceId: string): Promise<CaseId | undefined> {
  const [row] = await db.select({ id: reports.caseId }).from(reports).where(eq(reports.sourceId, sourceId)).limit(1);
  return row?.id;
}

async function lockCase(tx: Tx, caseId: CaseId, moderatorId: AuthorId | null) {
  const [place] = await tx.select({ id: cases.communityId }).from(cases).where(eq(cases.id, caseId));
  if (!place) throw new DomainError("not-found", `there is no case ${caseId}`);
  await lockCommunities(tx, [place.id]);
  if (moderatorId) await requireModerator(tx, place.id, moderatorId);
  const [found] = await tx.select().from(cases).where(eq(cases.id, caseId)).for("update");
  return found!;
}

async function audit(
  tx: Tx,
  action: AuditAction,
  { caseId, moderatorId }: Pick<Resolution, "caseId" | "moderatorId">,
  detail: Readonly<Record<string, string>>,
  at: Date,
): Promise<void> {
  await tx.insert(auditEntries).values({ actor: moderatorId ?? "command-line", action, subject: caseId, detail, at });
}
