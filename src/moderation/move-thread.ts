import { eq, sql } from "drizzle-orm";
import { touchCommunities } from "../community/touch-communities.ts";
import { DomainError } from "../core/errors.ts";
import { communities } from "../db/schema/community.ts";
import { posts, threads } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { touchThreads } from "../post/publish-posts.ts";
import type { MoveDecision } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { recordDecision } from "./record-decision.ts";
import { tellPlaced } from "./tell-placed.ts";

/** See `decide`. Old addresses lead to the new place; the followers of both communities are told, and whoever said something in it. */
export async function moveThread(ground: Ground, decision: MoveDecision): Promise<void> {
  const { app, tx, communityId } = ground;
  const { threadId, to } = decision;
  const [thread] = await tx.select().from(threads).where(eq(threads.id, threadId)).for("update");
  const [target] = await tx.select().from(communities).where(eq(communities.id, to));
  // Who reads a thread does not change by a move; and of what is private nobody learns by trying.
  if (!target || target.visibility === "private") throw new DomainError("not-found", "there is no such community");
  const [source] = await tx.select().from(communities).where(eq(communities.id, communityId));
  if (source?.visibility === "private") throw new DomainError("conflict", "what was said in private stays there");
  if (target.movedTo !== null) throw new DomainError("conflict", "that community goes on elsewhere");
  if (to === communityId) throw new DomainError("conflict", "the thread is there already");
  if (thread!.mergedInto) throw new DomainError("conflict", `the thread is part of ${thread!.mergedInto} now`);
  await refuseDoubles(ground, decision);
  const decisionId = await recordDecision(ground, decision);
  await carry(ground, decision);
  await touchThreads(tx, [threadId]);
  await touchCommunities(tx, [communityId, to]);
  await dispatch(app, tx, [{ kind: "thread-moved", threadId, decisionId }]);
  const among = eq(posts.threadId, threadId);
  await tellPlaced({ ...ground, communityId: to }, { kind: "carried", decisionId, decision, among });
}

/** What was said to both communities stands in both already. */
async function refuseDoubles({ tx }: Ground, { threadId, to }: MoveDecision): Promise<void> {
  const doubles = await tx.execute(sql`
    select from post_name mine join post on post.id = mine.post_id
    join post_name theirs on theirs.name = mine.name and theirs.community_id = ${to}
    where post.thread_id = ${threadId} limit 1`);
  if (doubles.length > 0)
    throw new DomainError("conflict", "something in it was said there too, and stands there already");
}

/** In one statement: what belongs together is never in two communities. */
async function carry({ tx }: Ground, { threadId, to }: MoveDecision): Promise<void> {
  await tx.execute(sql`
    with moved_threads as (
      update thread set community_id = ${to}, topic_id = null, pinned_at = null
      where id = ${threadId} or merged_into = ${threadId}),
    moved_posts as (update post set community_id = ${to} where thread_id = ${threadId}),
    moved_cases as (
      update report_case set community_id = ${to} from post
      where post.id = report_case.post_id and post.thread_id = ${threadId} and report_case.state = 'open')
    update post_name set community_id = ${to} from post where post.id = post_name.post_id and post.thread_id = ${threadId}`);
}
