import { getLogger } from "@logtape/logtape";
import { describeBriefly } from "../src/core/describe-error.ts";
import { limits } from "../src/core/limits.ts";
import { isUnavailable } from "../src/db/client.ts";
import { type AwaitingActivity, awaitPosts } from "../src/jobs/await-posts.ts";
import { claimInbound, failInbound, finishInbound, type InboundResult, type InboundRow } from "../src/jobs/inbound.ts";
import { askHeardFrom } from "../src/jobs/tend-deliveries.ts";
import type { JsonObject } from "./as2.ts";
import { isObject, listOf, typeOf } from "./as2.ts";
import { type Accepted, type Door, type Effect, ignored } from "./door.ts";
import { normalise } from "./normalise.ts";
import { type Run, runsOf } from "./on-activities.ts";

const log = getLogger(["folkmoot", "federation", "inbox"]);

/** How long a worker that died keeps what it read, in milliseconds. */
const lease = 60_000;

/**
 * Reads the next activities that were accepted, in their order, and has their effects. One that fails is put back for later, and after
 * some tries set aside for a person; it never holds up the others.
 *
 * @returns how many were read; 0 when nothing is due
 */
export async function readInbox(door: Door): Promise<number> {
  const { db } = door.app;
  const rows = await claimInbound(db, {
    limit: limits.inboundBatch,
    bytes: limits.inboundBatchBytes,
    lease,
    now: door.app.now(),
  });
  if (rows.length === 0) return 0;
  const idOf = new Map(rows.map((row) => [row.iri, row.id]));
  const results: InboundResult[] = [];
  const waiting: AwaitingActivity[] = [];
  const note = (one: { iri: string }, effect: Effect) => {
    const id = idOf.get(one.iri)!;
    if (effect.state === "waiting") {
      waiting.push({ id, awaits: effect.awaits });
      return;
    }
    results.push({ id, ...effect });
    if (effect.state === "ignored") log.debug("ignored {iri}: {outcome}", { iri: one.iri, outcome: effect.outcome });
  };
  const hosts = rows.map(({ actorIri }) => new URL(actorIri).host);
  await askHeardFrom(db, hosts, door.app.now());
  const readable: Accepted[] = [];
  const fail = async (one: { iri: string }, error: unknown) => {
    log.warning("could not take {iri}: {error}", { iri: one.iri, error: describeBriefly(error) });
    await failInbound(db, idOf.get(one.iri)!, describeBriefly(error), door.app.now());
  };
  for (const row of rows) {
    try {
      const read = await readRow(row);
      if (read) readable.push(read);
      else note(row, ignored("not readable as ActivityStreams"));
    } catch (error) {
      await fail(row, error);
    }
  }
  for (const run of runsOf(readable)) {
    await perform(door, run, note, fail);
    // Before the next run, which may bring what they wait for.
    await awaitPosts(db, waiting.splice(0), door.app.now());
  }
  await finishInbound(db, results, door.app.now());
  return rows.length;
}

/** A run that fails is tried again one activity at a time, so that one bad activity harms no other. */
async function perform(
  door: Door,
  run: Run,
  note: (one: Accepted, effect: Effect) => void,
  fail: (one: Accepted, error: unknown) => Promise<void>,
): Promise<void> {
  try {
    const effects = await run.perform(door);
    for (const [index, one] of run.accepted.entries()) note(one, effects[index]!);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    if (run.accepted.length === 1) {
      await fail(run.accepted[0]!, error);
      return;
    }
    for (const one of run.accepted) await perform(door, runsOf([one])[0]!, note, fail);
  }
}

async function readRow(row: InboundRow): Promise<Accepted | undefined> {
  const parsed: unknown = JSON.parse(row.body);
  const activity = withOneObject(await normalise(parsed as JsonObject));
  const type = isObject(activity) ? typeOf(activity) : undefined;
  if (type === undefined) return undefined;
  const { iri, actorIri: actor, body: text, id: inboundId, createdAt: receivedAt } = row;
  return { iri, actor, type, activity, text, inboundId, receivedAt };
}

/** A list of one is its one (ActivityStreams), and readers expect it so. */
function withOneObject(activity: JsonObject): JsonObject {
  const [object, ...others] = listOf(activity["object"]);
  return object === undefined || others.length > 0 ? activity : { ...activity, object };
}
