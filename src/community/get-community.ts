import { eq } from "drizzle-orm";
import { DomainError } from "../core/errors.ts";
import { type CommunityId, readId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";

/** A community as those may see it who may know of it: everybody, or its members when it is private. */
export type Community = typeof communities.$inferSelect;

/** A community by its handle or its id; `undefined` when there is none. */
export async function findCommunity(db: Db, handleOrId: string): Promise<Community | undefined> {
  const id = readId<CommunityId>(handleOrId);
  // Nothing else can be a handle; and Postgres is not asked about a NUL.
  if (!id && !/^[a-z0-9_]{1,64}$/i.test(handleOrId)) return undefined;
  const [row] = await db
    .select()
    .from(communities)
    .where(id ? eq(communities.id, id) : eq(communities.handle, handleOrId.toLowerCase()));
  return row;
}

/** The same for whoever may know of what is public alone: other servers, and all that shows what is on this one. */
export async function findPublicCommunity(db: Db, handleOrId: string): Promise<Community | undefined> {
  const community = await findCommunity(db, handleOrId);
  return community?.visibility === "public" ? community : undefined;
}

/** Whether anything new is said there: it is neither closed, nor goes on elsewhere. */
export function takesPosts({ closedAt, movedTo }: Pick<Community, "closedAt" | "movedTo">): boolean {
  return closedAt === null && movedTo === null;
}

/** @throws {DomainError} `not-found` when there is no such community. */
export async function getCommunity(db: Db, handleOrId: string): Promise<Community> {
  const community = await findCommunity(db, handleOrId);
  if (!community) throw new DomainError("not-found", `there is no community ${handleOrId}`);
  return community;
}
