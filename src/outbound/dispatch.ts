import type { App, JobKind } from "../app.ts";
import type { Tx } from "../db/client.ts";
import type { ChannelName, OutboundEvent } from "./event.ts";

/** Who hears of what. The whole outbound story of the server is this table. */
const routes: { readonly [Kind in OutboundEvent["kind"]]: readonly ChannelName[] } = {
  "post-published": ["activitypub", "mail"],
  "post-edited": ["activitypub"],
  "post-deleted": ["activitypub"],
  "post-removed": ["activitypub"],
  "post-restored": ["activitypub"],
  "boost-approved": ["activitypub"],
  "boost-revoked": ["activitypub"],
  "quote-answered": ["activitypub"],
  "quote-revoked": ["activitypub"],
  "reaction-changed": ["activitypub"],
  "member-accepted": ["activitypub"],
  "member-refused": ["activitypub"],
  "person-followed": ["activitypub"],
  "person-reacted": ["activitypub"],
  "group-followed": ["activitypub"],
  "group-left": ["activitypub"],
  "community-changed": ["activitypub"],
  "community-closed": ["activitypub"],
  "community-moved": ["activitypub"],
  "person-erased": ["activitypub"],
  "person-changed": ["activitypub"],
  "notice-given": ["activitypub"],
  decided: ["activitypub"],
  "thread-moved": ["activitypub"],
  "case-forwarded": ["activitypub"],
};

/** Events owed to a channel, in their order. */
export interface Owed {
  readonly channel: ChannelName;
  readonly events: readonly OutboundEvent[];
}

export const deliverJob: JobKind<Owed> = { name: "deliver" };

/** Most events of one job. Together they cost the queue as much as one. */
export const eventsPerJob = 50;

/**
 * Records that `events` must reach the world.
 *
 * It asks for a transaction because an event and the change it tells of are committed together or not at all. Delivery happens
 * later, jobs of its own for each channel, so a dead mail relay never delays an Announce.
 */
export async function dispatch(app: App, tx: Tx, events: readonly OutboundEvent[]): Promise<void> {
  const owed = [...new Set(events.flatMap(({ kind }) => routes[kind]))].flatMap((channel) =>
    inParts(
      channel,
      events.filter(({ kind }) => routes[kind].includes(channel)),
    ),
  );
  if (owed.length > 0) await app.jobs.enqueue(tx, deliverJob, owed);
}

function inParts(channel: ChannelName, events: readonly OutboundEvent[]): readonly Owed[] {
  const starts = Array.from({ length: Math.ceil(events.length / eventsPerJob) }, (_, part) => part * eventsPerJob);
  return starts.map((start) => ({ channel, events: events.slice(start, start + eventsPerJob) }));
}
