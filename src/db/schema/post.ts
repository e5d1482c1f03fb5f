import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import type { AuthorId, CommunityId, PostId, ThreadId, TopicId } from "../../core/ids.ts";
import { bytea, moment } from "./columns.ts";
import { communities } from "./community.ts";
import { authors } from "./identity.ts";
import { topics } from "./topic.ts";

export const threads = pgTable(
  "thread",
  {
    /** The id of the post that opened it. */
    id: uuid().$type<ThreadId>().primaryKey(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    title: text().notNull(),
    language: text(),
    topicId: uuid().$type<TopicId>(),
    /** Counts every change that its pages show. */
    version: bigint({ mode: "number" }).notNull().default(1),
    /** When the last published post came; null while nothing is published. */
    lastPostAt: moment(),
    lockedAt: moment(),
    /** When what is said in it elsewhere was read the last time, or is going to be. */
    readElsewhereAt: moment(),
    pinnedAt: moment(),
    /** Set when an orphan's parent came and its thread became part of another. */
    mergedInto: uuid()
      .$type<ThreadId>()
      .references((): AnyPgColumn => threads.id),
    createdAt: moment().notNull(),
  },
  (t) => [
    unique("thread_community").on(t.id, t.communityId),
    foreignKey({
      name: "topic_of_a_thread",
      columns: [t.topicId, t.communityId],
      foreignColumns: [topics.id, topics.communityId],
    }),
    index("thread_by_topic")
      .on(t.topicId, t.lastPostAt.desc(), t.id.desc())
      .where(sql`${t.lastPostAt} is not null and ${t.topicId} is not null`),
    index("thread_by_last_post")
      .on(t.communityId, t.lastPostAt.desc(), t.id.desc())
      .where(sql`${t.lastPostAt} is not null`),
    check("thread_title_length", sql`char_length(${t.title}) <= 200`),
    check("merged_threads_are_empty", sql`${t.mergedInto} is null or ${t.lastPostAt} is null`),
  ],
);

export const posts = pgTable(
  "post",
  {
    id: uuid().$type<PostId>().primaryKey(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    threadId: uuid().$type<ThreadId>().notNull(),
    parentId: uuid().$type<PostId>(),
    /** The name of the post it answers; kept, since the parent may be unknown yet. */
    parentName: text(),
    /** What its author's software calls it: an IRI or a Message-ID. With the community it is the post's identity. */
    sourceId: text().notNull(),
    channel: text({ enum: ["activitypub", "mail", "web"] }).notNull(),
    /** Only what the author gave as a title. */
    title: text(),
    /** Sanitised. */
    html: text().notNull(),
    /** What mail programs put around the author's words, sanitised too: quotes, signatures. Shown on the page alone, folded. */
    foldedHtml: text(),
    /** Content warning. */
    warning: text(),
    sensitive: boolean().notNull().default(false),
    language: text(),
    /** The page of the post at home, when it is elsewhere. */
    url: text(),
    /**
     * waiting: an orphan whose parent is awaited · held: for a moderator · published · rejected: never shown ·
     * deleted: by its author · removed: by a moderator.
     */
    state: text({ enum: ["waiting", "held", "published", "rejected", "deleted", "removed"] }).notNull(),
    /** A moderator wrote it to all members, however much they like to hear. */
    announcement: boolean().notNull().default(false),
    /** True while nobody is told of it: it was found elsewhere, its author did not send it here. */
    quiet: boolean().notNull().default(false),
    /** Its author, elsewhere, lets everybody quote it, or ask for that (FEP-044f). Of authors here it is theirs, not of a post. */
    quotable: boolean().notNull().default(false),
    /** Why it is held, rejected or removed, in words. */
    reason: text(),
    /** When its author wrote it, as far as that can be believed: never later than `createdAt`. */
    writtenAt: moment().notNull(),
    createdAt: moment().notNull(),
    publishedAt: moment(),
    editedAt: moment(),
    goneAt: moment(),
  },
  (t) => [
    unique("post_identity").on(t.communityId, t.sourceId),
    unique("post_community").on(t.id, t.communityId),
    foreignKey({
      name: "post_thread",
      columns: [t.threadId, t.communityId],
      foreignColumns: [threads.id, threads.communityId],
    }),
    foreignKey({ name: "post_parent", columns: [t.parentId, t.communityId], foreignColumns: [t.id, t.communityId] }),
    index("post_by_thread").on(t.threadId, t.writtenAt, t.id),
    index("post_by_parent").on(t.parentId).where(sql`${t.parentId} is not null`),
    // With who wrote and by which way at the leaves: months, voices and people are counted without a look at the posts.
    index("post_readable").on(t.communityId, t.writtenAt, t.authorId, t.channel).where(sql`${t.state} = 'published'`),
    index("post_by_publication").on(t.communityId, t.publishedAt).where(sql`${t.publishedAt} is not null`),
    index("post_by_author").on(t.authorId, t.writtenAt),
    index("post_orphans")
      .on(t.communityId, t.parentName)
      .where(sql`${t.parentId} is null and ${t.parentName} is not null`),
    index("post_held").on(t.communityId, t.id).where(sql`${t.state} = 'held'`),
    check("post_channel", sql`${t.channel} in ('activitypub', 'mail', 'web')`),
    check("post_state", sql`${t.state} in ('waiting', 'held', 'published', 'rejected', 'deleted', 'removed')`),
    check("published_posts_have_a_date", sql`${t.state} <> 'published' or ${t.publishedAt} is not null`),
    check("gone_posts_have_a_date", sql`(${t.state} in ('deleted', 'removed')) = (${t.goneAt} is not null)`),
    check("deleted_posts_are_empty", sql`${t.state} <> 'deleted' or ${t.html} = ''`),
    check("post_source_id_length", sql`octet_length(${t.sourceId}) <= 2000`),
    check("post_answers_another", sql`${t.parentId} is null or ${t.parentId} <> ${t.id}`),
  ],
);

/** Every name a post bears, in any channel, so that a reply finds its parent whichever name it uses. */
export const postNames = pgTable(
  "post_name",
  {
    communityId: uuid().$type<CommunityId>().notNull(),
    name: text().notNull(),
    kind: text({ enum: ["iri", "url", "message-id"] }).notNull(),
    postId: uuid().$type<PostId>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.name, t.communityId] }),
    foreignKey({
      name: "name_of_a_post",
      columns: [t.postId, t.communityId],
      foreignColumns: [posts.id, posts.communityId],
    }),
    index("post_name_post").on(t.postId),
    check("post_name_kind", sql`${t.kind} in ('iri', 'url', 'message-id')`),
    check("post_name_length", sql`octet_length(${t.name}) <= 2000`),
  ],
);

