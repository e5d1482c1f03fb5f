import { and, eq, gt, lte } from "drizzle-orm";
import type { App } from "../app.ts";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { deskClaims } from "../db/schema/desk.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { requireModerator } from "./require-role.ts";

/** A moderator is looking at something that waits. */
export interface Claim {
  /** The id of the post, the case, the notice or the author. */
  readonly subject: string;
  readonly moderatorId: AuthorId;
  readonly moderator: AuthorView;
  readonly since: Date;
  readonly until: Date;
}

interface Claiming {
  readonly communityId: CommunityId;
  readonly subject: string;
  readonly moderatorId: AuthorId;
}

/**
 * Takes something from the desk for a while, from another moderator too: whoever asks does so on purpose.
 *
 * @throws {DomainError} `not-allowed`
 */
export async function claim(app: App, claiming: Claiming): Promise<void> {
  const { communityId, subject, moderatorId } = claiming;
  await app.db.transaction(async (tx) => {
    await lockCommunities(tx, [communityId]);
    await requireModerator(tx, communityId, moderatorId);
    const since = app.now();
    await tx.delete(deskClaims).where(and(eq(deskClaims.communityId, communityId), lte(deskClaims.until, since)));
    const row = { moderatorId, since, until: new Date(since.getTime() + limits.deskClaim) };
    await tx
      .insert(deskClaims)
      .values({ communityId, subject, ...row })
      .onConflictDoUpdate({ target: [deskClaims.communityId, deskClaims.subject], set: row });
  });
}

/** Puts it back. What somebody else holds stays theirs. */
export async function release(app: App, { communityId, subject, moderatorId }: Claiming): Promise<void> {
  await app.db
    .delete(deskClaims)
    .where(
      and(
        eq(deskClaims.communityId, communityId),
        eq(deskClaims.subject, subject),
        eq(deskClaims.moderatorId, moderatorId),
      ),
    );
}

/** What moderators of a community hold at this moment, by its id. */
export async function listClaims(app: App, communityId: CommunityId): Promise<ReadonlyMap<string, Claim>> {
  const rows = await app.db
    .select({
      subject: deskClaims.subject,
      moderatorId: deskClaims.moderatorId,
      since: deskClaims.since,
      until: deskClaims.until,
      moderator: authorColumns,
    })
    .from(deskClaims)
    .innerJoin(authors, eq(authors.id, deskClaims.moderatorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, deskClaims.moderatorId))
    .where(and(eq(deskClaims.communityId, communityId), gt(deskClaims.until, app.now())));
  return new Map(rows.map(({ moderator, ...row }) => [row.subject, { ...row, moderator: toAuthorView(moderator) }]));
}

/** @throws {DomainError} `conflict` when another moderator is looking at it */
export async function refuseClaimed(app: App, { communityId, subject, moderatorId }: Claiming): Promise<void> {
  const held = (await listClaims(app, communityId)).get(subject);
  if (held && held.moderatorId !== moderatorId)
    throw new DomainError("conflict", `${held.moderator.name} is looking at it`);
}
