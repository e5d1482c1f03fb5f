import { escapeHtml, titleOfHtml } from "../core/html.ts";
import { newId, type PostId, type ThreadId, type TopicId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { posts, threads } from "../db/schema/post.ts";
import type { NamedPost } from "./find-posts.ts";
import { judge } from "./policy.ts";
import { readSaid, type Said } from "./said.ts";
import type { Original, Outcome, Submission, Verdict } from "./submission.ts";
import { type CountedStanding, createTally } from "./tally.ts";

/** What has to be known before submissions can be judged. */
export interface Facts {
  standingOf(submission: Submission): CountedStanding | undefined;
  /** Posts that bear the source ids, the names, or the parents' names of the submissions. */
  readonly known: readonly NamedPost[];
  wasBuried(submission: Submission): boolean;
  /** Under which topic a thread comes that it opens. */
  topicOf(submission: Submission): TopicId | undefined;
}

/** Rows to be written, and what to tell each submitter. */
export interface Plan {
  readonly outcomes: readonly Outcome[];
  readonly accepted: readonly PlannedPost[];
  /** Posts that had been found, and now were sent too: the world has to be told of them. */
  readonly sent: readonly { readonly postId: PostId; readonly original: Original }[];
  /** What is to be counted on, so that too much can be seen. */
  readonly rates: ReadonlyMap<string, number>;
}

export interface PlannedPost {
  readonly submission: Submission;
  readonly post: typeof posts.$inferInsert & { readonly id: PostId };
  /** Set when the post opens a thread. */
  readonly thread: typeof threads.$inferInsert | undefined;
  /** True when it can be read at once. */
  readonly publish: boolean;
}

type Place = Pick<NamedPost, "id" | "threadId" | "state" | "locked" | "quiet">;

/** Judges submissions in their order; a later one may answer an earlier one. Decides; does not act. */
export function planSubmissions(submissions: readonly Submission[], facts: Facts, now: Date): Plan {
  const places = new Map<string, Place>(facts.known.map((post) => [`${post.communityId} ${post.name}`, post]));
  const accepted: PlannedPost[] = [];
  const sent: { postId: PostId; original: Original }[] = [];
  const tally = createTally();
  const outcomes = submissions.map((submission): Outcome => {
    const placeOf = (name: string) => places.get(`${submission.communityId} ${name}`);
    const seen = placeOf(submission.sourceId);
    if (seen) {
      if (seen.quiet && !submission.quiet) sent.push({ postId: seen.id, original: submission.original });
      return { action: "seen", postId: seen.id };
    }
    if (facts.wasBuried(submission)) return { action: "discard", reason: "deleted-before" };

    const parent = submission.inReplyTo === undefined ? undefined : placeOf(submission.inReplyTo);
    const known = facts.standingOf(submission);
    if (!known) return { action: "discard", reason: "author-suspended" };
    const standing = tally.withCounts(known);
    const said = readSaid(submission);
    const verdict = judgeInPlace(submission, { standing, said, parent });
    if (verdict.action === "reject" || verdict.action === "discard") return { ...verdict, action: verdict.action };
    tally.note(standing, verdict, said.sent);

    const planned = planPost(submission, verdict, parent, {
      now,
      topicId: facts.topicOf(submission),
      announces: submission.announcement === true && standing.moderates,
    });
    accepted.push(planned);
    const place: Place = {
      id: planned.post.id,
      threadId: planned.post.threadId,
      state: planned.post.state,
      locked: false,
      quiet: submission.quiet ?? false,
    };
    for (const name of namesOf(submission)) places.set(`${submission.communityId} ${name}`, place);
    if (verdict.action === "hold") return { ...verdict, action: "hold", postId: place.id };
    return { action: planned.publish ? "accept" : "wait", postId: place.id };
  });
  return { outcomes, accepted, sent, rates: tally.rates };
}

/** Every name by which the post can be found from now on. */
export function namesOf(submission: Submission): readonly string[] {
  return [...new Set([submission.sourceId, ...submission.names.map(({ name }) => name)])];
}

interface Ground {
  readonly standing: CountedStanding;
  readonly said: Said;
  readonly parent: Place | undefined;
}

function judgeInPlace({ found, channel }: Submission, { standing, said, parent }: Ground): Verdict {
  // What is on the fediverse is public, whoever sends it.
  if (standing.isPrivate && channel === "activitypub") return { action: "discard", reason: "private" };
  const verdict = judge(standing, said);
  if (found === "around") {
    // What nobody sent here opens no thread, and no moderator has to read it.
    if (!parent) return { action: "discard", reason: "parent-missing" };
    if (verdict.action === "hold") return { action: "discard", reason: verdict.reason };
  }
  if (verdict.action !== "accept" && verdict.action !== "hold") return verdict;
  return parent?.locked && !standing.moderates ? { action: "reject", reason: "thread-locked" } : verdict;
}

function planPost(
  submission: Submission,
  verdict: Verdict,
  parent: Place | undefined,
  {
    now,
    topicId,
    announces,
  }: { readonly now: Date; readonly topicId: TopicId | undefined; readonly announces: boolean },
): PlannedPost {
  const id = submission.id ?? newId<PostId>(now);
  const threadId = parent?.threadId ?? (id as string as ThreadId);
  const answersNothing = submission.inReplyTo === undefined;
  const publish =
    verdict.action === "accept" && (answersNothing || (parent !== undefined && standing.has(parent.state)));
  return {
    submission,
    publish,
    thread: parent ? undefined : planThread(submission, threadId, topicId, now),
    post: {
      id,
      communityId: submission.communityId,
      authorId: submission.authorId,
      threadId,
      parentId: parent?.id ?? null,
      parentName: submission.inReplyTo ?? null,
      sourceId: submission.sourceId,
      channel: submission.channel,
      title: submission.title?.slice(0, limits.titleLength) ?? null,
      html: submission.html,
      foldedHtml: submission.foldedHtml ?? null,
      warning: submission.warning ?? null,
      sensitive: submission.sensitive,
      language: submission.language ?? null,
      url: submission.url ?? null,
      state: verdict.action === "hold" ? "held" : publish ? "published" : "waiting",
      publishedAt: publish ? now : null,
      reason: verdict.action === "hold" ? verdict.reason : null,
      announcement: announces,
      quiet: submission.quiet ?? false,
      quotable: submission.quotable ?? false,
      writtenAt: submission.writtenAt && submission.writtenAt < now ? submission.writtenAt : now,
      createdAt: now,
    },
  };
}

/** Where a parent stands in these states, an answer can be read. */
const standing: ReadonlySet<NamedPost["state"]> = new Set(["published", "deleted", "removed"]);

function planThread(
  submission: Submission,
  id: ThreadId,
  topicId: TopicId | undefined,
  now: Date,
): typeof threads.$inferInsert {
  return {
    id,
    communityId: submission.communityId,
    title: titleOf(submission),
    language: submission.language ?? null,
    topicId: topicId ?? null,
    createdAt: now,
  };
}

/** What a thread is called: the title that its author gave, else the first line; of a poll without words the choices. */
export function titleOf(words: Pick<Submission, "title" | "html" | "warning" | "poll" | "attachments">): string {
  const asked = words.poll?.choices.map(({ name }) => name).join(" / ") ?? "";
  const title = words.title?.trim() || words.warning?.trim() || firstLineOf(words, asked);
  return title.slice(0, limits.titleLength);
}

/** The first line that says something: of the words, else of what is asked or of what came with them. */
function firstLineOf({ html, attachments = [] }: Pick<Submission, "html" | "attachments">, asked: string): string {
  const alt = attachments.find((one) => one.kind !== "emoji" && one.alt?.trim())?.alt ?? "";
  return titleOfHtml(html, { fallback: asked || titleOfHtml(escapeHtml(alt)) });
}
