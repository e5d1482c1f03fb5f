import { sql } from "drizzle-orm";
import { isBelow } from "../core/host.ts";
import type { Db } from "../db/client.ts";
import { peers } from "../db/schema/traffic.ts";

/** What is not taken of a server whose posts may be. */
export type Rejection = "media" | "reports";

const columns = { media: peers.rejectMedia, reports: peers.rejectReports } as const;

/**
 * The servers of which media, or reports, are not taken: tells of hosts whether a rule counts for them, by their own name or one above it.
 */
export async function readRejection(db: Db, rejection: Rejection): Promise<(hosts: readonly string[]) => boolean> {
  const rows = await db.select({ host: peers.host }).from(peers).where(sql`${columns[rejection]}`);
  const names = new Set(rows.map(({ host }) => host));
  return (hosts) => names.size > 0 && hosts.some((host) => isBelow(names, host));
}
