import { findRemoteActors } from "../src/author/record-author.ts";
import type { CommunityId, PostId } from "../src/core/ids.ts";
import { findPostsByName, type NamedPost } from "../src/post/find-posts.ts";
import { listOriginals } from "../src/post/outgoing-post.ts";
import { type Reaction, react } from "../src/post/react.ts";
import { withdrawReactions } from "../src/post/withdraw-reactions.ts";
import { addressees, readAddressing, visibilityOf } from "./addressing.ts";
import { isObject, type Json, listOf } from "./as2.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { originalOf } from "./on-create.ts";
import { readAnnounce } from "./read-announce.ts";
import { isPost, readNote } from "./read-note.ts";
import { type ReactionReading, readReaction, sortOf, type VoteReading } from "./read-reaction.ts";
import type { UndoReading } from "./read-undo.ts";

/** Somebody likes a post, dislikes it, or says what they feel with an emoji. */
export async function onReaction(door: Door, accepted: Accepted): Promise<Effect> {
  const reading = readReaction(accepted.activity);
  if (reading?.actor !== accepted.actor) return ignored("not a readable reaction");
  return await count(door, reading, accepted);
}

/** Somebody boosts a post. What is not here is not fetched for that. */
export async function onBoost(door: Door, accepted: Accepted): Promise<Effect> {
  const announce = readAnnounce(accepted.activity);
  if (!announce || announce.isWholeActivity || (announce.inner.type !== undefined && !isPost(announce.inner.type)))
    return ignored("an Announce from nobody that a community here follows");
  const visibility = visibilityOf(readAddressing(accepted.activity));
  if (visibility !== "public" && visibility !== "unlisted") return ignored("not a public boost");
  return await count(door, { id: announce.id, actor: announce.actor, objectId: announce.inner.id, kind: "boost" });
}

async function count(door: Door, reading: ReactionReading, accepted?: Accepted): Promise<Effect> {
  const known = (await findRemoteActors(door.app.db, [reading.actor])).get(reading.actor);
  // Groups hand posts on; that says nothing about who likes them.
  if (reading.kind === "boost" && known?.type === "Group") return ignored("a boost by a group");
  const original = accepted && originalOf(accepted);
  const counted = await react(door.app, [{ ...toReaction(reading), authorId: known?.authorId, original }]);
  return counted > 0 ? done(reading.kind) : ignored("nothing that can be reacted to here, or not by them");
}

function toReaction({ id, actor, objectId, kind, emoji }: ReactionReading): Reaction {
  const host = new URL(actor).host;
  return { postName: objectId, authorName: actor, authorId: undefined, host, kind, emoji, sourceId: id };
}

/** Somebody takes a reaction of theirs back, given whole or by its id. Whosever it says it is, others' stay. */
export async function onWithdrawal(door: Door, accepted: Accepted, undo: UndoReading): Promise<Effect> {
  const { actor, activity } = accepted;
  const [inner] = listOf(activity["object"]);
  const sort = isObject(inner) ? sortOf(inner) : undefined;
  const postName = undo.inner?.target;
  const withdrawn = await withdrawReactions(door.app, [
    {
      authorName: actor,
      sourceId: undo.innerId,
      of: sort && postName !== undefined ? { postName, kind: sort.kind } : undefined,
      original: originalOf(accepted),
    },
  ]);
  return withdrawn > 0 ? done("reaction taken back") : ignored("undoes nothing that is known here");
}

/**
 * A group that communities here follow tells what people make of the posts in its threads (FEP-1b12; PieFed sends many at once). Nothing
 * can be asked of anybody's home about it, so the group's word counts, and for its own threads only: those whose first post is spoken to it.
 */
export async function onVotes(
  door: Door,
  group: string,
  communityIds: readonly CommunityId[],
  votes: readonly VoteReading[],
): Promise<Effect> {
  const { app } = door;
  const places = await placesInThreadsOf(door, group, communityIds, votes);
  const authors = await findRemoteActors(
    app.db,
    votes.map(({ actor }) => actor),
  );
  const inOwnThreads = votes.map((vote) => ({
    vote,
    communityIds: places.filter(({ name }) => name === vote.objectId).map(({ communityId }) => communityId),
  }));
  const counted = await react(
    app,
    inOwnThreads
      .filter(({ vote }) => !vote.isTakenBack)
      .map(({ vote, communityIds }) => ({
        ...toReaction(vote),
        authorId: authors.get(vote.actor)?.authorId,
        communityIds,
      })),
  );
  const withdrawn = await withdrawReactions(
    app,
    inOwnThreads
      .filter(({ vote }) => vote.isTakenBack)
      .map(({ vote: { actor, objectId, kind }, communityIds }) => ({
        authorName: actor,
        of: { postName: objectId, kind },
        communityIds,
      })),
  );
  return counted + withdrawn > 0
    ? done(`votes: ${counted} of ${votes.length}`)
    : ignored("votes on nothing of its own");
}

async function placesInThreadsOf(
  door: Door,
  group: string,
  communityIds: readonly CommunityId[],
  votes: readonly VoteReading[],
): Promise<readonly NamedPost[]> {
  const found = await findPostsByName(
    door.app.db,
    votes.map(({ objectId }) => objectId),
  );
  const heard = found.filter(({ communityId }) => communityIds.includes(communityId));
  const roots = [...new Set(heard.map(({ threadId }) => threadId as string as PostId))];
  const originals = await listOriginals(
    door.app.db,
    roots.map((postId) => ({ postId })),
  );
  const own = new Set<string>(roots.filter((_, index) => isSpokenTo(originals[index]?.text, group)));
  return heard.filter(({ threadId }) => own.has(threadId));
}

/** Whether a post, as it came or was fetched, is addressed to a group. */
function isSpokenTo(text: string | undefined, group: string): boolean {
  if (!text?.includes(group)) return false;
  const document: Json = JSON.parse(text);
  if (!isObject(document)) return false;
  const object = document["object"];
  const note = readNote(isObject(object) ? object : document, document);
  return addressees(document, note).includes(group);
}
