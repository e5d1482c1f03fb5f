import { and, asc, eq, gt, ilike, ne, or, sql } from "drizzle-orm";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { accounts } from "../db/schema/account.ts";
import { authors } from "../db/schema/identity.ts";

/** An account as those see it who run the server. */
export interface AccountRow {
  readonly handle: string;
  readonly name: string;
  readonly admin: boolean;
  readonly suspended: boolean;
  readonly createdAt: Date;
  /** When they were here last; `undefined`: not for a long time. */
  readonly lastSeenAt: Date | undefined;
  readonly posts: number;
}

/**
 * Accounts by handle, a page at a time.
 *
 * @param search part of the handle or the name
 * @param after the handle after which the page begins
 */
export async function listAccounts(
  db: Db,
  { search = "", after = "" }: { readonly search?: string | undefined; readonly after?: string | undefined } = {},
): Promise<readonly AccountRow[]> {
  const pattern = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await db
    .select({
      handle: authors.handle,
      name: authors.name,
      admin: accounts.admin,
      state: authors.state,
      createdAt: accounts.createdAt,
      seenAt: sql<string | null>`(select max(s.last_seen_at) from session s where s.account_id = account.id)`,
      posts: sql<number>`(select count(*)::int from post p where p.author_id = author.id and p.state = 'published')`,
    })
    .from(accounts)
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(
      and(
        ne(authors.state, "deleted"),
        gt(authors.handle, after),
        search === "" ? undefined : or(ilike(authors.handle, pattern), ilike(authors.name, pattern)),
      ),
    )
    .orderBy(asc(authors.handle))
    .limit(limits.listedItems);
  return rows.map(({ state, seenAt, ...row }) => ({
    ...row,
    suspended: state === "suspended",
    lastSeenAt: seenAt === null ? undefined : new Date(seenAt),
  }));
}
