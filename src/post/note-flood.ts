import type { App, JobKind } from "../app.ts";
import { limits } from "../core/limits.ts";
import { hashSecret } from "../core/secrets.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { countRates } from "./rates.ts";
import type { Outcome, Reason, Submission } from "./submission.ts";

/** So many posts of a server were stopped within a window of time that it may be flooding. */
export interface Flood {
  readonly host: string;
  readonly stopped: number;
}

/** Sees whether a server that floods is to be limited. */
export const limitFloodJob: JobKind<Flood> = { name: "limit-flood" };

/** Why a post is stopped since there is too much of its kind. */
const tooMuch: ReadonlySet<Reason> = new Set(["waiting", "rate", "server-rate", "crowd", "mentions"]);

/** Counts the posts that were stopped since there were too many, by the server that they came from, whatever community they were for. */
export async function noteFlood(
  app: App,
  tx: Tx,
  submissions: readonly Submission[],
  outcomes: readonly Outcome[],
  now: Date,
): Promise<void> {
  const stopped = submissions.filter(({ channel, found }, index) => {
    const outcome = outcomes[index]!;
    return channel === "activitypub" && found === undefined && "reason" in outcome && tooMuch.has(outcome.reason);
  });
  // Nearly always none, and then nothing else is looked at.
  if (stopped.length === 0) return;
  const authorIds = stopped.map(({ authorId }) => authorId);
  const homes = await tx
    .select({ authorId: remoteActors.authorId, host: remoteActors.host })
    .from(remoteActors)
    .where(anyOf(remoteActors.authorId, authorIds));
  const hostOf = new Map(homes.map(({ authorId, host }) => [authorId, host]));
  const byHost = Map.groupBy(authorIds, (authorId) => hostOf.get(authorId) ?? "");
  byHost.delete("");
  const keyOf = (host: string) => hashSecret("stopped posts of a server", host);
  const counts = await countRates(tx, new Map([...byHost].map(([host, { length }]) => [keyOf(host), length])), now);
  const floods = [...byHost].flatMap(([host, { length }]) => {
    const after = counts.get(keyOf(host)) ?? 0;
    const crossed = Math.floor(after / limits.floodOfServer) > Math.floor((after - length) / limits.floodOfServer);
    return crossed ? { host, stopped: after } : [];
  });
  await app.jobs.enqueue(tx, limitFloodJob, floods);
}
