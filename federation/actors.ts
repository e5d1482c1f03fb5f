import type { App, JobKind } from "../src/app.ts";
import {
  findRemoteActors,
  type KnownActor,
  markActorBack,
  markActorGone,
  recordRemoteActor,
} from "../src/author/record-author.ts";
import type { RemoteActor } from "../src/author/remote-actor.ts";
import type { AuthorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { isBlocked } from "../src/jobs/peer-rules.ts";
import { type Fetcher, FetchFailure } from "./documents.ts";
import { readActor } from "./read-actor.ts";
import { confirmHandle } from "./webfinger-lookup.ts";

/** Brings what is on file of an actor up to date. */
export const refreshActorJob: JobKind<{ iri: string }> = { name: "refresh-actor" };

/** How actors are got. */
export interface ActorSource {
  readonly app: App;
  readonly fetcher: Fetcher;
}

/**
 * Gets an actor from its home and puts it on file with its keys. What stands there may be another actor of the same host, if it stands at
 * its own id: compare the `iri`. One that answers 410 is noted as gone.
 *
 * @throws {FetchFailure} also when what stands there is no actor
 */
export async function fetchActor(source: ActorSource, iri: string): Promise<RemoteActor & { authorId: AuthorId }> {
  const { app } = source;
  const actor = await readHome(source, iri);
  const handleHost = await confirmHandle(actor, (host) => isBlocked(app.db, host));
  const known = (await findRemoteActors(app.db, [actor.iri])).get(actor.iri);
  if (known?.goneAt) await markActorBack(app, actor.iri);
  const authorId = await recordRemoteActor(app, { ...actor, handleHost });
  return { ...actor, authorId };
}

async function readHome({ app, fetcher }: ActorSource, iri: string): Promise<RemoteActor> {
  try {
    const { document, text, iri: id } = await fetcher.fetchDocument(iri);
    const actor = readActor(document, text);
    if (actor?.iri !== id) throw new FetchFailure("invalid", `${iri} is no actor`);
    return actor;
  } catch (error) {
    if (error instanceof FetchFailure && error.kind === "gone") await markActorGone(app, iri);
    throw error;
  }
}

/**
 * The authors behind actors: those on file, and those who can be had from their homes. Whoever cannot be had, or is gone, is absent. No
 * more than a few homes are asked at a time, and no more than `limits.actorsPerRound` in all.
 */
export async function resolveActors(
  source: ActorSource,
  iris: readonly string[],
): Promise<ReadonlyMap<string, AuthorId>> {
  const { app } = source;
  const known = await findRemoteActors(app.db, iris);
  const found = new Map<string, AuthorId>();
  for (const [iri, { authorId, goneAt }] of known) if (!goneAt) found.set(iri, authorId);
  const unknown = [...new Set(iris)].filter((iri) => isToBeAsked(app, known.get(iri))).slice(0, limits.actorsPerRound);
  for (let start = 0; start < unknown.length; start += limits.fetchesAtOnce) {
    await Promise.all(
      unknown.slice(start, start + limits.fetchesAtOnce).map(async (iri) => {
        const authorId = await tryFetch(source, iri);
        if (authorId) found.set(iri, authorId);
      }),
    );
  }
  await refreshStale(
    app,
    [...known].flatMap(([iri, actor]) => (!actor.goneAt && isStale(app, actor.fetchedAt) ? iri : [])),
  );
  return found;
}

/** Who is gone may come back: they are asked for again, though not at once. */
function isToBeAsked(app: App, known: KnownActor | undefined): boolean {
  if (!known) return true;
  return known.goneAt !== undefined && app.now().getTime() - known.goneAt.getTime() > limits.keyRetry;
}

async function tryFetch(source: ActorSource, iri: string): Promise<AuthorId | undefined> {
  try {
    const actor = await fetchActor(source, iri);
    return actor.iri === iri ? actor.authorId : undefined;
  } catch (error) {
    if (error instanceof FetchFailure) return undefined;
    throw error;
  }
}

/** Asks the home of an actor again, if that was not done lately. */
export async function refreshActor(source: ActorSource, iri: string): Promise<void> {
  const actor = (await findRemoteActors(source.app.db, [iri])).get(iri);
  if (actor && !actor.goneAt && isStale(source.app, actor.fetchedAt)) await tryFetch(source, iri);
}

function isStale(app: App, fetchedAt: Date): boolean {
  return app.now().getTime() - fetchedAt.getTime() > limits.actorFreshness;
}

async function refreshStale(app: App, iris: readonly string[]): Promise<void> {
  if (iris.length === 0) return;
  const jobs = iris.map((iri) => ({ iri }));
  await app.db.transaction((tx) => app.jobs.enqueue(tx, refreshActorJob, jobs));
}
