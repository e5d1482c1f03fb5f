import { and, eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId, ThreadId, TopicId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { accounts } from "../db/schema/account.ts";
import { members } from "../db/schema/community.ts";
import { mailChoices, mailThreadChoices, mailTopicChoices } from "../db/schema/mail.ts";
import { threads } from "../db/schema/post.ts";
import { topics } from "../db/schema/topic.ts";
import type { MailedMember } from "./mail-links.ts";
import { defaultChoice, digestForms, type MailChoice, mailHows, mailWhats, type TopicChoice } from "./mail-settings.ts";
import { isTimeZone, nextDigestAt } from "./next-digest.ts";

/**
 * Changes what a member hears by mail; what is left out stays. What a digest still owes comes soon when there are none any more.
 *
 * @throws {DomainError} `invalid` when a value cannot be used, `not-found` for who is no member
 */
export async function chooseMail(app: App, member: MailedMember, changes: Partial<MailChoice>): Promise<void> {
  await changeChoice(app, member, async (_, before) => {
    const after = { ...before, ...changes };
    checkChoice(after);
    const now = app.now();
    const starts = before.how === "at-once" && after.how !== "at-once";
    const ends = before.how !== "at-once" && after.how === "at-once";
    return { ...after, digestFrom: starts ? now : before.digestFrom, ...(ends && { digestDueAt: now }) };
  });
}

/** Chooses for one topic; `undefined`: as for the community. @throws {DomainError} `not-found` */
export async function chooseMailOfTopic(
  app: App,
  member: MailedMember,
  topicId: TopicId,
  choice: TopicChoice["choice"],
): Promise<void> {
  await changeChoice(app, member, async (tx, before) => {
    const { communityId, authorId } = member;
    const [topic] = await tx
      .select({ id: topics.id })
      .from(topics)
      .where(and(eq(topics.id, topicId), eq(topics.communityId, communityId)));
    if (!topic) throw new DomainError("not-found", "there is no such topic");
    await tx
      .delete(mailTopicChoices)
      .where(and(eq(mailTopicChoices.topicId, topicId), eq(mailTopicChoices.authorId, authorId)));
    if (!choice) return before;
    await tx.insert(mailTopicChoices).values({ communityId, authorId, topicId, ...choice });
    return before;
  });
}

/** Hears nothing more of a thread, or all of it at once; `undefined`: as for its topic. @throws {DomainError} `not-found` */
export async function chooseMailOfThread(
  app: App,
  { communityId, authorId }: MailedMember,
  threadId: ThreadId,
  choice: "mute" | "follow" | undefined,
): Promise<void> {
  await app.db.transaction(async (tx) => {
    const [thread] = await tx
      .select({ id: sql<ThreadId>`coalesce(${threads.mergedInto}, ${threads.id})` })
      .from(threads)
      .where(and(eq(threads.id, threadId), eq(threads.communityId, communityId)));
    if (!thread) throw new DomainError("not-found", "there is no such thread");
    const theirs = and(eq(mailThreadChoices.threadId, thread.id), eq(mailThreadChoices.authorId, authorId));
    await tx.delete(mailThreadChoices).where(theirs);
    if (choice) await tx.insert(mailThreadChoices).values({ threadId: thread.id, authorId, choice, at: app.now() });
  });
}

/** Sends nothing for a while, and then what was missed in one digest; `undefined` ends that at once. @throws {DomainError} `invalid` */
export async function pauseMail(
  app: App,
  member: MailedMember,
  pause: { readonly from: Date; readonly until: Date } | undefined,
): Promise<void> {
  const now = app.now();
  if (
    pause &&
    (pause.until <= now || pause.from >= pause.until || pause.until.getTime() - now.getTime() > limits.mailPause)
  )
    throw new DomainError("invalid", "a pause begins before it ends, ends after today, and lasts a year at most");
  await changeChoice(app, member, async (_, before) => {
    if (!pause) {
      const isPaused = before.pausedUntil !== null && before.pausedUntil > now;
      return { ...before, pausedFrom: null, pausedUntil: null, ...(isPaused && { digestDueAt: now }) };
    }
    const from = pause.from < now ? now : pause.from;
    const digestFrom = before.digestDueAt === null ? from : before.digestFrom;
    return { ...before, pausedFrom: from, pausedUntil: pause.until, digestFrom };
  });
}

/** When the next digest of a member is due; null when they get none. Decides; does not act. */
export function planDigest(
  choice: Pick<MailChoice, "how" | "hour" | "weekday" | "timeZone"> & {
    pausedFrom: Date | null;
    pausedUntil: Date | null;
  },
  hasDigestTopics: boolean,
  now: Date,
): Date | null {
  const { how, pausedFrom, pausedUntil } = choice;
  const paused = pausedFrom && pausedUntil && pausedUntil > now ? { from: pausedFrom, until: pausedUntil } : undefined;
  if (how === "at-once" && !hasDigestTopics) return paused?.until ?? null;
  const rhythm = { ...choice, how: how === "weekly" ? how : ("daily" as const) };
  const next = nextDigestAt(rhythm, now);
  return paused && next >= paused.from && next < paused.until
    ? nextDigestAt(rhythm, new Date(paused.until.getTime() - 1))
    : next;
}

type Row = typeof mailChoices.$inferSelect;

async function changeChoice(
  app: App,
  { communityId, authorId }: MailedMember,
  change: (tx: Tx, before: Row) => Promise<Row>,
): Promise<void> {
  await app.db.transaction(async (tx) => {
    const now = app.now();
    const [member] = await tx
      .select({ timeZone: accounts.timeZone })
      .from(members)
      .leftJoin(accounts, eq(accounts.authorId, members.authorId))
      .where(and(eq(members.communityId, communityId), eq(members.authorId, authorId), eq(members.state, "active")));
    if (!member) throw new DomainError("not-found", "they are no member of the community");
    const timeZone = member.timeZone ?? defaultChoice.timeZone;
    await tx
      .insert(mailChoices)
      .values({ ...defaultChoice, timeZone, communityId, authorId, digestFrom: now, updatedAt: now })
      .onConflictDoNothing();
    const here = and(eq(mailChoices.communityId, communityId), eq(mailChoices.authorId, authorId));
    const [before] = await tx.select().from(mailChoices).where(here).for("update");
    const after = await change(tx, before!);
    const isDueNow = after.digestDueAt?.getTime() === now.getTime();
    const digestDueAt = isDueNow ? now : planDigest(after, await hasDigestTopics(tx, communityId, authorId), now);
    await tx
      .update(mailChoices)
      .set({ ...after, digestDueAt, updatedAt: now })
      .where(here);
  });
}

/** Whether a member gets a digest of some topic. */
export async function hasDigestTopics(tx: Tx, communityId: CommunityId, authorId: AuthorId): Promise<boolean> {
  const [one] = await tx
    .select({ topicId: mailTopicChoices.topicId })
    .from(mailTopicChoices)
    .where(
      and(
        eq(mailTopicChoices.communityId, communityId),
        eq(mailTopicChoices.authorId, authorId),
        eq(mailTopicChoices.how, "digest"),
      ),
    )
    .limit(1);
  return one !== undefined;
}

function checkChoice({ what, how, form, hour, weekday, timeZone }: MailChoice): void {
  const known = mailWhats.includes(what) && mailHows.includes(how) && digestForms.includes(form);
  const isHour = Number.isInteger(hour) && hour >= 0 && hour <= 23;
  const isWeekday = Number.isInteger(weekday) && weekday >= 1 && weekday <= 7;
  if (!known || !isHour || !isWeekday) throw new DomainError("invalid", "there is no such choice");
  if (!isTimeZone(timeZone)) throw new DomainError("invalid", "there is no such time zone");
}
