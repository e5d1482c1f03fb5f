import { and, eq } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import type { CommunityId, PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { posts } from "../db/schema/post.ts";
import type { Submission } from "./submission.ts";

/** Asks the home of a poll for its votes: some tell them to nobody but who voted (Hollo). */
export const recountPollJob: JobKind<{ postId: PostId }> = { name: "recount-poll", retries: 3 };

/** Sees to it that the votes of new polls from elsewhere are asked for: a few times while people vote, and when it is over. */
export async function recountLater(
  app: App,
  tx: Tx,
  asked: readonly { readonly postId: PostId; readonly submission: Pick<Submission, "poll" | "channel"> }[],
  now: Date,
): Promise<void> {
  for (const { postId, submission } of asked) {
    if (!submission.poll || submission.channel !== "activitypub") continue;
    for (const startAfter of timesOf(submission.poll.endsAt, now))
      await app.jobs.enqueue(tx, recountPollJob, [{ postId }], { startAfter });
  }
}

function timesOf(endsAt: Date | undefined, now: Date): readonly Date[] {
  const after = (milliseconds: number) => new Date(now.getTime() + milliseconds);
  const meanwhile = limits.pollRecounts.map(after).filter((at) => endsAt === undefined || at < endsAt);
  if (endsAt === undefined || endsAt.getTime() > after(limits.pollPatience).getTime()) return meanwhile;
  // Its home may still count what came at the last moment.
  return [...meanwhile, new Date(Math.max(endsAt.getTime(), now.getTime()) + limits.pollSettles)];
}

/** A post with a poll that can be read, by its name at its home. */
export async function findPollHome(
  db: Db,
  postId: PostId,
): Promise<{ readonly name: string; readonly communityId: CommunityId } | undefined> {
  const [row] = await db
    .select({ name: posts.sourceId, communityId: posts.communityId })
    .from(posts)
    .where(and(eq(posts.id, postId), eq(posts.state, "published"), eq(posts.channel, "activitypub")));
  return row;
}
