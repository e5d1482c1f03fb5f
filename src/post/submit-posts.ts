import { and, eq } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import type { PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { anyOf, insertMany } from "../db/many.ts";
import { buriedNames, postNames, posts, threads } from "../db/schema/post.ts";
import { wakeAwaiting } from "../jobs/await-posts.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { addFirstOriginals, addOriginal } from "./add-original.ts";
import { adoptOrphans } from "./adopt-orphans.ts";
import { addAttachments } from "./attachments.ts";
import { findPostsByName } from "./find-posts.ts";
import { findTopics } from "./find-topics.ts";
import { noteFlood } from "./note-flood.ts";
import { namesOf, type Plan, type PlannedPost, planSubmissions } from "./plan-submissions.ts";
import { insertPolls } from "./poll.ts";
import { tellOfWritten } from "./publish-posts.ts";
import { checkQuotesLater } from "./quote-authorizations.ts";
import { countRates } from "./rates.ts";
import { touchPages } from "./react.ts";
import { readLater } from "./read-later.ts";
import { recountLater } from "./recount-polls.ts";
import { lockAndReadStandings } from "./standings.ts";
import type { Outcome, Submission } from "./submission.ts";
import { tellOfVerdicts } from "./tell-authors.ts";
import { listQuoting } from "./touch-quoting.ts";

/** Shows an orphan whose parent did not come in time. */
export const releaseOrphanJob: JobKind<{ postId: PostId }> = { name: "release-orphan" };

/** Looks for the parent of an orphan at its home. */
export const fetchParentJob: JobKind<{ postId: PostId }> = { name: "fetch-parent" };

/**
 * The one door through which posts enter: an inbox, a mailbox and a web form all end here.
 *
 * All are judged and written in one transaction, in their order. A submission seen before changes nothing, so every channel may retry
 * freely. The outcomes stand in the order of the submissions.
 */
export async function submitPosts(app: App, submissions: readonly Submission[]): Promise<readonly Outcome[]> {
  if (submissions.length === 0) return [];
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    const plan = planSubmissions(submissions, await readFacts(tx, submissions, now), now);
    await writePlan(app, tx, plan, now);
    await noteFlood(app, tx, submissions, plan.outcomes, now);
    await tellOfVerdicts(app, tx, submissions, plan.outcomes);
    return plan.outcomes;
  });
}

/** One post; see `submitPosts`. */
export async function submitPost(app: App, submission: Submission): Promise<Outcome> {
  const [outcome] = await submitPosts(app, [submission]);
  return outcome!;
}

async function readFacts(tx: Tx, submissions: readonly Submission[], now: Date) {
  const standingOf = await lockAndReadStandings(
    tx,
    submissions.map(({ communityId }) => communityId),
    submissions.map(({ authorId }) => authorId),
    now,
  );
  const names = submissions.flatMap(({ sourceId, inReplyTo }) => [sourceId, ...(inReplyTo ? [inReplyTo] : [])]);
  const [known, buried, topicOf] = await Promise.all([
    findPostsByName(tx, names),
    tx
      .select()
      .from(buriedNames)
      .where(
        anyOf(
          buriedNames.name,
          submissions.map(({ sourceId }) => sourceId),
        ),
      ),
    findTopics(tx, submissions),
  ]);
  return {
    known,
    topicOf,
    standingOf: ({ communityId, authorId }: Submission) => standingOf(communityId, authorId),
    wasBuried: ({ sourceId, authorName }: Submission) =>
      buried.some(({ name, buriedBy }) => name === sourceId && buriedBy === authorName),
  };
}

