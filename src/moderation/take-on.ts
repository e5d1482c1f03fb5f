import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { memberRoles } from "../db/schema/community.ts";
import { decideWithin } from "./decide.ts";

/** Somebody, and a community that nobody owns. */
export interface TakingOn {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  /** Who brings that about: whoever takes it on themself, or the command line. */
  readonly by: AuthorId | "command-line";
}

/**
 * Gives an owner to a community that has none: what the command line made begins so. It is in both logs. What has an owner is theirs, and
 * nobody becomes one beside them in this way.
 *
 * @throws {DomainError} `conflict` when somebody owns it, `not-found`
 */
export async function takeOn(app: App, { communityId, authorId, by }: TakingOn): Promise<void> {
  await app.db.transaction(async (tx) => {
    await lockCommunities(tx, [communityId]);
    const owned = and(eq(memberRoles.communityId, communityId), eq(memberRoles.role, "owner"));
    if ((await tx.$count(memberRoles, owned)) > 0)
      throw new DomainError("conflict", "somebody owns it", { fault: { name: "has-owner" } });
    const given = { action: "set-role", role: "owner", reason: "", moderatorId: null, by } as const;
    await decideWithin(app, tx, { ...given, communityId, authorId });
  });
}