/** The bytes that came, for each version of a post: to announce it unchanged, and to render it anew when the sanitiser improves. */
export const postOriginals = pgTable(
  "post_original",
  {
    postId: uuid()
      .$type<PostId>()
      .notNull()
      .references(() => posts.id),
    revision: integer().notNull(),
    mediaType: text().notNull(),
    /** The name of the message or activity that brought it. */
    messageId: text(),
    bytes: bytea().notNull(),
    createdAt: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.postId, t.revision] })],
);

/** What a post said before its author changed it. The rows go when the post is deleted. */
export const postVersions = pgTable(
  "post_version",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    postId: uuid()
      .$type<PostId>()
      .notNull()
      .references(() => posts.id),
    title: text(),
    html: text().notNull(),
    warning: text(),
    language: text(),
    /** When it was written so. */
    writtenAt: moment().notNull(),
  },
  (t) => [index("post_version_post").on(t.postId, t.id)],
);

/** Boosts of posts whose authors were asked first, and said yes. */
export const boostApprovals = pgTable(
  "boost_approval",
  {
    /** The id of the boost. */
    boostId: text().primaryKey(),
    postId: uuid()
      .$type<PostId>()
      .notNull()
      .references(() => posts.id),
    /** What proves it to others: a document at the author's home. */
    approvedBy: text().notNull(),
    at: moment().notNull(),
  },
  (t) => [check("boost_approval_length", sql`octet_length(${t.approvedBy}) <= 2000`)],
);

/** Replies that were written here and whose parent's author allows them, as others may want to see. */
export const replyApprovals = pgTable(
  "reply_approval",
  {
    postId: uuid()
      .$type<PostId>()
      .primaryKey()
      .references(() => posts.id),
    /** What proves it to others: a document at the author's home. */
    approvedBy: text().notNull(),
    /** The author's actor. */
    givenBy: text().notNull(),
    at: moment().notNull(),
  },
  (t) => [
    index("reply_approval_proof").using("hash", t.approvedBy),
    check("reply_approval_length", sql`octet_length(${t.approvedBy}) <= 2000 and octet_length(${t.givenBy}) <= 2000`),
  ],
);

/**
 * Names that were deleted by their author, also before the post itself came. A buried name never comes back, however late: what is signed in
 * itself can be passed on at any time. A row with its index has some 360 bytes, less than that of the activity which brought it (390).
 */
export const buriedNames = pgTable(
  "buried_name",
  {
    name: text().notNull(),
    /** The name of who buried it: only their own posts are kept away. */
    buriedBy: text().notNull(),
    at: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.name, t.buriedBy] })],
);
