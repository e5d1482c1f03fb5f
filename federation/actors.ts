import type { App, JobKind } from "../src/app.ts";
import { findRemoteActors, markActorGone, recordRemoteActor } from "../src/author/record-author.ts";
import type { RemoteActor } from "../src/author/remote-actor.ts";
import type { AuthorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
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
 * Gets an actor from its home and puts it on file with its keys.
 *
 * @throws {FetchFailure} also when what stands there is no actor
 */
export async function fetchActor(
  { app, fetcher }: ActorSource,
  iri: string,
): Promise<RemoteActor & { authorId: AuthorId }> {
  const { document, text, iri: id } = await fetcher.fetchDocument(iri);
  const actor = readActor(document, text);
  if (actor?.iri !== id) throw new FetchFailure("invalid", `${iri} is no actor`);
  const handleHost = await confirmHandle(actor);
  const authorId = await recordRemoteActor(app, { ...actor, handleHost });
  return { ...actor, authorId };
}

/**
 * The authors behind actors: those on file, and those who can be had from their homes. Whoever cannot be had, or is gone, is absent. No
 * more than a few homes are asked at a time, and no more than `limits.actorsPerRound` in all.
 */
export async function resolveActors(
  source: ActorSource,
  iris: readonly string[],
): Promise<ReadonlyMap<string, AuthorId>> {
  const known = await findRemoteActors(source.app.db, iris);
  const found = new Map<string, AuthorId>();
  for (const [iri, { authorId, goneAt }] of known) if (!goneAt) found.set(iri, authorId);
  const unknown = [...new Set(iris)].filter((iri) => !known.has(iri)).slice(0, limits.actorsPerRound);
  for (let start = 0; start < unknown.length; start += limits.fetchesAtOnce) {
    await Promise.all(
      unknown.slice(start, start + limits.fetchesAtOnce).map(async (iri) => {
        const authorId = await tryFetch(source, iri);
        if (authorId) found.set(iri, authorId);
      }),
    );
  }
  await refreshStale(
    source.app,
    [...known].flatMap(([iri, { fetchedAt }]) => (isStale(source.app, fetchedAt) ? iri : [])),
  );
  return found;
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

/** Asks the home of an actor again; one that answers 410 is noted as gone. */
export async function refreshActor(source: ActorSource, iri: string): Promise<void> {
  const actor = (await findRemoteActors(source.app.db, [iri])).get(iri);
  if (!actor || actor.goneAt || !isStale(source.app, actor.fetchedAt)) return;
  try {
    await fetchActor(source, iri);
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    if (error.kind === "gone") await markActorGone(source.app, iri);
  }
}

function isStale(app: App, fetchedAt: Date): boolean {
  return app.now().getTime() - fetchedAt.getTime() > limits.actorFreshness;
}

async function refreshStale(app: App, iris: readonly string[]): Promise<void> {
  if (iris.length === 0) return;
  await app.db.transaction((tx) =>
    app.jobs.enqueue(
      tx,
      refreshActorJob,
      iris.map((iri) => ({ iri })),
    ),
  );
}
