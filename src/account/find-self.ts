import { sql } from "drizzle-orm";
import type { AuthorId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";

/** Whoever an author is here: the author of the account that is theirs, as they proved. */
export interface SelfHere {
  readonly authorId: AuthorId;
  readonly language: string | undefined;
  /** Whether they showed that they read mail at an address. */
  readonly readsMail: boolean;
}

/** The person of this server who an author is, wherever they speak; `undefined` when they have no account here. */
export async function findSelf(db: Db, authorId: AuthorId): Promise<SelfHere | undefined> {
  const [row] = await db.execute<{ authorId: AuthorId; language: string | null; readsMail: boolean }>(sql`
    select a.author_id as "authorId", a.language,
      exists (select from email_address e where e.account_id = a.id and e.verified_at is not null) as "readsMail"
    from account a
    where a.author_id = ${authorId}
      or a.id = (select l.account_id from linked_identity l where l.author_id = ${authorId})
    limit 1`);
  return row && { ...row, language: row.language ?? undefined };
}
