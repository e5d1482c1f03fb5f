import { asc } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";

/**
 * Makes everybody else wait who changes something in these communities. Whoever changes posts, threads or members locks their communities
 * first, in the order of their ids, so that no two wait for each other.
 */
export async function lockCommunities(tx: Tx, ids: readonly CommunityId[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .select({ id: communities.id })
    .from(communities)
    .where(anyOf(communities.id, ids))
    .orderBy(asc(communities.id))
    .for("no key update");
}
