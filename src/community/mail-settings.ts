import { and, asc, eq, isNotNull, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId, CommunityId, ThreadId, TopicId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { accounts, emailAddresses } from "../db/schema/account.ts";
import { communities, memberDeliveries, members } from "../db/schema/community.ts";
import { mailBounces, mailChoices, mailThreadChoices, mailTopicChoices } from "../db/schema/mail.ts";
import { threads } from "../db/schema/post.ts";
import { topics } from "../db/schema/topic.ts";
import type { MailedMember } from "./mail-links.ts";
import { isFollowing } from "./one-door.ts";

export const mailWhats = ["every", "new-threads", "replies", "announcements", "nothing"] as const;
export const mailHows = ["at-once", "daily", "weekly"] as const;
export const digestForms = ["both", "plain", "mime"] as const;

export type MailWhat = (typeof mailWhats)[number];
export type MailHow = (typeof mailHows)[number];
export type DigestForm = (typeof digestForms)[number];

/** What somebody chose to hear by mail from a community. */
export interface MailChoice {
  readonly what: MailWhat;
  readonly how: MailHow;
  readonly form: DigestForm;
  /** When a digest comes, by the clock of `timeZone`; the weekday is that of a weekly one, 1 is Monday. */
  readonly hour: number;
  readonly weekday: number;
  readonly timeZone: string;
}

/** What somebody chose for one topic; `undefined`: as for the community. */
export interface TopicChoice {
  readonly topicId: TopicId;
  readonly slug: string;
  readonly name: string;
  readonly choice: { readonly what: MailWhat; readonly how: "at-once" | "digest" } | undefined;
}

/** All that a member sees of how they hear by mail. */
export interface MailSettings extends MailChoice {
  /** Whether they hear by mail at all. */
  readonly hears: boolean;
  /** Whether they follow the community with an account elsewhere, which ends when mail begins. */
  readonly follows: boolean;
  readonly pause: { readonly from: Date; readonly until: Date } | undefined;
  readonly topics: readonly TopicChoice[];
  readonly threads: readonly {
    readonly threadId: ThreadId;
    readonly title: string;
    readonly choice: "mute" | "follow";
  }[];
  /** Where mail goes; `undefined`: they have confirmed no address. */
  readonly address: string | undefined;
  /** Since when nothing is sent there, since too much came back. */
  readonly suspendedAt: Date | undefined;
  readonly community: {
    readonly handle: string;
    readonly name: string;
    readonly language: string;
    readonly dye: string;
    readonly movedTo: string | null;
  };
}

/** What is so until somebody chooses. */
export const defaultChoice: MailChoice = {
  what: "every",
  how: "at-once",
  form: "both",
  hour: 18,
  weekday: 1,
  timeZone: "UTC",
};

/** How a member hears by mail; `undefined` when they are no active member. */
export async function getMailSettings(
  app: App,
  { communityId, authorId }: MailedMember,
): Promise<MailSettings | undefined> {
  const { db } = app;
  const [row] = await db
    .select({
      community: {
        handle: communities.handle,
        name: communities.name,
        language: communities.language,
        dye: communities.dye,
        movedTo: communities.movedTo,
      },
      hears: isNotNull(memberDeliveries.channel),
      choice: mailChoices,
      timeZone: accounts.timeZone,
    })
    .from(members)
    .innerJoin(communities, eq(communities.id, members.communityId))
    .leftJoin(accounts, eq(accounts.authorId, members.authorId))
    .leftJoin(
      memberDeliveries,
      and(
        eq(memberDeliveries.communityId, members.communityId),
        eq(memberDeliveries.authorId, members.authorId),
        eq(memberDeliveries.channel, "mail"),
      ),
    )
    .leftJoin(
      mailChoices,
      and(eq(mailChoices.communityId, members.communityId), eq(mailChoices.authorId, members.authorId)),
    )
    .where(and(eq(members.communityId, communityId), eq(members.authorId, authorId), eq(members.state, "active")));
  if (!row) return undefined;
  const { choice, hears, community } = row;
  const { pausedFrom, pausedUntil } = choice ?? {};
  const [address] = await listAddresses(db, authorId);
  return {
    ...(choice ?? { ...defaultChoice, timeZone: row.timeZone ?? defaultChoice.timeZone }),
    hears: Boolean(hears),
    follows: await isFollowing(db, communityId, authorId),
    community,
    pause: pausedFrom && pausedUntil && pausedUntil > app.now() ? { from: pausedFrom, until: pausedUntil } : undefined,
    topics: await listTopicChoices(db, communityId, authorId),
    threads: await listThreadChoices(db, communityId, authorId),
    address: address?.address,
    suspendedAt: address?.suspendedAt ?? undefined,
  };
}

/** Whether mail reaches somebody: an address of theirs is confirmed, and not too much came back from it. */
export async function isReachedByMail(db: Db, authorId: AuthorId): Promise<boolean> {
  const [address] = await listAddresses(db, authorId);
  return address !== undefined && address.suspendedAt === null;
}

/** The confirmed addresses of somebody, the first is where mail goes. */
async function listAddresses(db: Db, authorId: AuthorId) {
  return await db
    .select({ address: emailAddresses.address, suspendedAt: mailBounces.suspendedAt })
    .from(emailAddresses)
    .innerJoin(accounts, eq(accounts.id, emailAddresses.accountId))
    .leftJoin(mailBounces, eq(mailBounces.address, emailAddresses.address))
    .where(and(eq(accounts.authorId, authorId), isNotNull(emailAddresses.verifiedAt)))
    .orderBy(sql`${mailBounces.suspendedAt} is not null`, asc(emailAddresses.createdAt), asc(emailAddresses.address));
}

async function listTopicChoices(db: Db, communityId: CommunityId, authorId: AuthorId): Promise<readonly TopicChoice[]> {
  const rows = await db
    .select({
      topicId: topics.id,
      slug: topics.slug,
      name: topics.name,
      what: mailTopicChoices.what,
      how: mailTopicChoices.how,
    })
    .from(topics)
    .leftJoin(mailTopicChoices, and(eq(mailTopicChoices.topicId, topics.id), eq(mailTopicChoices.authorId, authorId)))
    .where(eq(topics.communityId, communityId))
    .orderBy(asc(topics.position));
  return rows.map(({ what, how, ...topic }) => ({ ...topic, choice: what && how ? { what, how } : undefined }));
}

async function listThreadChoices(db: Db, communityId: CommunityId, authorId: AuthorId) {
  return await db
    .select({ threadId: threads.id, title: threads.title, choice: mailThreadChoices.choice })
    .from(mailThreadChoices)
    .innerJoin(threads, eq(threads.id, mailThreadChoices.threadId))
    .where(and(eq(mailThreadChoices.authorId, authorId), eq(threads.communityId, communityId)))
    .orderBy(sql`${mailThreadChoices.at} desc`)
    .limit(limits.listedItems);
}
