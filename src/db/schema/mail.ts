import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { AuthorId, CommunityId, PostId, ThreadId, TopicId } from "../../core/ids.ts";
import { emailAddresses } from "./account.ts";
import { bytea, moment } from "./columns.ts";
import { communities, members } from "./community.ts";
import { authors } from "./identity.ts";
import { posts, threads } from "./post.ts";
import { topics } from "./topic.ts";

const whats = ["every", "new-threads", "replies", "announcements", "nothing"] as const;

/** What a member hears by mail, how and when. Without a row: every post, at once. */
export const mailChoices = pgTable(
  "mail_choice",
  {
    communityId: uuid().$type<CommunityId>().notNull(),
    authorId: uuid().$type<AuthorId>().notNull(),
    /** replies: answers to what they wrote · announcements: what moderators send to all, which is in all but `nothing`. */
    what: text({ enum: whats }).notNull().default("every"),
    how: text({ enum: ["at-once", "daily", "weekly"] })
      .notNull()
      .default("at-once"),
    /** Of a digest. both: plain text and HTML · mime: the posts as messages within it (RFC 2046, section 5.1.5). */
    form: text({ enum: ["both", "plain", "mime"] })
      .notNull()
      .default("both"),
    /** When a digest comes: by the clock of `timeZone`, on the weekday (1 is Monday) if it is weekly. */
    hour: integer().notNull().default(18),
    weekday: integer().notNull().default(1),
    timeZone: text().notNull().default("UTC"),
    /** Nothing is sent in between; what they missed comes at its end. */
    pausedFrom: moment(),
    pausedUntil: moment(),
    /** What was published before is not owed in a digest any more. */
    digestFrom: moment().notNull(),
    /** When the next digest is made; null: they get none. */
    digestDueAt: moment(),
    updatedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.communityId, t.authorId] }),
    foreignKey({
      name: "mail_choice_of_a_member",
      columns: [t.communityId, t.authorId],
      foreignColumns: [members.communityId, members.authorId],
    }),
    index("mail_choice_due").on(t.digestDueAt).where(sql`${t.digestDueAt} is not null`),
    check("mail_choice_what", sql`${t.what} in ('every', 'new-threads', 'replies', 'announcements', 'nothing')`),
    check("mail_choice_how", sql`${t.how} in ('at-once', 'daily', 'weekly')`),
    check("mail_choice_form", sql`${t.form} in ('both', 'plain', 'mime')`),
    check("mail_choice_time", sql`${t.hour} between 0 and 23 and ${t.weekday} between 1 and 7`),
    check(
      "mail_pause_ends",
      sql`(${t.pausedFrom} is null) = (${t.pausedUntil} is null) and ${t.pausedFrom} < ${t.pausedUntil}`,
    ),
  ],
);

/** Where a topic differs from what a member chose for the community. */
export const mailTopicChoices = pgTable(
  "mail_topic_choice",
  {
    communityId: uuid().$type<CommunityId>().notNull(),
    authorId: uuid().$type<AuthorId>().notNull(),
    topicId: uuid().$type<TopicId>().notNull(),
    what: text({ enum: whats }).notNull(),
    /** digest: with the other things that come in one, daily unless they are weekly. */
    how: text({ enum: ["at-once", "digest"] }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.topicId, t.authorId] }),
    foreignKey({
      name: "mail_topic_choice_of_a_member",
      columns: [t.communityId, t.authorId],
      foreignColumns: [members.communityId, members.authorId],
    }),
    foreignKey({
      name: "mail_choice_of_a_topic",
      columns: [t.topicId, t.communityId],
      foreignColumns: [topics.id, topics.communityId],
    }).onDelete("cascade"),
    index("mail_topic_choice_member").on(t.communityId, t.authorId),
    check("mail_topic_choice_what", sql`${t.what} in ('every', 'new-threads', 'replies', 'announcements', 'nothing')`),
    check("mail_topic_choice_how", sql`${t.how} in ('at-once', 'digest')`),
  ],
);

/** Threads of which somebody wants to hear nothing more, or all of it at once. */
export const mailThreadChoices = pgTable(
  "mail_thread_choice",
  {
    threadId: uuid()
      .$type<ThreadId>()
      .notNull()
      .references(() => threads.id),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    choice: text({ enum: ["mute", "follow"] }).notNull(),
    at: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.threadId, t.authorId] }),
    index("mail_thread_choice_author").on(t.authorId),
    check("mail_thread_choice_choice", sql`${t.choice} in ('mute', 'follow')`),
  ],
);

