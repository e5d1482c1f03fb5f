import { findActorOf } from "../src/author/find-actor.ts";
import { answerFollowing, listFollowing } from "../src/community/followed-groups.ts";
import type { CommunityId } from "../src/core/ids.ts";
import { deletePost } from "../src/post/delete-post.ts";
import { editPost } from "../src/post/edit-post.ts";
import { findPostsByName } from "../src/post/find-posts.ts";
import { submitPosts } from "../src/post/submit-posts.ts";
import { idOf, type JsonObject, typeOf } from "./as2.ts";
import { FetchFailure } from "./documents.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { readOwnPost } from "./iris.ts";
import { onBoostAnswer, readBoostQuestion } from "./on-boost-answer.ts";
import { originalOf, toSubmission } from "./on-create.ts";
import { onQuoteAnswer, readQuoteQuestion } from "./on-quote-answer.ts";
import { onBoost, onVotes } from "./on-reaction.ts";
import { onReplyAnswer } from "./on-reply-answer.ts";
import { readAnnounce, readVotes } from "./read-announce.ts";
import { readAnswered } from "./read-approval.ts";
import { isPost, type NoteReading, readNote } from "./read-note.ts";

/**
 * A group repeats what somebody said (FEP-1b12). Only groups that a community here follows are heard, and they only point: what was said
 * is asked of its own home, since the group's signature proves nothing about it. From anybody else it is a boost at most.
 */
export async function onAnnounce(door: Door, accepted: Accepted): Promise<Effect> {
  const communityIds = await listFollowing(door.app.db, accepted.actor);
  if (communityIds.length === 0) return await onBoost(door, accepted);
  const votes = readVotes(accepted.activity);
  if (votes.length > 0) return await onVotes(door, accepted.actor, communityIds, votes);
  const announce = readAnnounce(accepted.activity);
  if (!announce) return ignored("announces nothing readable");
  const inner = announce.inner.embedded;
  const type = inner ? typeOf(inner) : undefined;
  try {
    if (inner && type === "Delete")
      return await confirmDeletion(door, accepted, idOf(inner["object"]), idOf(inner["actor"]));
    if (inner && !isPost(type) && !brings(type)) return ignored(`an announced ${type} is not taken`);
    const objectId = inner && brings(type) ? idOf(inner["object"]) : announce.inner.id;
    if (objectId === undefined) return ignored("announces nothing readable");
    return await take(door, accepted, communityIds, objectId);
  } catch (error) {
    // What cannot be had now may be had later; the rest is final.
    if (error instanceof FetchFailure && error.kind !== "unreachable") return ignored(error.message);
    throw error;
  }
}

/** Activities that bring the post that is their object. */
function brings(type: string | undefined): boolean {
  return type === "Create" || type === "Update";
}

async function take(
  door: Door,
  { activity }: Accepted,
  communityIds: readonly CommunityId[],
  objectId: string,
): Promise<Effect> {
  const found = await fetchNote(door, objectId, activity);
  if (!found) return ignored("what it announces is not a public post");
  const { note, text } = found;
  const authorId = (await door.resolveActors([note.attributedTo])).get(note.attributedTo);
  if (!authorId) return ignored("its author cannot be had");
  const submissions = communityIds.map((communityId) =>
    toSubmission(door, note, communityId, authorId, { fetched: text }),
  );
  const outcomes = await submitPosts(door.app, submissions);
  if (!outcomes.every(({ action }) => action === "seen")) return done(outcomes.map(({ action }) => action).join(", "));
  return done(await editPost(door.app, { ...submissions[0]!, editedAt: note.updatedAt }));
}

/**
 * A public post at its own home, whether the IRI is its own or that of the activity that made it.
 *
 * @param bringer what named it: its addressing counts where the post has none (Discourse)
 * @throws {FetchFailure}
 */
export async function fetchNote(
  door: Door,
  iri: string,
  bringer?: JsonObject,
): Promise<{ note: NoteReading; text: string } | undefined> {
  const fetched = await door.fetcher.fetchDocument(iri);
  const note = readNote(fetched.document, bringer);
  if (note) return isPublicNote(note) ? { note, text: fetched.text } : undefined;
  const objectId = brings(typeOf(fetched.document)) ? idOf(fetched.document["object"]) : undefined;
  if (objectId === undefined || objectId === iri) return undefined;
  const again = await door.fetcher.fetchDocument(objectId);
  const inner = readNote(again.document, fetched.document);
  return inner && isPublicNote(inner) ? { note: inner, text: again.text } : undefined;
}

/** Whether a reading is of a post that anybody may read. */
export function isPublicNote({ visibility, isVote }: NoteReading): boolean {
  return !isVote && (visibility === "public" || visibility === "unlisted");
}

/**
 * A Delete that a group passes on is believed when the home of the post says the same. A removal by the group's own moderators is not: what
 * stands here is for the moderators here.
 */
async function confirmDeletion(
  door: Door,
  accepted: Accepted,
  objectId: string | undefined,
  actor: string | undefined,
): Promise<Effect> {
  if (objectId === undefined || actor === undefined) return ignored("deletes nothing readable");
  const [post] = await findPostsByName(door.app.db, [objectId]);
  const author = (post && (await findActorOf(door.app.db, post.authorId))?.iri) ?? actor;
  const authorId = post?.authorId ?? (await door.resolveActors([author])).get(author);
  try {
    const { document } = await door.fetcher.fetchDocument(objectId);
    if (typeOf(document) !== "Tombstone") return ignored("a Delete of a post that stands at its home");
  } catch (error) {
    const gone = error instanceof FetchFailure && (error.kind === "gone" || error.kind === "not-found");
    if (!gone) throw error;
  }
  const deletion = { authorId, authorName: author, sourceId: objectId, original: originalOf(accepted) };
  const deleted = await deletePost(door.app, deletion);
  return deleted > 0 ? done("deleted") : ignored("a post that is not here");
}

/** A group answers a Follow of ours, or an author the question whether their post may be boosted, answered or quoted. Only the one that was asked can. */
export async function onAnswer(door: Door, accepted: Accepted): Promise<Effect> {
  const { activity, actor, type } = accepted;
  const followIri = idOf(activity["object"]);
  const answered = readAnswered(activity["object"]);
  const asked = readBoostQuestion(door, answered);
  if (asked) return await onBoostAnswer(door, accepted, asked);
  const reply = answered === undefined ? undefined : readOwnPost(door.app.config.origin, answered);
  if (reply) return await onReplyAnswer(door, accepted, reply);
  const quotes = readQuoteQuestion(door, followIri);
  if (quotes) return await onQuoteAnswer(door, accepted, quotes);
  if (followIri === undefined) return ignored("answers nothing readable");
  const known = await answerFollowing(door.app, { followIri, actorIri: actor, accepted: type === "Accept" });
  return known ? done(type.toLowerCase()) : ignored("answers a Follow that was never sent");
}
