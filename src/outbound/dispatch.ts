import type { App, JobKind } from "../app.ts";
import type { Tx } from "../db/client.ts";
import type { ChannelName, OutboundEvent } from "./event.ts";

/** Who hears of what. The whole outbound story of the server is this table. */
const routes: { readonly [Kind in OutboundEvent["kind"]]: readonly ChannelName[] } = {
  "post-published": ["activitypub"],
  "post-edited": ["activitypub"],
  "post-deleted": ["activitypub"],
  "post-removed": ["activitypub"],
  "post-restored": ["activitypub"],
  "boost-approved": ["activitypub"],
  "reaction-changed": ["activitypub"],
  "member-accepted": ["activitypub"],
  "member-refused": ["activitypub"],
  "group-followed": ["activitypub"],
  "group-left": ["activitypub"],
  "community-changed": ["activitypub"],
  "community-moved": ["activitypub"],
  "person-changed": ["activitypub"],
  "notice-given": ["activitypub"],
  decided: ["activitypub"],
  "case-forwarded": ["activitypub"],
};

/** An event owed to a channel. */
export const deliverJob: JobKind<{ channel: ChannelName; event: OutboundEvent }> = { name: "deliver" };

/**
 * Records that `events` must reach the world.
 *
 * It asks for a transaction because an event and the change it tells of are committed together or not at all. Delivery happens
 * later, one job a channel, so a dead mail relay never delays an Announce.
 */
export async function dispatch(app: App, tx: Tx, events: readonly OutboundEvent[]): Promise<void> {
  const owed = events.flatMap((event) => routes[event.kind].map((channel) => ({ channel, event })));
  if (owed.length > 0) await app.jobs.enqueue(tx, deliverJob, owed);
}
