import { findLocalPerson } from "../src/account/local-person.ts";
import { findRemoteActors } from "../src/author/record-author.ts";
import { DomainError } from "../src/core/errors.ts";
import type { AuthorId, CommunityId } from "../src/core/ids.ts";
import { decide } from "../src/moderation/decide.ts";
import type { Decision } from "../src/moderation/decision.ts";
import { findDecisionBrought } from "../src/moderation/outgoing-decision.ts";
import { listRoles } from "../src/moderation/require-role.ts";
import { findPostsByName } from "../src/post/find-posts.ts";
import { isObject, listOf } from "./as2.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { irisOf, readLocalActor } from "./iris.ts";
import { readCommunity } from "./on-follow.ts";
import { type ModerationReading, readModeration } from "./read-moderation.ts";

/**
 * A moderator elsewhere decides. Only those in our table are heard, and only about what is in their community; whoever else sends such a
 * thing, from whatever server, is ignored, and nothing is fetched for them.
 */
export async function onModeration(door: Door, accepted: Accepted): Promise<Effect> {
  const reading = readModeration(accepted.activity);
  return reading ? await moderate(door, accepted, reading, false) : ignored("moderates nothing readable");
}

/** A moderator takes a decision back, their own or another's. It is given whole. */
export async function onModerationUndone(door: Door, accepted: Accepted): Promise<Effect> {
  const [inner] = listOf(accepted.activity["object"]);
  const reading = isObject(inner) ? readModeration(inner) : undefined;
  return reading ? await moderate(door, accepted, reading, true) : ignored("undoes nothing readable");
}

/** The same, given by nothing but its id. */
export async function onDecisionUndone(door: Door, accepted: Accepted, innerId: string): Promise<Effect> {
  const { app } = door;
  const [brought, moderator] = [await findDecisionBrought(app.db, innerId), await findModerator(door, accepted.actor)];
  if (!brought || !moderator) return ignored("undoes nothing that is known here");
  const by = decider(accepted, moderator.authorId, "");
  const { action, postId, threadId, authorId, communityId } = brought;
  const decisions: (Decision | undefined)[] = [
    action === "remove" && postId ? { ...by, action: "restore", postId } : undefined,
    action === "lock" && threadId ? { ...by, action: "unlock", threadId } : undefined,
    action === "pin" && threadId ? { ...by, action: "unpin", threadId } : undefined,
    action === "ban" && authorId ? { ...by, action: "unban", communityId, authorId } : undefined,
  ];
  return await decideAll(
    door,
    decisions.filter((one) => one !== undefined),
  );
}

interface Moderator {
  readonly authorId: AuthorId;
  readonly roles: ReadonlyMap<CommunityId, "moderator" | "owner">;
}

async function findModerator({ app }: Door, actor: string): Promise<Moderator | undefined> {
  const known = (await findRemoteActors(app.db, [actor])).get(actor);
  if (!known || known.goneAt) return undefined;
  const roles = await listRoles(app.db, known.authorId);
  return roles.size > 0 ? { authorId: known.authorId, roles } : undefined;
}

async function moderate(
  door: Door,
  accepted: Accepted,
  reading: ModerationReading,
  isUndone: boolean,
): Promise<Effect> {
  const moderator = await findModerator(door, accepted.actor);
  if (!moderator) return ignored(`a ${reading.type} by nobody who moderates here`);
  const by = decider(accepted, moderator.authorId, isUndone ? "" : reading.reason);
  return await decideAll(door, await decisionsOf(door, moderator, reading, isUndone, by));
}

type By = Pick<Decision, "moderatorId" | "reason" | "brought">;

function decider({ iri, text }: Accepted, moderatorId: AuthorId, reason: string): By {
  return { moderatorId, reason, brought: { sourceId: iri, original: text } };
}

/** What it comes to in the words of the house; nothing when it is about what is not theirs. */
async function decisionsOf(
  door: Door,
  moderator: Moderator,
  reading: ModerationReading,
  isUndone: boolean,
  by: By,
): Promise<readonly Decision[]> {
  const { type, objectId, target, until, removesPosts } = reading;
  if (type === "Block") {
    const communityId = target === undefined ? undefined : readCommunity(door, target);
    const authorId = communityId && moderator.roles.has(communityId) && (await findPerson(door, objectId));
    if (!communityId || !authorId) return [];
    if (isUndone) return [{ ...by, action: "unban", communityId, authorId }];
    return [{ ...by, action: "ban", communityId, authorId, until, removePosts: removesPosts }];
  }
  const posts = (await findPostsByName(door.app.db, [objectId])).filter(({ communityId }) =>
    moderator.roles.has(communityId),
  );
  const threads = posts.filter(({ id, threadId }) => String(id) === String(threadId));
  if (type === "Delete") return posts.map(({ id }) => ({ ...by, action: isUndone ? "restore" : "remove", postId: id }));
  if (type === "Lock")
    return threads.map(({ threadId }) => ({ ...by, action: isUndone ? "unlock" : "lock", threadId }));
  const adds = (type === "Add") !== isUndone;
  const iris = irisOf(door.app.config.origin);
  const place = [...moderator.roles.keys()].flatMap((communityId) => {
    const actorId = communityId as string as Parameters<typeof iris.actor>[0];
    if (target === iris.featured(actorId)) return { communityId, collection: "featured" };
    return target === iris.moderators(actorId) ? { communityId, collection: "moderators" } : [];
  })[0];
  if (place?.collection === "featured")
    return threads
      .filter(({ communityId }) => communityId === place.communityId)
      .map(({ threadId }) => ({ ...by, action: adds ? "pin" : "unpin", threadId }));
  return place ? await roleDecisions(door, moderator, place.communityId, objectId, adds, by) : [];
}

/** Whoever moderates already keeps the role that they have. */
async function roleDecisions(
  door: Door,
  moderator: Moderator,
  communityId: CommunityId,
  objectId: string,
  adds: boolean,
  by: By,
): Promise<readonly Decision[]> {
  // Nobody is fetched for somebody who may not.
  if (adds && moderator.roles.get(communityId) !== "owner") return [];
  const authorId = await findPerson(door, objectId);
  if (!authorId) return [];
  const has = (await listRoles(door.app.db, authorId)).has(communityId);
  if (has === adds) return [];
  return [{ ...by, action: "set-role", communityId, authorId, role: adds ? "moderator" : "member" }];
}

async function findPerson(door: Door, iri: string): Promise<AuthorId | undefined> {
  const { app } = door;
  const actorId = readLocalActor(app.config.origin, iri);
  return actorId ? (await findLocalPerson(app.db, actorId))?.authorId : (await door.resolveActors([iri])).get(iri);
}

async function decideAll(door: Door, decisions: readonly Decision[]): Promise<Effect> {
  if (decisions.length === 0) return ignored("nothing of theirs to decide about");
  const effects: Effect[] = [];
  for (const decision of decisions) effects.push(await tryToDecide(door, decision));
  return effects.find(({ state }) => state === "done") ?? effects[0]!;
}

/** What cannot be decided is no failure: it was decided before, by another, or is not theirs to decide. */
async function tryToDecide({ app }: Door, decision: Decision): Promise<Effect> {
  try {
    await decide(app, decision);
    return done(decision.action);
  } catch (error) {
    if (error instanceof DomainError) return ignored(error.message);
    throw error;
  }
}
