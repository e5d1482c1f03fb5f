import { and, eq, inArray, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { communities, consents, memberDeliveries, memberRoles, members } from "../db/schema/community.ts";
import { auditEntries } from "../db/schema/server.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { leaveGroups } from "./followed-groups.ts";
import { withdrawActivities } from "./withdraw-activities.ts";

/**
 * Makes a community private, for good: from now on only members know that it exists, who read it here and by mail. Who followed it from
 * elsewhere belongs to it no longer, and other servers are told that it has gone.
 *
 * @param by who does it, for the record: `command-line`, or the id of an author
 * @throws {DomainError} `not-found`, `conflict` when it has moved, or when none of its owners could read it any more
 */
export async function makePrivate(app: App, communityId: CommunityId, by: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    const now = app.now();
    const [community] = await tx.select().from(communities).where(eq(communities.id, communityId)).for("no key update");
    if (!community) throw new DomainError("not-found", "there is no such community");
    if (community.visibility === "private") return;
    if (community.movedTo !== null) throw new DomainError("conflict", "the community goes on elsewhere");
    const away = await listAway(tx, communityId);
    await requireOwnerHere(tx, communityId, away);
    await dropAway(tx, communityId, away, now);
    await leaveGroups(app, tx, communityId);
    await withdrawActivities(tx, communityId);
    await tx
      .update(communities)
      .set({
        visibility: "private",
        joinPolicy: "invite",
        updatedAt: now,
        version: sql`${communities.version} + 1`,
      })
      .where(eq(communities.id, communityId));
    const { joinPolicy } = community;
    const note = {
      actor: by,
      action: "community-made-private" as const,
      subject: communityId,
      detail: { joinPolicy },
      at: now,
    };
    await tx.insert(auditEntries).values(note);
    await dispatch(app, tx, [{ kind: "community-closed", communityId, at: now.toISOString() }]);
  });
}

/** Those who have neither an account here, whichever of their accounts it was that joined, nor mail from it. */
async function listAway(tx: Tx, communityId: CommunityId): Promise<readonly AuthorId[]> {
  const rows = await tx.execute<{ id: AuthorId }>(sql`
    select m.author_id as id from ${members} m join author a on a.id = m.author_id
    where m.community_id = ${communityId} and a.local_actor_id is null
      and not exists (select from linked_identity l where l.author_id = m.author_id)
      and not exists (
        select from member_delivery d
        where d.community_id = m.community_id and d.author_id = m.author_id and d.channel = 'mail')`);
  return rows.map(({ id }) => id);
}

async function requireOwnerHere(tx: Tx, communityId: CommunityId, away: readonly AuthorId[]): Promise<void> {
  const owners = await tx
    .select({ authorId: memberRoles.authorId })
    .from(memberRoles)
    .where(and(eq(memberRoles.communityId, communityId), eq(memberRoles.role, "owner")));
  if (owners.length === 0 || owners.some(({ authorId }) => !away.includes(authorId))) return;
  throw new DomainError("conflict", "its owners have no account here: make somebody else one first");
}

/** Their deliveries stay, since what is told of the end is told by them; nothing else goes there any more. */
async function dropAway(tx: Tx, communityId: CommunityId, away: readonly AuthorId[], now: Date): Promise<void> {
  const heard = await tx
    .select({ authorId: memberDeliveries.authorId })
    .from(memberDeliveries)
    .where(and(eq(memberDeliveries.communityId, communityId), eq(memberDeliveries.channel, "activitypub")));
  if (heard.length > 0)
    await tx.insert(consents).values(
      heard.map(({ authorId }) => ({
        communityId,
        authorId,
        given: false,
        purpose: "activitypub" as const,
        act: "made-private",
        at: now,
      })),
    );
  if (away.length === 0) return;
  const ids = [...away];
  await tx.delete(memberRoles).where(and(eq(memberRoles.communityId, communityId), inArray(memberRoles.authorId, ids)));
  await tx
    .update(members)
    .set({ state: "left", joinedAt: null, note: "", updatedAt: now })
    .where(
      and(
        eq(members.communityId, communityId),
        inArray(members.authorId, ids),
        inArray(members.state, ["active", "pending", "invited"]),
      ),
    );
}
