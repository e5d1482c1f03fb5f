import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";

/** A community in the list of all. */
export interface CommunityCard {
  readonly id: CommunityId;
  readonly handle: string;
  readonly name: string;
  readonly summary: string;
  readonly language: string;
  readonly people: number;
  /** `undefined` while nothing was said. */
  readonly lastPostAt: Date | undefined;
}

/** The public communities of this server, by handle. @param after the handle after which to begin */
export async function listCommunityCards(
  db: Db,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly communities: readonly CommunityCard[]; readonly more: string | undefined }> {
  const rows = await db
    .select({
      id: communities.id,
      handle: communities.handle,
      name: communities.name,
      summary: communities.summary,
      language: communities.language,
      people: sql<number>`(select count(*)::int from member m where m.community_id = community.id and m.state = 'active')`,
      lastPostAt: sql<Date | null>`(select t.last_post_at from thread t
        where t.community_id = community.id and t.last_post_at is not null
        order by t.last_post_at desc limit 1)`.mapWith(communities.createdAt),
    })
    .from(communities)
    .where(and(eq(communities.visibility, "public"), after === undefined ? undefined : gt(communities.handle, after)))
    .orderBy(asc(communities.handle))
    .limit(limit + 1);
  const shown = rows.slice(0, limit).map((row) => ({ ...row, lastPostAt: row.lastPostAt ?? undefined }));
  return { communities: shown, more: rows.length > limit ? shown.at(-1)?.handle : undefined };
}

/** Another whenever the list of all communities would differ. */
export async function getCommunitiesVersion(db: Db): Promise<string> {
  const [row] = await db
    .select({ version: sql<string>`count(*) || '.' || coalesce(sum(${communities.version}), 0)` })
    .from(communities)
    .where(eq(communities.visibility, "public"));
  return row!.version;
}
