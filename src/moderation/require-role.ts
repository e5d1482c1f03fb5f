import { and, eq } from "drizzle-orm";
import { listAuthorsOf } from "../account/viewer.ts";
import { listSelves } from "../author/list-selves.ts";
import { DomainError } from "../core/errors.ts";
import type { AccountId, AuthorId, CommunityId } from "../core/ids.ts";
import type { Db, Tx } from "../db/client.ts";
import { memberRoles, members } from "../db/schema/community.ts";

type Role = "moderator" | "owner";

/** What somebody does for which communities. Who is not an active member does nothing. */
export async function listRoles(db: Db, authorId: AuthorId): Promise<ReadonlyMap<CommunityId, Role>> {
  const rows = await db
    .select({ communityId: memberRoles.communityId, role: memberRoles.role })
    .from(memberRoles)
    .innerJoin(
      members,
      and(eq(members.communityId, memberRoles.communityId), eq(members.authorId, memberRoles.authorId)),
    )
    .where(and(eq(memberRoles.authorId, authorId), eq(members.state, "active")));
  return new Map(rows.map(({ communityId, role }) => [communityId, role]));
}

/**
 * As whom a person decides in a community: of all who they are, the one with the highest role.
 *
 * @throws {DomainError} `not-allowed` for who has none
 */
export async function getModerator(db: Db, accountId: AccountId, communityId: CommunityId): Promise<AuthorId> {
  const selves = await listAuthorsOf(db, accountId);
  const roles = await Promise.all(selves.map(async (id) => ({ id, role: (await listRoles(db, id)).get(communityId) })));
  const found = roles.find(({ role }) => role === "owner") ?? roles.find(({ role }) => role !== undefined);
  if (!found) throw new DomainError("not-allowed", "that is for a moderator of the community");
  return found.id;
}

/** Whether somebody, as whoever they are, is a moderator or an owner of a community. */
export async function moderates(db: Db, communityId: CommunityId, authorId: AuthorId): Promise<boolean> {
  const selves = (await listSelves(db, [authorId]))(authorId);
  const roles = await Promise.all(selves.map(async (self) => await listRoles(db, self)));
  return roles.some((held) => held.has(communityId));
}

/** @throws {DomainError} `not-allowed` */
export async function requireModerator(tx: Tx, communityId: CommunityId, authorId: AuthorId): Promise<void> {
  if ((await listRoles(tx, authorId)).has(communityId)) return;
  throw new DomainError("not-allowed", "only a moderator of the community may decide this");
}

/** @throws {DomainError} `not-allowed` */
export async function requireOwner(tx: Tx, communityId: CommunityId, authorId: AuthorId): Promise<void> {
  if ((await listRoles(tx, authorId)).get(communityId) === "owner") return;
  throw new DomainError("not-allowed", "only an owner of the community may decide who moderates it");
}
