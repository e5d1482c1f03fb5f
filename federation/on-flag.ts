import { findLocalPerson } from "../src/account/local-person.ts";
import type { App } from "../src/app.ts";
import { findRemoteActors } from "../src/author/record-author.ts";
import { listCommunityIds } from "../src/community/list-community-ids.ts";
import { DomainError } from "../src/core/errors.ts";
import type { AuthorId, CommunityId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { readRejection } from "../src/jobs/peer-rejections.ts";
import { type NewReport, reportPost, withdrawReport } from "../src/moderation/report-post.ts";
import { listRoles } from "../src/moderation/require-role.ts";
import { findCaseOf, resolveCase } from "../src/moderation/resolve-case.ts";
import { findLastPlaceOf } from "../src/post/find-last-place.ts";
import { findPostsByName, type NamedPost } from "../src/post/find-posts.ts";
import { addressees } from "./addressing.ts";
import { idOf, listOf } from "./as2.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { readLocalActor } from "./iris.ts";
import { readCommunity } from "./on-follow.ts";
import { readFlag } from "./read-flag.ts";

/**
 * Somebody reports posts, a person, or a community. It goes to the community that it names, else to that of the first post which stands
 * here, else to where the person spoke last: Mastodon names none, and sends the account first and then the posts. Where nothing that it
 * names is known here, the community to which it is addressed is asked to look, and told what was named.
 */
export async function onFlag(door: Door, accepted: Accepted): Promise<Effect> {
  const flag = readFlag(accepted.activity);
  if (!flag) return ignored("reports nothing readable");
  const isRejected = await readRejection(door.app.db, "reports");
  if (isRejected([new URL(accepted.actor).host])) return ignored("reports of its server are not heard");
  const named = await namedCommunities(door, accepted);
  const subjects = await subjectsOf(door, flag.objects, named);
  const place = subjects.length > 0 ? undefined : await communityMeant(door, flag.objects, named);
  if (subjects.length === 0 && !place) return ignored("reports nothing that is here");
  const reporterId = (await door.resolveActors([accepted.actor])).get(accepted.actor);
  if (!reporterId) return ignored("its actor cannot be had");
  const byServer = await isServer(door, accepted.actor);
  const outcomes: string[] = [];
  const words = flag.reason ?? "";
  for (const about of place ? [{ communityId: place.communityId, authorId: null }] : subjects) {
    const report = { about, reporterId, byServer, words: place ? withUnknown(words, place) : words, sourceId: flag.id };
    outcomes.push(await reportPost(door.app, { ...report, channel: "activitypub" }));
  }
  return done([...new Set(outcomes)].join(", "));
}

async function namedCommunities(door: Door, { activity }: Accepted): Promise<readonly CommunityId[]> {
  return await communitiesAmong(door, addressees(activity));
}

async function communitiesAmong(door: Door, iris: readonly string[]): Promise<readonly CommunityId[]> {
  const ids = iris.flatMap((iri) => readCommunity(door, iri) ?? []);
  const existing = await listCommunityIds(door.app.db, ids);
  return ids.filter((id) => existing.has(id));
}

interface PlaceMeant {
  readonly communityId: CommunityId;
  /** What else is named, of which nothing is known here. */
  readonly unknown: readonly string[];
}

/** The community that is reported itself, else the one that is asked to look at what is not here. */
async function communityMeant(
  door: Door,
  objects: readonly string[],
  named: readonly CommunityId[],
): Promise<PlaceMeant | undefined> {
  const communityId = (await communitiesAmong(door, objects))[0] ?? named[0];
  return communityId && { communityId, unknown: objects.filter((iri) => !readCommunity(door, iri)) };
}

/** The words come first, so that they are never cut off for what stands behind them. */
function withUnknown(words: string, { unknown }: PlaceMeant): string {
  return [words, ...unknown.slice(0, limits.unknownPerReport)].filter((line) => line !== "").join("\n");
}

async function subjectsOf(
  { app }: Door,
  objects: readonly string[],
  named: readonly CommunityId[],
): Promise<readonly NewReport["about"][]> {
  const found = (await findPostsByName(app.db, objects)).filter(({ state }) => state === "published");
  const posts = objects.flatMap((name) => found.filter((post) => post.name === name));
  const place = placeOf(posts, named);
  const ids = new Set(posts.filter(({ communityId }) => communityId === place).map(({ id }) => id));
  if (ids.size > 0) return [...ids].slice(0, limits.postsPerReport).map((postId) => ({ postId }));
  const authorId = await findAuthor(app, objects);
  const communityId = authorId && (named[0] ?? (await findLastPlaceOf(app.db, authorId)));
  return authorId && communityId ? [{ communityId, authorId }] : [];
}

/** The first of these that is somebody known here. */
async function findAuthor(app: App, iris: readonly string[]): Promise<AuthorId | undefined> {
  const actors = await findRemoteActors(app.db, iris);
  for (const iri of iris) {
    const localId = readLocalActor(app.config.origin, iri);
    const found = localId ? await findLocalPerson(app.db, localId) : actors.get(iri);
    if (found) return found.authorId;
  }
  return undefined;
}

function placeOf(posts: readonly NamedPost[], named: readonly CommunityId[]): CommunityId | undefined {
  const inNamed = posts.find(({ communityId }) => named.includes(communityId));
  return (inNamed ?? posts[0])?.communityId;
}

/** Mastodon and GoToSocial report in the name of the server; the latter's actor is a Service that is named after its host. */
async function isServer({ app }: Door, actor: string): Promise<boolean> {
  const type = (await findRemoteActors(app.db, [actor])).get(actor)?.type;
  return type === "Application" || (type === "Service" && actor.endsWith(`/${new URL(actor).host}`));
}

/** A reporter takes a report back (NodeBB). */
export async function onFlagUndone(door: Door, { actor }: Accepted, flagId: string): Promise<Effect> {
  const reporterId = (await findRemoteActors(door.app.db, [actor])).get(actor)?.authorId;
  const withdrawn = reporterId ? await withdrawReport(door.app, { sourceId: flagId, reporterId }) : 0;
  return withdrawn > 0 ? done("report taken back") : ignored("undoes nothing that is known here");
}

/** A moderator elsewhere has looked at a report (Lemmy). */
export async function onResolve(door: Door, { activity, actor }: Accepted): Promise<Effect> {
  const { app } = door;
  const flagId = idOf(listOf(activity["object"])[0]);
  const moderatorId = (await findRemoteActors(app.db, [actor])).get(actor)?.authorId;
  const caseId = flagId === undefined ? undefined : await findCaseOf(app.db, flagId);
  if (!caseId || !moderatorId || (await listRoles(app.db, moderatorId)).size === 0)
    return ignored("resolves nothing that is known here, or by nobody who moderates here");
  try {
    await resolveCase(app, { caseId, moderatorId, outcome: "kept", note: "" });
    return done("resolved");
  } catch (error) {
    if (error instanceof DomainError) return ignored(error.message);
    throw error;
  }
}
