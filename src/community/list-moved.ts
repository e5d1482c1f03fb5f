import { and, inArray, isNotNull } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";

/** Where those of these communities are that go on elsewhere. */
export async function listMoved(db: Db, ids: readonly CommunityId[]): Promise<ReadonlyMap<CommunityId, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: communities.id, movedTo: communities.movedTo })
    .from(communities)
    .where(and(inArray(communities.id, [...new Set(ids)]), isNotNull(communities.movedTo)));
  return new Map(rows.flatMap(({ id, movedTo }) => (movedTo === null ? [] : [[id, movedTo] as const])));
}
