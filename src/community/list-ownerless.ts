import { and, asc, eq, isNull, notExists } from "drizzle-orm";
import type { Db } from "../db/client.ts";
import { communities, memberRoles } from "../db/schema/community.ts";

/** The names of communities that nobody owns, by handle; without those that went on elsewhere, where nothing is left to decide. */
export async function listOwnerless(db: Db): Promise<readonly string[]> {
  const owners = db
    .select({ id: memberRoles.authorId })
    .from(memberRoles)
    .where(and(eq(memberRoles.communityId, communities.id), eq(memberRoles.role, "owner")));
  const rows = await db
    .select({ name: communities.name })
    .from(communities)
    .where(and(isNull(communities.movedTo), notExists(owners)))
    .orderBy(asc(communities.handle));
  return rows.map(({ name }) => name);
}

/** How many communities there are, whatever became of them. */
export async function countCommunities(db: Db): Promise<number> {
  return await db.$count(communities);
}
