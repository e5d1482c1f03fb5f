import { sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";

/** Where the moderators and owners of a community are reached by mail, and in which language. Nobody but the mail door asks. */
export async function listModeratorAddresses(
  db: Db,
  communityId: CommunityId,
): Promise<readonly { readonly address: string; readonly language: string | null }[]> {
  return await db.execute<{ address: string; language: string | null }>(sql`
    select distinct on (a.id) e.address, a.language
    from member_role r join account a on a.author_id = r.author_id join email_address e on e.account_id = a.id
    where r.community_id = ${communityId} and e.verified_at is not null
    order by a.id, e.created_at, e.address`);
}
