import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { namesAbove } from "../core/host.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import { auditEntries, blockListExceptions } from "../db/schema/server.ts";
import { findPolicies, findRule, noRule } from "../jobs/peer-rules.ts";
import type { Flood } from "../post/note-flood.ts";
import { setServerRule } from "./server-rules.ts";

/**
 * Limits a server by itself when too many posts of its people are stopped: `limits.floodOfServer` of them within a window of time, and as many
 * more for each of its people who are at home here, since where many write much is stopped. What is limited is only held, never refused.
 *
 * Nothing is done where a rule stands already, for exceptions, and where somebody set or took back a rule lately: they know better.
 *
 * @returns whether it is limited by this
 */
export async function limitFlooding(app: App, { host, stopped }: Flood): Promise<boolean> {
  const { db } = app;
  const names = namesAbove(host);
  if ((await findPolicies(db, [host])).has(host)) return false;
  if ((await db.$count(blockListExceptions, anyOf(blockListExceptions.host, names))) > 0) return false;
  const rule = await findRule(db, host);
  if (rule?.setAt && app.now().getTime() - rule.setAt.getTime() < limits.floodPeace) return false;
  if (stopped < limits.floodOfServer * (1 + (await countAtHome(app, host)))) return false;
  await setServerRule(app, { ...noRule, ...rule, host, policy: "limited", by: "system", flood: stopped });
  return true;
}

/** How many of a server's people had written here often enough to be no newcomers before all that came. */
async function countAtHome({ db, now }: App, host: string): Promise<number> {
  const before = new Date(now().getTime() - limits.postWindow);
  const atHome = db
    .select({ authorId: posts.authorId })
    .from(posts)
    .innerJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .where(and(eq(remoteActors.host, host), eq(posts.state, "published"), lt(posts.createdAt, before)))
    .groupBy(posts.authorId)
    .having(sql`count(*) >= ${limits.newcomerPosts}`);
  return await db.$count(atHome.as("at_home"));
}

/** A server that limited itself, so to speak. */
export interface FloodLimit extends Flood {
  readonly at: Date;
}

/** Which of these servers were limited without anybody's doing, the last time that a rule was set for them; the last first. */
export async function listFloodLimits(
  db: Db,
  hosts: readonly string[],
  since = new Date(0),
): Promise<readonly FloodLimit[]> {
  const rows = await db
    .selectDistinctOn([auditEntries.subject], {
      host: auditEntries.subject,
      stopped: sql<number | null>`(${auditEntries.detail} ->> 'flood')::int`,
      at: auditEntries.at,
    })
    .from(auditEntries)
    .where(
      and(anyOf(auditEntries.subject, hosts), sql`${auditEntries.action} like 'server-%'`, gte(auditEntries.at, since)),
    )
    .orderBy(auditEntries.subject, desc(auditEntries.id));
  return rows
    .flatMap(({ host, stopped, at }) => (host !== null && stopped !== null ? { host, stopped, at } : []))
    .sort((one, other) => other.at.getTime() - one.at.getTime());
}
