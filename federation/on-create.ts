import { giveNotices, type Notice } from "../src/community/give-notice.ts";
import { listMoved } from "../src/community/list-moved.ts";
import { withoutAddressing } from "../src/core/html-addressing.ts";
import type { AuthorId, CommunityId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import type { Original, Outcome, Submission } from "../src/post/submission.ts";
import { submitPosts } from "../src/post/submit-posts.ts";
import { type Accepted, type Door, done, type Effect, ignored, waiting } from "./door.ts";
import { activityJson } from "./iris.ts";
import { commandOf, onCommand } from "./on-command.ts";
import { hasLinkCode, onLinkWords } from "./on-link-words.ts";
import { noticeAnsweredBy, onNoticeAnswer } from "./on-notice-answer.ts";
import type { NoteReading } from "./read-note.ts";
import { type Arrival, isArchivable, nowhere, route, type Stray } from "./route-creates.ts";

/** New posts, many at once: read one by one, submitted together. The effects stand in the order of the activities. */
export async function onCreates(door: Door, accepted: readonly Accepted[]): Promise<readonly Effect[]> {
  const effects = new Map<Accepted, Effect>();
  const strays = new Set<Stray>();
  for (let left = accepted; left.length > 0; ) {
    const routed = await route(door, left);
    for (const { accepted: one, effect } of routed.settled) effects.set(one, effect);
    for (const stray of routed.strays) strays.add(stray);
    const came = await takeIn(door, routed.arrivals, effects);
    // To nobody here, but in answer to what came with them: like all of which the parent is known.
    const answers = [...strays].filter(({ answers: name }) => came.has(name));
    for (const stray of answers) strays.delete(stray);
    left = answers.map((stray) => stray.accepted);
  }
  for (const stray of strays) effects.set(stray.accepted, waitOrLeave(door, stray));
  return accepted.map((one) => effects.get(one) ?? nowhere);
}

/** A post of which nothing here is answered may answer one that is still on its way. */
function waitOrLeave({ app }: Door, { accepted: { receivedAt }, answers }: Stray): Effect {
  const isYoung = receivedAt !== undefined && app.now().getTime() - receivedAt.getTime() < limits.orphanWait;
  return isYoung ? waiting(answers) : nowhere;
}

/** Submits what arrived. @returns the names of what was submitted */
async function takeIn(
  door: Door,
  arrivals: readonly Arrival[],
  effects: Map<Accepted, Effect>,
): Promise<ReadonlySet<string>> {
  const authors = await door.resolveActors(arrivals.map(({ accepted: { actor } }) => actor));
  const submitted: Arrival[] = [];
  const submissions: Submission[] = [];
  const notices: Notice[] = [];
  for (const arrival of arrivals) {
    const authorId = authors.get(arrival.accepted.actor);
    const heard = authorId && (await hear(door, arrival, authorId));
    if (!authorId) effects.set(arrival.accepted, ignored("its actor cannot be had"));
    else if (heard) effects.set(arrival.accepted, heard);
    else if (!isArchivable(arrival.note)) {
      notices.push(...arrival.addressedIds.map((communityId) => notPublic(communityId, authorId, arrival.note)));
      effects.set(arrival.accepted, ignored("not public"));
    } else {
      for (const communityId of arrival.communityIds) {
        submitted.push(arrival);
        submissions.push(toSubmission(door, arrival.note, communityId, authorId, arrival.accepted));
      }
    }
  }
  if (notices.length > 0) await door.app.db.transaction((tx) => giveNotices(door.app, tx, notices));
  const outcomes = await submitPosts(door.app, submissions);
  submitted.forEach(({ accepted: one }, index) => {
    const outcome = outcomes[index]!;
    effects.set(one, done("reason" in outcome ? `${outcome.action}: ${outcome.reason}` : outcome.action));
  });
  await tellWhoMoved(door, submitted, submissions, outcomes);
  return new Set(submissions.flatMap(({ sourceId, names }) => [sourceId, ...names.map(({ name }) => name)]));
}

/** What is said to a community alone, and is never a post; `undefined` for all else. */
async function hear(door: Door, { note, addressedIds }: Arrival, authorId: AuthorId): Promise<Effect | undefined> {
  const [communityId] = addressedIds;
  const noticeId = noticeAnsweredBy(door, note);
  const command = communityId && commandOf(note);
  // To a notice these say something of their own.
  if (noticeId !== undefined && (!command || command.name === "help" || command.name === "unsubscribe"))
    return await onNoticeAnswer(door, { noticeId, authorId, note });
  if (!communityId) return undefined;
  const said = { communityId, authorId, note };
  if (hasLinkCode(note)) return await onLinkWords(door, said);
  return command && (await onCommand(door, command, { ...said, noticeId }));
}

/** Whoever spoke to a community that goes on elsewhere is told where. */
async function tellWhoMoved(
  door: Door,
  arrivals: readonly Arrival[],
  submissions: readonly Submission[],
  outcomes: readonly Outcome[],
): Promise<void> {
  const late = submissions.filter(({ communityId }, index) => {
    const outcome = outcomes[index]!;
    const isLate = outcome.action === "reject" && outcome.reason === "community-moved";
    return isLate && arrivals[index]!.addressedIds.includes(communityId);
  });
  if (late.length === 0) return;
  const moved = await listMoved(
    door.app.db,
    late.map(({ communityId }) => communityId),
  );
  const notices = late.map(({ communityId, authorId, sourceId }): Notice => {
    return { communityId, authorId, kind: "moved", cause: sourceId, reason: moved.get(communityId) ?? "" };
  });
  await door.app.db.transaction((tx) => giveNotices(door.app, tx, notices));
}

function notPublic(communityId: CommunityId, authorId: AuthorId, note: NoteReading): Notice {
  return { communityId, authorId, kind: "not-public", cause: note.id };
}

/** The activity as it came. */
export function originalOf({ iri, text, inboundId }: Pick<Accepted, "iri" | "text" | "inboundId">): Original {
  // Seldom asked for: what came to the inbox is copied within the database.
  return {
    mediaType: activityJson,
    messageId: iri,
    inboundId,
    get bytes() {
      return Buffer.from(text);
    },
  };
}

/** The words without the mention of a community at either end, which only says where they go. */
export function htmlOf({ app }: Door, note: NoteReading, communityIds: readonly CommunityId[]): string {
  const { origin } = app.config;
  const actors = new Set(communityIds.map((id) => `${origin}/actors/${id}`));
  return withoutAddressing(note.html, (href) => actors.has(href) || href.startsWith(`${origin}/c/`));
}

/** A note in the words of the house. */
export function toSubmission(
  door: Door,
  note: NoteReading,
  communityId: CommunityId,
  authorId: AuthorId,
  from: Pick<Accepted, "iri" | "text" | "inboundId"> | { readonly fetched: string },
): Submission {
  return {
    communityId,
    authorId,
    authorName: note.attributedTo,
    channel: "activitypub",
    sourceId: note.id,
    names: note.url === undefined || note.url === note.id ? [] : [{ name: note.url, kind: "url" }],
    hashtags: note.hashtags,
    quotable: note.quotable,
    inReplyTo: note.inReplyTo,
    title: note.title,
    html: htmlOf(door, note, [communityId]),
    warning: note.warning,
    sensitive: note.sensitive,
    language: note.language,
    poll: note.poll,
    attachments: note.attachments,
    url: note.url,
    writtenAt: note.publishedAt,
    original: "fetched" in from ? { mediaType: activityJson, bytes: Buffer.from(from.fetched) } : originalOf(from),
  };
}
