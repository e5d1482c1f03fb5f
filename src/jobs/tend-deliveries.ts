import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { Db } from "../db/client.ts";
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

/** Forgets what is owed to a host: it never gets it. What a worker is just sending may still arrive. @returns how many */
export async function dropDeliveries(db: Db, host: string): Promise<number> {
  return await db.transaction(async (tx) => {
    await tx.execute(sql`select from delivery_line where host = ${host} for update`);
    const dropped = await tx.delete(deliveries).where(eq(deliveries.host, host)).returning({ host: deliveries.host });
    return dropped.length;
  });
}
