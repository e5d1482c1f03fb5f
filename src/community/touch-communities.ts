import { inArray, sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";

/** Notes that what the pages of communities show has changed. */
export async function touchCommunities(tx: Tx, communityIds: readonly CommunityId[]): Promise<void> {
  const ids = [...new Set(communityIds)].sort();
  if (ids.length === 0) return;
  await tx
    .update(communities)
    .set({ version: sql`${communities.version} + 1` })
    .where(inArray(communities.id, ids));
}
