import { and, eq, sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { members } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";

/** How many belong to a community, and on how many servers they are. */
export interface PeopleCount {
  readonly people: number;
  readonly servers: number;
}

/** Counts the members of a community. */
export async function countPeople(db: Db, communityId: CommunityId): Promise<PeopleCount> {
  const [row] = await db
    .select({ people: sql<number>`count(*)::int`, servers: sql<number>`count(distinct ${authors.host})::int` })
    .from(members)
    .innerJoin(authors, eq(authors.id, members.authorId))
    .where(and(eq(members.communityId, communityId), eq(members.state, "active")));
  return row ?? { people: 0, servers: 0 };
}
