import { sql } from "drizzle-orm";
import type { AuthorId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { accounts, linkedIdentities } from "../db/schema/account.ts";

/**
 * Everyone who each of these authors is: the author of their account here and all those elsewhere that they proved to be. Who has no
 * account is only who they are. Themselves first.
 */
export async function listSelves(
  db: Db,
  authorIds: readonly AuthorId[],
): Promise<(authorId: AuthorId) => readonly AuthorId[]> {
  if (authorIds.length === 0) return (authorId) => [authorId];
  const rows = await db.execute<{ given: AuthorId; self: AuthorId }>(sql`
    with given as (
      select author_id, id as account_id from ${accounts} where ${anyOf(accounts.authorId, authorIds)}
      union all
      select author_id, account_id from ${linkedIdentities} where ${anyOf(linkedIdentities.authorId, authorIds)})
    select given.author_id as given, own.author_id as self from given join ${accounts} own on own.id = given.account_id
    union all
    select given.author_id, linked.author_id from given join ${linkedIdentities} linked using (account_id)`);
  const selves = Map.groupBy(rows, ({ given }) => given);
  return (authorId) => [...new Set([authorId, ...(selves.get(authorId) ?? []).map(({ self }) => self)])];
}
