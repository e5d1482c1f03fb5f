import { and, eq, isNotNull } from "drizzle-orm";
import type { AuthorId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { readRejection } from "../jobs/peer-rejections.ts";
import { isBlocked } from "../jobs/peer-rules.ts";
import { avatarPath } from "../media/image-paths.ts";

/**
 * Where the picture is of somebody elsewhere who is seen at this path; `undefined` when they have another one by now, or none, or nothing of
 * their server is shown.
 */
export async function findAvatar(db: Db, authorId: AuthorId, path: string): Promise<string | undefined> {
  const [row] = await db
    .select({ url: authors.avatarUrl, host: authors.host, home: remoteActors.host })
    .from(authors)
    .innerJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(and(eq(authors.id, authorId), eq(authors.state, "active"), isNotNull(authors.avatarUrl)));
  if (!row?.url || avatarPath(authorId, row.url) !== path) return undefined;
  const hosts = [row.host, row.home, new URL(row.url).host];
  const isRejected = await readRejection(db, "media");
  if (isRejected(hosts)) return undefined;
  for (const host of hosts) if (await isBlocked(db, host)) return undefined;
  return row.url;
}
