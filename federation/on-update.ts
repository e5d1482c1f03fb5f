import { findRemoteActors, markActorGone, recordRemoteActor } from "../src/author/record-author.ts";
import type { AuthorId } from "../src/core/ids.ts";
import { revokeBoost } from "../src/post/boost-approvals.ts";
import { deleteAuthor } from "../src/post/delete-author.ts";
import { deletePost } from "../src/post/delete-post.ts";
import { editPost } from "../src/post/edit-post.ts";
import { findPostsByName } from "../src/post/find-posts.ts";
import { dropAuthorization } from "../src/post/quote-authorizations.ts";
import { revokeReply } from "../src/post/reply-approvals.ts";
import { idOf, isObject, originOf } from "./as2.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { htmlOf, onCreates, originalOf } from "./on-create.ts";
import { onModeration } from "./on-moderation.ts";
import { moveTo } from "./on-move.ts";
import { readActor } from "./read-actor.ts";
import { type DeleteReading, readDelete } from "./read-delete.ts";
import { readEmbedded } from "./route-creates.ts";

/** New words for a post, or a new profile of its actor. A post that is not known yet enters like any other. */
export async function onUpdate(door: Door, accepted: Accepted): Promise<Effect> {
  const { activity, actor } = accepted;
  if (idOf(activity["object"]) === actor) return await onProfile(door, accepted);
  const note = readEmbedded(accepted);
  if (!note) return ignored("not a readable post");
  const authorId = (await findRemoteActors(door.app.db, [actor])).get(actor)?.authorId;
  const communityIds = (await findPostsByName(door.app.db, [note.id])).map(({ communityId }) => communityId);
  const outcome =
    authorId &&
    (await editPost(door.app, {
      authorId,
      sourceId: note.id,
      title: note.title,
      html: htmlOf(door, note, communityIds),
      warning: note.warning,
      sensitive: note.sensitive,
      language: note.language,
      poll: note.poll,
      attachments: note.attachments,
      quotable: note.quotable,
      editedAt: note.updatedAt,
      original: originalOf(accepted),
    }));
  if (outcome !== undefined && outcome !== "unknown") return done(outcome);
  return (await onCreates(door, [accepted]))[0]!;
}

async function onProfile(door: Door, { activity, actor, iri }: Accepted): Promise<Effect> {
  const object = activity["object"];
  const known = (await findRemoteActors(door.app.db, [actor])).has(actor);
  const profile = known && isObject(object) ? readActor(object, JSON.stringify(object)) : undefined;
  if (profile?.iri !== actor) return ignored(known ? "not a readable profile" : "a profile of nobody known here");
  await recordRemoteActor(door.app, profile);
  // Mastodon tells groups of a move by nothing else.
  const moved = profile.movedTo === undefined ? undefined : await moveTo(door, actor, profile.movedTo, iri);
  return done(moved?.state === "done" ? "profile changed, moved" : "profile changed");
}

/** An author takes a post back, a moderator removes one, or a whole account goes. */
export async function onDelete(door: Door, accepted: Accepted): Promise<Effect> {
  const { activity, actor } = accepted;
  const deletion = readDelete(activity);
  if (!deletion) return ignored("deletes nothing readable");
  const authorId = (await findRemoteActors(door.app.db, [actor])).get(actor)?.authorId;
  const original = originalOf(accepted);
  if (deletion.objectId === actor) {
    if (!authorId) return ignored("an account that is not known here");
    await deleteAuthor(door.app, authorId, actor, original);
    await markActorGone(door.app, actor);
    return done("account deleted");
  }
  if (deletion.isModerators && !(await isTheirs(door, deletion, authorId))) return await onModeration(door, accepted);
  const deleted = await deletePost(door.app, { authorId, authorName: actor, sourceId: deletion.objectId, original });
  if (deleted > 0) return done("deleted");
  if (await dropAuthorization(door.app, deletion.objectId, actor)) return done("a quote is not allowed any longer");
  if (await revokeBoost(door.app, { approvedBy: deletion.objectId, actorIri: actor }))
    return done("the boost is not wanted any longer");
  if (await revokeReply(door.app, { approvedBy: deletion.objectId, actorIri: actor }))
    return done("the answer is not wanted any longer");
  return ignored("a post that is not here");
}

/** Whether a post is its actor's own. What has not come yet may be, if it is of the same place. */
async function isTheirs(
  { app }: Door,
  { objectId, actor }: DeleteReading,
  authorId: AuthorId | undefined,
): Promise<boolean> {
  const posts = await findPostsByName(app.db, [objectId]);
  if (posts.length === 0) return originOf(objectId) === originOf(actor);
  return posts.every((post) => post.authorId === authorId);
}
