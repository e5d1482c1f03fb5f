import { and, desc, eq, lt, sql } from "drizzle-orm";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { authors } from "../db/schema/identity.ts";
import { type AuditAction, auditEntries } from "../db/schema/server.ts";

/** Who did what, for those who run the server. */
export interface AuditRow {
  readonly id: number;
  readonly at: Date;
  /** `command-line`, `system`, `self`, or the address of a person. */
  readonly actor: string;
  readonly action: AuditAction;
  /** What it was done to: its name where it has one, else its id. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditFilter {
  /** Only entries with a smaller id. */
  readonly before?: number | undefined;
  readonly action?: string | undefined;
}

/** The log, newest first, a page at a time. */
export async function listAudit(db: Db, { before, action }: AuditFilter = {}): Promise<readonly AuditRow[]> {
  const subject = sql<string>`coalesce(
    (select c.handle from community c where c.id::text = audit_entry.subject),
    (select a.handle from author a join account on account.author_id = a.id where account.id::text = audit_entry.subject),
    (select a.handle || '@' || a.host from author a where a.id::text = audit_entry.subject),
    audit_entry.subject, '')`;
  const rows = await db
    .select({ entry: auditEntries, handle: authors.handle, host: authors.host, subject })
    .from(auditEntries)
    .leftJoin(authors, eq(sql`${authors.id}::text`, auditEntries.actor))
    .where(
      and(
        before === undefined ? undefined : lt(auditEntries.id, before),
        action === undefined ? undefined : sql`${auditEntries.action} = ${action}`,
      ),
    )
    .orderBy(desc(auditEntries.id))
    .limit(limits.listedItems);
  return rows.map(({ entry: { id, at, actor, action: act, detail }, handle, host, subject: name }) => ({
    id,
    at,
    actor: handle === null ? actor : `@${handle}@${host}`,
    action: act,
    subject: name,
    detail,
  }));
}
