import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { DomainError } from "../core/errors.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { accounts } from "../db/schema/account.ts";
import { consents, memberDeliveries, members } from "../db/schema/community.ts";
import { mailChoices } from "../db/schema/mail.ts";
import { lockCommunities } from "./lock-communities.ts";
import { hasDigestTopics, planDigest } from "./mail-choices.ts";
import type { MailedMember } from "./mail-links.ts";
import { defaultChoice, type MailHow } from "./mail-settings.ts";
import { jointMembership } from "./membership.ts";
import { hearByOneDoor } from "./one-door.ts";
import { touchCommunities } from "./touch-communities.ts";

/** By which act somebody starts or stops hearing by mail, and what proves it. */
export interface MailAct {
  readonly act: "web" | "mail" | "message";
  readonly evidence: string;
}

type ConsentAct = (typeof consents.$inferInsert)["act"];

/** What somebody who begins to hear by mail said yes to. */
export interface MailWish {
  readonly how: MailHow;
  /** The words that they agreed to. */
  readonly words: string;
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
    await lockCommunities(tx, [communityId]);
    if (!(await belongAs(tx, { communityId, authorId }, app.now())))
      throw new DomainError("not-allowed", "only a member hears from the community");
    if (!(await beginMail(app, tx, { communityId, authorId }, { act, evidence }))) return;
    await hearByOneDoor(app, tx, { communityId, authorId, channel: "mail" });
  });
}

/**
 * Notes that somebody who belongs to a community, or asked to, hears by mail from now on, within the transaction of what it follows from.
 *
 * @param wish how they want it; unset: as they had it before
 * @returns false when they hear by mail already: then nothing is changed
 */
export async function beginMail(
  app: App,
  tx: Tx,
  { communityId, authorId }: MailedMember,
  {
    act,
    evidence,
    wish,
  }: { readonly act: ConsentAct; readonly evidence: string; readonly wish?: MailWish | undefined },
): Promise<boolean> {
  const now = app.now();
  const added = await tx
    .insert(memberDeliveries)
    .values({ communityId, authorId, channel: "mail", createdAt: now })
    .onConflictDoNothing()
    .returning();
  if (added.length === 0) return false;
  const words = wish?.words ?? null;
  const said = { communityId, authorId, given: true, purpose: "mail", act, evidence, words, at: now } as const;
  await tx.insert(consents).values(said);
  const theirs = and(eq(mailChoices.communityId, communityId), eq(mailChoices.authorId, authorId));
  // Whoever stopped before had chosen to hear nothing.
  await tx
    .update(mailChoices)
    .set({ what: defaultChoice.what, digestFrom: now, updatedAt: now })
    .where(and(theirs, eq(mailChoices.what, "nothing")));
  if (wish) await chooseHow(app, tx, { communityId, authorId }, wish.how);
  return true;
}

/** Notes how somebody wants their mail, who may have to be let in first. */
async function chooseHow(app: App, tx: Tx, member: MailedMember, how: MailHow): Promise<void> {
  const now = app.now();
  const [account] = await tx
    .select({ timeZone: accounts.timeZone })
    .from(accounts)
    .where(eq(accounts.authorId, member.authorId));
  const timeZone = account?.timeZone ?? defaultChoice.timeZone;
  const [choice] = await tx
    .insert(mailChoices)
    .values({ ...defaultChoice, ...member, how, timeZone, digestFrom: now, updatedAt: now })
    .onConflictDoUpdate({
      target: [mailChoices.communityId, mailChoices.authorId],
      set: { how, digestFrom: now, updatedAt: now },
    })
    .returning();
  const hasTopics = await hasDigestTopics(tx, member.communityId, member.authorId);
  await tx
    .update(mailChoices)
    .set({ digestDueAt: planDigest(choice!, hasTopics, now) })
    .where(and(eq(mailChoices.communityId, member.communityId), eq(mailChoices.authorId, member.authorId)));
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
