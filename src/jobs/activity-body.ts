import { type SQL, sql } from "drizzle-orm";

/** The bytes of an activity of ours, in a query over `activity`; null when the words that it bore are gone. */
export const activityBody: SQL<string | null> =
  sql`case when activity.tail is null then activity.body else activity.body || (
  select convert_from(original.bytes, 'UTF8') from post_original original
  where original.post_id = activity.post_id and original.revision = activity.revision) || activity.tail end`;

/** Whether an activity may be shown, in a query over `activity`: it bears no words, or those of a post that can be read. */
export const canBeShown: SQL = sql`(activity.post_id is null or exists (
  select from post where post.id = activity.post_id and post.state = 'published'))`;
