import { asc, eq, sql } from "drizzle-orm";
import type { PostId } from "../core/ids.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf, insertMany } from "../db/many.ts";
import { prepared } from "../db/prepared.ts";
import { pollChoices, polls } from "../db/schema/poll.ts";
import { posts } from "../db/schema/post.ts";

/** What a post asks its readers, and how they answered so far. */
export interface Poll {
  /** Whether one may choose several. */
  readonly multiple: boolean;
  readonly endsAt?: Date | undefined;
  /** How many people voted, if its home tells. */
  readonly voters?: number | undefined;
  readonly choices: readonly PollChoice[];
}

export interface PollChoice {
  readonly name: string;
  /** Undefined while its home does not tell. */
  readonly votes?: number | undefined;
}

/** Writes the polls of posts that have none yet. */
export async function insertPolls(
  tx: Tx,
  asked: readonly { readonly postId: PostId; readonly poll: Poll }[],
): Promise<void> {
  await insertMany(
    tx,
    polls,
    asked.map(({ postId, poll: { multiple, endsAt, voters } }) => ({
      postId,
      multiple,
      endsAt: endsAt ?? null,
      voters: voters ?? null,
    })),
  );
  await insertMany(
    tx,
    pollChoices,
    asked.flatMap(({ postId, poll }) =>
      poll.choices.map(({ name, votes }, position) => ({ postId, position, name, votes: votes ?? null })),
    ),
  );
}

/** Puts a poll in the place of the one that a post had, if it had any; `undefined` takes it away. */
export async function replacePoll(tx: Tx, postId: PostId, poll: Poll | undefined): Promise<void> {
  await tx.delete(polls).where(eq(polls.postId, postId));
  if (poll) await insertPolls(tx, [{ postId, poll }]);
}

/** Whether two polls ask the same, however they were answered. */
export function asksTheSame(one: Poll | undefined, other: Poll | undefined): boolean {
  const question = (poll: Poll | undefined) => poll && [poll.multiple, ...poll.choices.map(({ name }) => name)];
  return JSON.stringify(question(one)) === JSON.stringify(question(other));
}

/** Whether two polls are the same in every respect. */
export function isSamePoll(one: Poll | undefined, other: Poll | undefined): boolean {
  const whole = (poll: Poll | undefined) =>
    poll && [poll.endsAt, poll.voters ?? null, ...poll.choices.map(({ votes }) => votes ?? null)];
  return asksTheSame(one, other) && JSON.stringify(whole(one)) === JSON.stringify(whole(other));
}

const ofThread = prepared((db) =>
  selectPolls(db)
    .innerJoin(posts, eq(posts.id, polls.postId))
    .where(eq(posts.threadId, sql.placeholder("threadId")))
    .prepare("thread_polls"),
);

/** The polls of a thread. */
export async function listPollsInThread(db: Db, threadId: string): Promise<ReadonlyMap<PostId, Poll>> {
  return toPolls(await ofThread(db).execute({ threadId }));
}

/** The polls of those posts that have one. */
export async function listPolls(db: Db, postIds: readonly PostId[]): Promise<ReadonlyMap<PostId, Poll>> {
  return postIds.length === 0 ? new Map() : toPolls(await selectPolls(db).where(anyOf(polls.postId, postIds)));
}

function selectPolls(db: Db) {
  return db
    .select({
      postId: polls.postId,
      multiple: polls.multiple,
      endsAt: polls.endsAt,
      voters: polls.voters,
      name: pollChoices.name,
      votes: pollChoices.votes,
    })
    .from(polls)
    .innerJoin(pollChoices, eq(pollChoices.postId, polls.postId))
    .orderBy(asc(polls.postId), asc(pollChoices.position))
    .$dynamic();
}

function toPolls(rows: Awaited<ReturnType<typeof selectPolls>>): ReadonlyMap<PostId, Poll> {
  return new Map(
    [...Map.groupBy(rows, ({ postId }) => postId)].map(([postId, choices]) => {
      const { multiple, endsAt, voters } = choices[0]!;
      const poll: Poll = {
        multiple,
        endsAt: endsAt ?? undefined,
        voters: voters ?? undefined,
        choices: choices.map(({ name, votes }) => ({ name, votes: votes ?? undefined })),
      };
      return [postId, poll];
    }),
  );
}
