import { and, eq, inArray } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";

/** Which of these are communities here that other servers may know of. */
export async function listCommunityIds(db: Db, ids: readonly CommunityId[]): Promise<ReadonlySet<CommunityId>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .select({ id: communities.id })
    .from(communities)
    .where(and(inArray(communities.id, [...new Set(ids)]), eq(communities.visibility, "public")));
  return new Set(rows.map(({ id }) => id));
}
