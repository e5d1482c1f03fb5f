import { and, asc, eq } from "drizzle-orm";
import type { CommunityId, PostId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { decisions } from "../db/schema/moderation.ts";
import { posts } from "../db/schema/post.ts";
import { findOwnActor } from "./outgoing-decision.ts";

/** A thread that went to another community, as a channel needs it to tell the world. */
export interface OutgoingMove {
  readonly threadId: ThreadId;
  readonly from: CommunityId;
  readonly to: CommunityId;
  /** What can be read in it, as it was written. */
  readonly postIds: readonly PostId[];
  /** The actor of who decided, if they live here. */
  readonly moderator: string | undefined;
}

/** `undefined` when there is no such move, or the thread went on from there meanwhile: its last move tells where it is. */
export async function findOutgoingMove(db: Db, origin: string, decisionId: number): Promise<OutgoingMove | undefined> {
  const [decision] = await db
    .select()
    .from(decisions)
    .where(and(eq(decisions.id, decisionId), eq(decisions.action, "move")));
  if (!decision?.threadId || !decision.otherCommunityId) return undefined;
  const { threadId, communityId: from, otherCommunityId: to, moderatorId } = decision;
  const rows = await db
    .select({ id: posts.id })
    .from(posts)
    .where(and(eq(posts.threadId, threadId), eq(posts.communityId, to), eq(posts.state, "published")))
    .orderBy(asc(posts.writtenAt), asc(posts.id));
  const moderator = moderatorId ? await findOwnActor(db, origin, moderatorId) : undefined;
  return { threadId, from, to, postIds: rows.map(({ id }) => id), moderator };
}