async function writePlan(app: App, tx: Tx, { accepted, sent, rates }: Plan, now: Date): Promise<void> {
  await countRates(tx, rates, now);
  if (sent.length > 0) await tellOfFound(app, tx, sent, now);
  if (accepted.length === 0) return;
  const published = accepted.filter(({ publish }) => publish).map(({ post }) => post);
  const fresh = accepted.flatMap(({ thread }) => thread ?? []);
  const lastPostAt = lastPosts(published);
  await insertMany(
    tx,
    threads,
    fresh.map((thread) => ({ ...thread, lastPostAt: lastPostAt.get(thread.id) ?? null })),
  );
  await insertMany(
    tx,
    posts,
    accepted.map(({ post }) => post),
  );
  const names = accepted.flatMap(toNames);
  await insertMany(tx, postNames, names, { keepExisting: true });
  await wakeAwaiting(
    tx,
    names.map(({ name }) => name),
    now,
  );
  await addFirstOriginals(tx, accepted, now);
  await insertPolls(
    tx,
    accepted.flatMap(({ submission: { poll }, post }) => (poll ? { postId: post.id, poll } : [])),
  );
  const asked = accepted.map(({ post, submission }) => ({ postId: post.id, submission }));
  await recountLater(app, tx, asked, now);
  const brought = accepted.map(({ post, submission: { attachments } }) => ({ postId: post.id, attachments }));
  await addAttachments(tx, brought);
  await checkQuotesLater(app, tx, brought);
  const quoting = await listQuoting(
    tx,
    published.map(({ id }) => id),
  );
  await adoptOrphans(tx, accepted, quoting);
  await touchPages(tx, quoting);
  await tellOfWritten(app, tx, published, new Set(fresh.map(({ id }) => id)), now);
  await awaitParents(app, tx, accepted, now);
  await readLater(
    app,
    tx,
    accepted.filter(entersConversation).map(({ post }) => post.threadId),
    now,
  );
}

/** When the last of these posts of each thread was written. */
function lastPosts(published: readonly PlannedPost["post"][]): ReadonlyMap<ThreadId, Date> {
  const last = new Map<ThreadId, Date>();
  for (const { threadId, writtenAt } of published)
    if (writtenAt > (last.get(threadId) ?? 0)) last.set(threadId, writtenAt);
  return last;
}

/** Whether there may be more to read around a post: it answers another, or it was told of by somebody else than its author. */
function entersConversation({ submission, post, publish }: PlannedPost): boolean {
  const passedOn = submission.channel === "activitypub" && submission.original.messageId === undefined;
  return publish && submission.found === undefined && (post.parentId != null || passedOn);
}

/** Posts that we had found and told nobody of were sent here by their authors. */
async function tellOfFound(app: App, tx: Tx, sent: Plan["sent"], now: Date): Promise<void> {
  const loud = await tx
    .update(posts)
    .set({ quiet: false })
    .where(
      and(
        anyOf(
          posts.id,
          sent.map(({ postId }) => postId),
        ),
        eq(posts.quiet, true),
      ),
    )
    .returning({ id: posts.id, state: posts.state });
  for (const { id } of loud) await addOriginal(tx, id, sent.find(({ postId }) => postId === id)!.original, now);
  const published = loud.filter(({ state }) => state === "published").map(({ id }) => id);
  await dispatch(
    app,
    tx,
    published.sort().map((postId) => ({ kind: "post-published", postId })),
  );
}

function toNames({ submission, post }: PlannedPost): (typeof postNames.$inferInsert)[] {
  const kinds = new Map(submission.names.map(({ name, kind }) => [name, kind]));
  const ownKind = submission.channel === "mail" ? "message-id" : "iri";
  return namesOf(submission).map((name) => ({
    communityId: post.communityId,
    name,
    kind: kinds.get(name) ?? ownKind,
    postId: post.id,
  }));
}

async function awaitParents(app: App, tx: Tx, accepted: readonly PlannedPost[], now: Date): Promise<void> {
  const orphans = accepted.filter(({ post }) => post.parentName && !post.parentId);
  if (orphans.length === 0) return;
  // What was itself found above a reply is not climbed from again: a conversation without end would never let go.
  const delivered = orphans.filter(({ submission }) => submission.found === undefined);
  const jobOf = ({ post }: PlannedPost) => ({ postId: post.id });
  await app.jobs.enqueue(tx, fetchParentJob, delivered.map(jobOf));
  await app.jobs.enqueue(tx, releaseOrphanJob, orphans.map(jobOf), {
    startAfter: new Date(now.getTime() + limits.orphanWait),
  });
}
