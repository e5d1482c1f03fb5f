import { and, eq, isNull, ne, or, sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { memberDeliveries, members } from "../db/schema/community.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { peers } from "../db/schema/traffic.ts";

/** A place where followers of a community are reached: one request there is enough for all of them. */
export interface FollowerInbox {
  readonly inbox: string;
  readonly host: string;
  /** What the server runs, as far as we know. */
  readonly software: string | undefined;
}

/** Where the followers of a community are, each inbox once; none on blocked servers, none that is suspended or gone. */
export async function listFollowerInboxes(db: Db, communityId: CommunityId): Promise<readonly FollowerInbox[]> {
  const inbox = sql<string>`coalesce(${remoteActors.sharedInbox}, ${remoteActors.inbox})`;
  const rows = await db
    .selectDistinct({ inbox, host: remoteActors.host, software: peers.software })
    .from(memberDeliveries)
    .innerJoin(
      members,
      and(eq(members.communityId, memberDeliveries.communityId), eq(members.authorId, memberDeliveries.authorId)),
    )
    .innerJoin(remoteActors, eq(remoteActors.authorId, memberDeliveries.authorId))
    .leftJoin(peers, eq(peers.host, remoteActors.host))
    .where(
      and(
        eq(memberDeliveries.communityId, communityId),
        eq(memberDeliveries.channel, "activitypub"),
        eq(members.state, "active"),
        isNull(memberDeliveries.suspendedAt),
        isNull(remoteActors.goneAt),
        eq(memberDeliveries.blocked, false),
        or(isNull(peers.policy), ne(peers.policy, "blocked")),
      ),
    );
  return rows.map((row) => ({ ...row, software: row.software ?? undefined }));
}

/** How many follow a community. */
export async function countFollowers(db: Db, communityId: CommunityId): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(memberDeliveries)
    .innerJoin(
      members,
      and(eq(members.communityId, memberDeliveries.communityId), eq(members.authorId, memberDeliveries.authorId)),
    )
    .where(
      and(
        eq(memberDeliveries.communityId, communityId),
        eq(memberDeliveries.channel, "activitypub"),
        eq(members.state, "active"),
      ),
    );
  return row?.count ?? 0;
}

/** Where those are who followed a community before it became private. */
export async function listFormerInboxes(
  db: Db,
  communityId: CommunityId,
): Promise<readonly Pick<FollowerInbox, "inbox" | "host">[]> {
  return await db
    .selectDistinct({
      inbox: sql<string>`coalesce(${remoteActors.sharedInbox}, ${remoteActors.inbox})`,
      host: remoteActors.host,
    })
    .from(memberDeliveries)
    .innerJoin(remoteActors, eq(remoteActors.authorId, memberDeliveries.authorId))
    .where(
      and(
        eq(memberDeliveries.communityId, communityId),
        eq(memberDeliveries.channel, "activitypub"),
        isNull(remoteActors.goneAt),
        eq(memberDeliveries.blocked, false),
      ),
    );
}