/** Mail of a community to one member: a post, a digest of posts, or a list of what waits for a moderator. */
export const listMails = pgTable(
  "list_mail",
  {
    /** Addresses with a token name it. */
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text({ enum: ["post", "digest", "held"] }).notNull(),
    communityId: uuid().$type<CommunityId>().notNull(),
    authorId: uuid().$type<AuthorId>().notNull(),
    /** The post that it brings. */
    postId: uuid()
      .$type<PostId>()
      .references(() => posts.id),
    /** Of all others, what makes it the only one of its kind: the moment up to which it reaches. */
    until: moment(),
    /** From when a digest tells of corrections. */
    since: moment(),
    /** The posts in it, in their order: answers name them by their number. */
    postIds: uuid().array().$type<PostId[]>().notNull().default([]),
    /** waiting: to be sent · sent: the relay took it · failed: the relay refused it, or nobody could send it in time · dropped: not wanted any more. */
    state: text({ enum: ["waiting", "sent", "failed", "dropped"] })
      .notNull()
      .default("waiting"),
    attempts: integer().notNull().default(0),
    retryAt: moment(),
    /** A worker is at it until then, by the clock of the database. */
    leasedUntil: moment(),
    lastError: text(),
    bouncedAt: moment(),
    createdAt: moment().notNull(),
    settledAt: moment(),
  },
  (t) => [
    foreignKey({
      name: "list_mail_to_a_member",
      columns: [t.communityId, t.authorId],
      foreignColumns: [members.communityId, members.authorId],
    }),
    uniqueIndex("list_mail_once_a_post").on(t.postId, t.authorId).where(sql`${t.kind} = 'post'`),
    uniqueIndex("list_mail_once_a_time").on(t.communityId, t.authorId, t.kind, t.until).where(sql`${t.kind} <> 'post'`),
    index("list_mail_waiting").on(t.id).where(sql`${t.state} = 'waiting'`),
    index("list_mail_member").on(t.communityId, t.authorId, t.createdAt),
    index("list_mail_created").on(t.createdAt),
    check("list_mail_kind", sql`${t.kind} in ('post', 'digest', 'held')`),
    check("list_mail_state", sql`${t.state} in ('waiting', 'sent', 'failed', 'dropped')`),
    check("list_mail_of_a_post", sql`(${t.kind} = 'post') = (${t.postId} is not null)`),
    check("list_mail_of_a_time", sql`(${t.kind} <> 'post') = (${t.until} is not null)`),
    check("list_mail_since", sql`(${t.kind} = 'digest') = (${t.since} is not null)`),
  ],
);

/**
 * What we asked somebody by mail who has to say yes first: whether a mail that came in their name is theirs, whether they want to hear from a
 * community.
 */
export const mailQuestions = pgTable(
  "mail_question",
  {
    /** Addresses with a token name it. */
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text({ enum: ["post", "subscribe", "invite"] }).notNull(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    /** Whom we asked. */
    address: text().notNull(),
    /** What they are called, as their mail says. */
    name: text().notNull().default(""),
    /** SHA-256 of what the link holds. */
    secretHash: text().notNull().unique(),
    /** Message-ID of the mail that made us ask. Nobody is asked twice about one. */
    cause: text().notNull(),
    /** That mail, and how it came to be ours, until it is answered. */
    bytes: bytea(),
    recipient: text(),
    createdAt: moment().notNull(),
    answeredAt: moment(),
  },
  (t) => [
    uniqueIndex("mail_question_once").on(t.communityId, t.kind, t.cause, t.address),
    index("mail_question_created").on(t.createdAt),
    check("mail_question_kind", sql`${t.kind} in ('post', 'subscribe', 'invite')`),
  ],
);

/** How often mail to an address came back lately. Delivery may be suspended by it, membership never. */
export const mailBounces = pgTable(
  "mail_bounce",
  {
    address: text()
      .primaryKey()
      .references(() => emailAddresses.address, { onDelete: "cascade", onUpdate: "cascade" }),
    /** Halves every week; at most one point is added a day. */
    score: real().notNull(),
    scoredAt: moment().notNull(),
    suspendedAt: moment(),
  },
  (t) => [check("mail_bounce_score", sql`${t.score} >= 0`)],
);

/** The keys with which mail is signed (DKIM, RFC 6376 and 8463): one of each algorithm, and those before it for as long as mail may be under way. */
export const mailKeys = pgTable(
  "mail_key",
  {
    domain: text().notNull(),
    selector: text().notNull(),
    algorithm: text({ enum: ["rsa", "ed25519"] }).notNull(),
    /** PKCS #8 in PEM. */
    privateKey: text().notNull(),
    /** As DNS has it, in base64: SubjectPublicKeyInfo of RSA, the 32 octets of Ed25519. */
    publicKey: text().notNull(),
    createdAt: moment().notNull(),
    /** Before that the DNS gets to know it. */
    signsFrom: moment().notNull(),
    /** Up to when the DNS must have it, since another took its place; null: as long as it signs. */
    publishedUntil: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.domain, t.selector] }),
    check("mail_key_algorithm", sql`${t.algorithm} in ('rsa', 'ed25519')`),
  ],
);

/** Mails of the server to itself, which show that mail goes out and comes in. */
export const mailProbes = pgTable("mail_probe", {
  /** An address with a token names it. */
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  createdAt: moment().notNull(),
  arrivedAt: moment(),
});
