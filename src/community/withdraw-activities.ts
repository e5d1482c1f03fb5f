import { inArray, sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { activities, deliveries } from "../db/schema/traffic.ts";

/** What only takes something back: whoever hears of it knows less afterwards. */
const takesBack = sql`(${activities.type} in ('Delete', 'Undo') or ${activities.id} ~ '^announce-delete/|/deleted$')`;

/**
 * What a community said, and what its people said in it, is shown to nobody any more who asks for it by its name; and what still waits to
 * be told goes nowhere, but for what takes something back.
 */
export async function withdrawActivities(db: Db, communityId: CommunityId): Promise<void> {
  const theirs = sql`(${activities.signerId} = ${communityId}::uuid
    or substring(${activities.id} from '[0-9a-f]{8}-[0-9a-f-]{27}') in (
      select p.id::text from post p where p.community_id = ${communityId}))`;
  await db
    .delete(deliveries)
    .where(
      inArray(
        deliveries.activityId,
        db.select({ id: activities.id }).from(activities).where(sql`${theirs} and not ${takesBack}`),
      ),
    );
  await db.update(activities).set({ audience: "forwarded", recipientIri: null }).where(theirs);
}
