import { inArray, or, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { memberDeliveries } from "../db/schema/community.ts";
import { remoteActors } from "../db/schema/identity.ts";

/** Inboxes that are gone for good get nothing more. Whoever is behind them stays a member, and hears again when they ask again. */
export async function suspendDeliveries(app: App, inboxes: readonly string[]): Promise<void> {
  if (inboxes.length === 0) return;
  const behind = app.db
    .select({ authorId: remoteActors.authorId })
    .from(remoteActors)
    .where(or(inArray(remoteActors.inbox, [...inboxes]), inArray(remoteActors.sharedInbox, [...inboxes])));
  await app.db
    .update(memberDeliveries)
    .set({ suspendedAt: app.now() })
    .where(sql`${memberDeliveries.channel} = 'activitypub' and ${inArray(memberDeliveries.authorId, behind)}`);
}
