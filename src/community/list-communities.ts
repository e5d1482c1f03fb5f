import { asc, eq, sql } from "drizzle-orm";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import type { Community } from "./get-community.ts";

/** How much there is of a community. */
export interface CommunityCounts {
  readonly members: number;
  readonly owners: number;
  /** Members by the channel by which they hear. */
  readonly followers: number;
  readonly subscribers: number;
  /** Threads that can be read. */
  readonly threads: number;
  /** Posts that can be read. */
  readonly posts: number;
  /** Posts that wait for a moderator. */
  readonly held: number;
}

/** All communities of this server with their counts, by handle. */
export async function listCommunities(db: Db): Promise<readonly (Community & CommunityCounts)[]> {
  return (await selectCounted(db).orderBy(asc(communities.handle))).map(flatten);
}

/** The counts of one community. */
export async function countCommunity(db: Db, { id }: Pick<Community, "id">): Promise<CommunityCounts> {
  const [row] = await selectCounted(db).where(eq(communities.id, id));
  if (!row) throw new Error(`community ${id} has gone`);
  return row.counts;
}

function selectCounted(db: Db) {
  return db
    .select({
      community: communities,
      counts: {
        members: sql<number>`(select count(*)::int from member m where m.community_id = community.id and m.state = 'active')`,
        owners: sql<number>`(select count(*)::int from member_role r where r.community_id = community.id and r.role = 'owner')`,
        followers: countHearing("activitypub"),
        subscribers: countHearing("mail"),
        threads: sql<number>`(select count(*)::int from thread t where t.community_id = community.id and t.last_post_at is not null)`,
        posts: countPosts("published"),
        held: countPosts("held"),
      },
    })
    .from(communities)
    .$dynamic();
}

function countHearing(channel: "activitypub" | "mail") {
  return sql<number>`(
    select count(*)::int from member_delivery d join member m using (community_id, author_id)
    where d.community_id = community.id and d.channel = ${channel} and m.state = 'active')`;
}

function countPosts(state: "published" | "held") {
  return sql<number>`(select count(*)::int from post p where p.community_id = community.id and p.state = ${state})`;
}

function flatten({ community, counts }: { community: Community; counts: CommunityCounts }) {
  return { ...community, ...counts };
}
