import { and, eq, gt, isNotNull, isNull, lte, or, sql } from "drizzle-orm";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { deliveries, deliveryLines, peers } from "../db/schema/traffic.ts";
import { notify } from "./wake.ts";

/** Asks a host that is held back again, at once, whatever it answered before. @returns whether something waits for it */
export async function retryHost(db: Db, host: string, now: Date): Promise<boolean> {
  return await db.transaction(async (tx) => {
    // First the line, then the peer: the order in which workers lock them.
    const lines = await tx
      .update(deliveryLines)
      .set({ dueAt: now })
      .where(eq(deliveryLines.host, host))
      .returning({ host: deliveryLines.host });
    await tx
      .update(peers)
      .set({ heldUntil: null })
      .where(and(eq(peers.host, host), isNotNull(peers.heldUntil)));
    await tx
      .update(deliveries)
      .set({ retryAt: null })
      .where(and(eq(deliveries.host, host), isNotNull(deliveries.retryAt)));
    await notify(tx, "folkmoot_delivery");
    return lines.length > 0;
  });
}

/**
 * Asks hosts again at once, of which something came though they are held back: they live. One that asked to be left alone is, and one that
 * speaks but takes nothing is not asked for that reason all the time.
 *
 * @returns those that are asked: of nearly all hosts none is held back, and that takes one query
 */
export async function askHeardFrom(db: Db, hosts: readonly string[], now: Date): Promise<readonly string[]> {
  const mayBeAsked = and(gt(peers.heldUntil, now), or(isNull(peers.leftAloneUntil), lte(peers.leftAloneUntil, now)));
  const held = await db
    .select({ host: peers.host })
    .from(peers)
    .where(and(anyOf(peers.host, hosts), mayBeAsked))
    .orderBy(peers.host);
  const leftAloneUntil = new Date(now.getTime() + limits.heardFromEvery);
  for (const { host } of held) {
    await db.transaction(async (tx) => {
      // As above: first the line.
      await tx.update(deliveryLines).set({ dueAt: now }).where(eq(deliveryLines.host, host));
      await tx.update(peers).set({ heldUntil: null, leftAloneUntil }).where(eq(peers.host, host));
      await notify(tx, "folkmoot_delivery");
    });
  }
  return held.map(({ host }) => host);
}

/** Forgets what is owed to a host: it never gets it. What a worker is just sending may still arrive. @returns how many */
export async function dropDeliveries(db: Db, host: string): Promise<number> {
  return await db.transaction(async (tx) => {
    await tx.execute(sql`select from delivery_line where host = ${host} for update`);
    const dropped = await tx.delete(deliveries).where(eq(deliveries.host, host)).returning({ host: deliveries.host });
    return dropped.length;
  });
}
