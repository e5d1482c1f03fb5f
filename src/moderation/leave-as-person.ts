import { and, eq, ne } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { endHearing } from "../community/answer-follow.ts";
import { touchCommunities } from "../community/touch-communities.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { anyOf } from "../db/many.ts";
import { communities, consents, memberRoles, members } from "../db/schema/community.ts";
import { decideAboutMember } from "./decide-member.ts";
import type { Ground } from "./ground.ts";

/** A person wants to be out of a community altogether. */
export interface Parting {
  readonly communityId: CommunityId;
  /** Any of their authors. */
  readonly authorId: AuthorId;
  readonly act: "web" | "mail" | "account-deleted";
  /** What proves that they said so. */
  readonly evidence: string;
}

/**
 * Ends a person's membership as whoever they are, their role and all that they hear: their servers are told that they follow no longer.
 *
 * @returns whether there was anything to end
 * @throws {DomainError} `conflict` for the last owner of a community, who has to make somebody else one first
 */
export async function leaveAsPerson(app: App, parting: Parting): Promise<boolean> {
  return await app.db.transaction(async (tx) => {
    const { communityId } = parting;
    await tx
      .select({ id: communities.id })
      .from(communities)
      .where(eq(communities.id, communityId))
      .for("no key update");
    const selves = (await listSelves(tx, [parting.authorId]))(parting.authorId);
    const held = await tx
      .select({ authorId: members.authorId, state: members.state })
      .from(members)
      .where(and(eq(members.communityId, communityId), anyOf(members.authorId, selves), ne(members.state, "left")))
      .for("update");
    const ground: Ground = { app, tx, communityId, now: app.now() };
    for (const { authorId, state } of held) await leaveAs(ground, { ...parting, authorId }, state);
    if (held.length > 0) await touchCommunities(tx, [communityId]);
    return held.length > 0;
  });
}

async function leaveAs(ground: Ground, parting: Parting, state: (typeof members.$inferSelect)["state"]): Promise<void> {
  const { app, tx, communityId, now } = ground;
  const { authorId, act, evidence } = parting;
  const them = and(eq(members.communityId, communityId), eq(members.authorId, authorId));
  await giveUpRole(ground, authorId);
  const heard = await endHearing(app, tx, { communityId, authorId });
  const said = { communityId, authorId, given: false, act, evidence, at: now };
  await tx
    .insert(consents)
    .values([
      { ...said, purpose: "membership" as const },
      ...heard.map(({ channel }) => ({ ...said, purpose: channel })),
    ]);
  // Whoever leaves while banned is not back when the ban ends.
  if (state === "banned") await tx.update(members).set({ joinedAt: null }).where(them);
  else await tx.update(members).set({ state: "left", note: "", updatedAt: now }).where(them);
}

/** A role that ends is a decision of theirs, and the last owner cannot take it. */
async function giveUpRole(ground: Ground, authorId: AuthorId): Promise<void> {
  const { tx, communityId } = ground;
  const [holder] = await tx
    .select({ role: memberRoles.role })
    .from(memberRoles)
    .where(and(eq(memberRoles.communityId, communityId), eq(memberRoles.authorId, authorId)));
  if (!holder) return;
  const given = { action: "set-role", role: "member", communityId, authorId, moderatorId: authorId } as const;
  await decideAboutMember(ground, { ...given, reason: "" });
}
