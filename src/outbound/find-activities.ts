import { eq, inArray } from "drizzle-orm";
import type { Db } from "../db/client.ts";
import { activities } from "../db/schema/traffic.ts";

/** An activity of ours as it was sent. */
export interface SentActivity {
  readonly id: string;
  readonly signerId: string;
  readonly body: string;
  readonly audience: "public" | "direct" | "forwarded";
  readonly recipientIri: string | undefined;
}

/** An activity by its id, for whoever fetches it. */
export async function findActivity(db: Db, id: string): Promise<SentActivity | undefined> {
  const [row] = await db.select().from(activities).where(eq(activities.id, id));
  return row && { ...row, recipientIri: row.recipientIri ?? undefined };
}

/** Which of these activities exist. */
export async function listExisting(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .select({ id: activities.id })
    .from(activities)
    .where(inArray(activities.id, [...ids]));
  return new Set(rows.map(({ id }) => id));
}
