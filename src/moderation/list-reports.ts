import { and, asc, eq, isNull } from "drizzle-orm";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { reports } from "../db/schema/moderation.ts";

/** What somebody reported, as moderators read it. */
export interface DeskReport {
  readonly words: string;
  readonly rule: { readonly number: number; readonly words: string } | undefined;
  /** When a server reports, that is all that is known. */
  readonly reporter: AuthorView;
  readonly byServer: boolean;
  readonly channel: "activitypub" | "mail" | "web";
  readonly createdAt: Date;
}

/** What was reported in these cases and not taken back, the oldest first; by the id of the case. */
export async function listReports(
  db: Db,
  caseIds: readonly string[],
): Promise<ReadonlyMap<string, readonly DeskReport[]>> {
  if (caseIds.length === 0) return new Map();
  const rows = await db
    .select({ report: reports, reporter: authorColumns })
    .from(reports)
    .innerJoin(authors, eq(authors.id, reports.reporterId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, reports.reporterId))
    .where(and(anyOf(reports.caseId, caseIds), isNull(reports.withdrawnAt)))
    .orderBy(asc(reports.createdAt), asc(reports.id));
  const said = rows.map(({ report, reporter }) => ({
    caseId: report.caseId,
    words: report.words,
    rule: report.rule === null ? undefined : { number: report.ruleNumber!, words: report.rule },
    reporter: toAuthorView(reporter),
    byServer: report.byServer,
    channel: report.channel,
    createdAt: report.createdAt,
  }));
  return Map.groupBy(said, ({ caseId }) => caseId);
}
