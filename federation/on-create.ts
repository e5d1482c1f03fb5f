import { giveNotices, type Notice } from "../src/community/give-notice.ts";
import { listCommunityIds } from "../src/community/list-community-ids.ts";
import { listMoved } from "../src/community/list-moved.ts";
import { withoutAddressing } from "../src/core/html-addressing.ts";
import type { AuthorId, CommunityId } from "../src/core/ids.ts";
import { findPostsByName } from "../src/post/find-posts.ts";
import type { Original, Outcome, Submission } from "../src/post/submission.ts";
import { submitPosts } from "../src/post/submit-posts.ts";
import { addressees } from "./addressing.ts";
import { isObject } from "./as2.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { activityJson } from "./iris.ts";
import { commandOf, onCommand } from "./on-command.ts";
import { readCommunity } from "./on-follow.ts";
import { hasLinkCode, onLinkWords } from "./on-link-words.ts";
import { noticeAnsweredBy, onNoticeAnswer } from "./on-notice-answer.ts";
import { type NoteReading, readNote } from "./read-note.ts";

/** A readable Create: its note, and the communities that it is for. */
interface Arrival {
  readonly accepted: Accepted;
  readonly note: NoteReading;
  readonly communityIds: readonly CommunityId[];
  /** Those among them that the author spoke to by name. */
  readonly addressedIds: readonly CommunityId[];
}

/** New posts, many at once: read one by one, submitted together. The effects stand in the order of the activities. */
export async function onCreates(door: Door, accepted: readonly Accepted[]): Promise<readonly Effect[]> {
  const effects = new Map<Accepted, Effect>();
  const arrivals: Arrival[] = [];
  for (const read of await route(door, accepted)) {
    if ("effect" in read) effects.set(read.accepted, read.effect);
    else arrivals.push(read);
  }
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
  return accepted.map((one) => effects.get(one) ?? ignored("not for a community here"));
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

/** Public posts and quiet public ones; never what was said to followers or to one person. */
function isArchivable({ visibility }: NoteReading): boolean {
  return visibility === "public" || visibility === "unlisted";
}

/** Finds the communities of each Create: those it is addressed to, and those where the post stands that it answers (rule R7). */
async function route(
  door: Door,
  accepted: readonly Accepted[],
): Promise<readonly (Arrival | { accepted: Accepted; effect: Effect })[]> {
  const read = accepted.map((one) => ({ accepted: one, note: readEmbedded(one) }));
  const parents = await findPostsByName(
    door.app.db,
    read.flatMap(({ note }) => note?.inReplyTo ?? []),
  );
  const addressed = read.map(({ accepted: one, note }) =>
    note ? addressees(one.activity, note).flatMap((iri) => readCommunity(door, iri) ?? []) : [],
  );
  const existing = await listCommunityIds(door.app.db, addressed.flat());
  return read.map(({ accepted: one, note }, index) => {
    if (!note) return { accepted: one, effect: ignored("not a readable post") };
    if (note.isVote) return { accepted: one, effect: ignored("a vote, not a post") };
    const answered = parents.filter(({ name }) => name === note.inReplyTo).map(({ communityId }) => communityId);
    const addressedIds = [...new Set(addressed[index]!.filter((id) => existing.has(id)))];
    const communityIds = [...new Set([...addressedIds, ...answered])];
    if (communityIds.length === 0) return { accepted: one, effect: ignored("not for a community here") };
    return { accepted: one, note, communityIds, addressedIds };
  });
}

/** The post inside an activity, if its author is the one who sent it. */
export function readEmbedded({ activity, actor }: Accepted): NoteReading | undefined {
  const object = activity["object"];
  const note = isObject(object) ? readNote(object, activity) : undefined;
  return note?.attributedTo === actor ? note : undefined;
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
