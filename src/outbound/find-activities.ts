import { and, eq, inArray } from "drizzle-orm";
import type { Db } from "../db/client.ts";
import { activities } from "../db/schema/traffic.ts";
import { activityBody, canBeShown } from "../jobs/activity-body.ts";

/** An activity of ours as it was sent. */
export interface SentActivity {
  readonly id: string;
  readonly signerId: string;
  readonly body: string;
  readonly audience: "public" | "direct" | "forwarded";
  readonly recipientIri: string | undefined;
}

/** An activity by its id, for whoever fetches it. What bears the words of a post is there while they can be read. */
export async function findActivity(db: Db, id: string): Promise<SentActivity | undefined> {
  const { signerId, audience, recipientIri } = activities;
  const [row] = await db
    .select({ id: activities.id, signerId, audience, recipientIri, body: activityBody })
    .from(activities)
    .where(and(eq(activities.id, id), canBeShown));
  if (!row || row.body === null) return undefined;
  return { ...row, body: row.body, recipientIri: row.recipientIri ?? undefined };
}

/** Which of these activities exist. */
export async function listExisting(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .select({ id: activities.id })
    .from(activities)
    .where(inArray(activities.id, [...ids]));
  return new Set(rows.map(({ id }) => id));
}
