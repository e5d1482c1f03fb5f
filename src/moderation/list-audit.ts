import { and, type Column, desc, eq, lt, type SQL, sql } from "drizzle-orm";
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
  const id = idIn(auditEntries.subject);
  const subject = sql<string>`coalesce(
    (select c.handle from community c where c.id = ${id}),
    (select a.handle from author a join account on account.author_id = a.id where account.id = ${id}),
    (select a.handle || '@' || a.host from author a where a.id = ${id}),
    ${auditEntries.subject}, '')`;
  const rows = await db
    .select({ entry: auditEntries, handle: authors.handle, host: authors.host, subject })
    .from(auditEntries)
    .leftJoin(authors, eq(authors.id, idIn(auditEntries.actor)))
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

/** What a column says, where that is an id: by an id a row is found without reading all others. */
function idIn(column: Column): SQL {
  return sql`case when ${column} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then ${column}::uuid end`;
}
