import { sql } from "drizzle-orm";
import type { App } from "../src/app.ts";
import { type LocalActorId, newId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { localActors } from "../src/db/schema/identity.ts";
import { claimDeliveries, type HostClaim } from "../src/jobs/claim-deliveries.ts";
import { type Destination, oweAll } from "../src/jobs/deliveries.ts";
import type { DeliveryAnswer } from "../src/jobs/delivery-verdicts.ts";
import { settleDeliveries } from "../src/jobs/settle-deliveries.ts";

/** Somebody of ours who signs. */
export async function makeSigner(app: App): Promise<LocalActorId> {
  const id = newId<LocalActorId>(app.now());
  await app.db
    .insert(localActors)
    .values({ id, kind: "community", handle: `h${id.replaceAll("-", "")}`, createdAt: app.now() });
  return id;
}

/** The shared inbox of a host. */
export function inboxAt(host: string): Destination {
  return { inbox: `https://${host}/inbox`, host };
}

/** Owes an activity to inboxes. It is in an order of its own unless the test says which. */
export async function makeOwed(
  app: App,
  signerId: LocalActorId,
  name: string,
  deliveries: readonly Destination[],
  orderKey = name,
): Promise<void> {
  const body = JSON.stringify({ id: `https://moot.example/activities/${name}`, type: "Announce" });
  const activity = { id: name, signerId, type: "Announce", body, audience: "public" } as const;
  await app.db.transaction((tx) => oweAll(tx, [{ activity, deliveries, orderKey }], app.now()));
}

/** Claims as a worker does. */
export async function claim(app: App, given: { quick?: number; careful?: number; lease?: number } = {}) {
  const options = { quick: 100, careful: 100, lease: limits.deliveryLease, now: app.now(), ...given };
  return await claimDeliveries(app.db, options);
}

/** Settles claims as if each delivery had been answered so. Without an answer nothing was tried. */
export async function settle(
  app: App,
  claims: readonly HostClaim[],
  answer: DeliveryAnswer | ((activityId: string) => DeliveryAnswer | undefined) | undefined,
  slowest = 50,
): Promise<void> {
  const answerTo = typeof answer === "function" ? answer : () => answer;
  const settlements = claims.map((one) => ({
    claim: one,
    slowest,
    attempts: one.rows.flatMap((row) => {
      const given = answerTo(row.activityId);
      return given ? [{ row, answer: given }] : [];
    }),
  }));
  await settleDeliveries(app.db, settlements, app.now());
}

export const delivered = { kind: "delivered", status: 202 } as const;
export const failed = { kind: "failed", error: "connect ECONNREFUSED" } as const;

/** What was claimed, as `host: activity activity`. */
export function shown(claims: readonly HostClaim[]): readonly string[] {
  return claims.map(({ host, rows }) => `${host}: ${rows.map(({ activityId }) => activityId).join(" ")}`).sort();
}

/** What is still owed, or died, with its last words. */
export async function listDeliveries(app: App) {
  return await app.db.execute<{
    activity: string;
    host: string;
    dead: boolean;
    attempts: number;
    last_error: string | null;
  }>(sql`
    select activity_id as activity, host, dead_at is not null as dead, attempts, last_error from delivery order by id`);
}

/** Makes a host known as one that takes deliveries fast. */
export async function makeQuick(app: App, signerId: LocalActorId, hosts: readonly string[]): Promise<void> {
  await makeOwed(app, signerId, `hello ${hosts[0]}`, hosts.map(inboxAt));
  await settle(app, await claim(app), delivered);
}
