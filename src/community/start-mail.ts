import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { DomainError } from "../core/errors.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { consents, memberDeliveries, members } from "../db/schema/community.ts";
import { mailChoices } from "../db/schema/mail.ts";
import { lockCommunities } from "./lock-communities.ts";
import type { MailedMember } from "./mail-links.ts";
import { defaultChoice } from "./mail-settings.ts";
import { jointMembership } from "./membership.ts";
import { hearByOneDoor } from "./one-door.ts";
import { touchCommunities } from "./touch-communities.ts";

/** By which act somebody starts or stops hearing by mail, and what proves it. */
export interface MailAct {
  readonly act: "web" | "mail" | "message";
  readonly evidence: string;
}

/**
 * Lets a member hear by mail, whichever of their accounts it is that belongs to the community; who follows it with another hears by mail
 * instead.
 *
 * @throws {DomainError} `not-allowed` for who is no active member
 */
export async function startMail(
  app: App,
  { communityId, authorId }: MailedMember,
  { act, evidence }: MailAct,
): Promise<void> {
  await app.db.transaction(async (tx) => {
    const now = app.now();
    await lockCommunities(tx, [communityId]);
    if (!(await belongAs(tx, { communityId, authorId }, now)))
      throw new DomainError("not-allowed", "only a member hears from the community");
    const added = await tx
      .insert(memberDeliveries)
      .values({ communityId, authorId, channel: "mail", createdAt: now })
      .onConflictDoNothing()
      .returning();
    if (added.length === 0) return;
    const said = { communityId, authorId, given: true, purpose: "mail", act, evidence, at: now } as const;
    await tx.insert(consents).values(said);
    await hearByOneDoor(app, tx, { communityId, authorId, channel: "mail" });
    // Whoever stopped before had chosen to hear nothing.
    await tx
      .update(mailChoices)
      .set({ what: defaultChoice.what, digestFrom: now, updatedAt: now })
      .where(
        and(
          eq(mailChoices.communityId, communityId),
          eq(mailChoices.authorId, authorId),
          eq(mailChoices.what, "nothing"),
        ),
      );
  });
}

/** Makes sure that a member is one with their account here too. @returns false when they are none with any */
async function belongAs(tx: Tx, { communityId, authorId }: MailedMember, now: Date): Promise<boolean> {
  const selves = (await listSelves(tx, [authorId]))(authorId);
  const held = await tx
    .select()
    .from(members)
    .where(and(eq(members.communityId, communityId), anyOf(members.authorId, selves)))
    .for("update");
  if (jointMembership(held, now) !== "active") return false;
  if (held.some((member) => member.authorId === authorId && member.state === "active")) return true;
  const state = { state: "active", joinedAt: now, updatedAt: now } as const;
  await tx
    .insert(members)
    .values({ communityId, authorId, ...state })
    .onConflictDoUpdate({ target: [members.communityId, members.authorId], set: state });
  await touchCommunities(tx, [communityId]);
  return true;
}
