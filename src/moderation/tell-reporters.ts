import { and, eq, isNull } from "drizzle-orm";
import type { App } from "../app.ts";
import { giveNotices } from "../community/give-notice.ts";
import type { CaseId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { cases, reports } from "../db/schema/moderation.ts";

/** What came of a case, as far as those may hear it who reported. */
export interface ReportOutcome {
  readonly outcome: "kept" | "acted";
  /** A moderator's words to them; empty for none. */
  readonly note: string;
}

/**
 * Tells those who reported what came of it, without a word about whom it met, who decided or who else reported. Where a server spoke for
 * somebody there is nobody to tell.
 */
export async function tellReporters(
  app: App,
  tx: Tx,
  caseIds: readonly CaseId[],
  { outcome, note }: ReportOutcome,
): Promise<void> {
  const heard = await tx
    .select({ communityId: cases.communityId, authorId: reports.reporterId, cause: reports.sourceId })
    .from(reports)
    .innerJoin(cases, eq(cases.id, reports.caseId))
    .where(and(anyOf(reports.caseId, caseIds), eq(reports.byServer, false), isNull(reports.withdrawnAt)));
  await giveNotices(
    app,
    tx,
    heard.map((report) => ({ ...report, kind: `report-${outcome}`, reason: note })),
  );
}
