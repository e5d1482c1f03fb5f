import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { AuthorId, CaseId, CommunityId, PostId, ReportId, ThreadId } from "../../core/ids.ts";
import { moment } from "./columns.ts";
import { communities } from "./community.ts";
import { authors } from "./identity.ts";
import { posts, threads } from "./post.ts";

const actions = [
  ...(["approve", "trust", "reject", "spam", "remove", "restore", "split", "attach"] as const),
  ...(["approve-edit", "reject-edit"] as const),
  ...(["lock", "unlock", "pin", "unpin", "set-topic", "move"] as const),
  ...(["ban", "unban", "set-role", "warn", "unwarn", "vouch", "unvouch", "admit", "decline", "expel"] as const),
] as const;

/** What moderators decided. Rows are only added. */
export const decisions = pgTable(
  "decision",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    /** What it is about: one of these three. */
    postId: uuid()
      .$type<PostId>()
      .references(() => posts.id),
    threadId: uuid()
      .$type<ThreadId>()
      .references(() => threads.id),
    authorId: uuid()
      .$type<AuthorId>()
      .references(() => authors.id),
    /** Null: whoever has the command line. */
    moderatorId: uuid()
      .$type<AuthorId>()
      .references(() => authors.id),
    action: text({ enum: actions }).notNull(),
    reason: text().notNull().default(""),
    /** When a ban ends. */
    until: moment(),
    /** For `set-role`: what they had, and have now. */
    formerRole: text({ enum: ["member", "moderator", "owner"] }),
    role: text({ enum: ["member", "moderator", "owner"] }),
    /** For `set-topic`: the slugs of the topic that the thread was under, and is now; null for none. */
    formerTopic: text(),
    topic: text(),
    /** For `split` and `attach`: the post that it stood below, and stands below now; null where it opens a thread. */
    formerParentId: uuid()
      .$type<PostId>()
      .references(() => posts.id),
    parentId: uuid()
      .$type<PostId>()
      .references(() => posts.id),
    /** For `move`: where the thread went. */
    otherCommunityId: uuid()
      .$type<CommunityId>()
      .references(() => communities.id),
    /** The rule of the community by which it was decided, as it was then. */
    ruleNumber: integer(),
    rule: text(),
    /** The decision that it takes back, if somebody asked for just that. */
    undoes: bigint({ mode: "number" }).references((): AnyPgColumn => decisions.id),
    /** The name and the bytes of the activity that brought it, when a moderator elsewhere decided. */
    sourceId: text(),
    original: text(),
    at: moment().notNull(),
  },
  (t) => [
    uniqueIndex("decision_order").on(t.communityId, t.id),
    index("decision_post").on(t.postId, t.id).where(sql`${t.postId} is not null`),
    index("decision_thread").on(t.threadId, t.id).where(sql`${t.threadId} is not null`),
    index("decision_author").on(t.authorId, t.id).where(sql`${t.authorId} is not null`),
    index("decision_undoes").on(t.undoes).where(sql`${t.undoes} is not null`),
    index("decision_elsewhere").on(t.otherCommunityId, t.id).where(sql`${t.otherCommunityId} is not null`),
    index("decision_source").on(t.sourceId).where(sql`${t.sourceId} is not null`),
    check(
      "decision_action",
      sql`case
        when ${t.action} in ('approve', 'trust', 'reject', 'spam', 'remove', 'restore', 'split', 'attach', 'approve-edit', 'reject-edit') then ${t.postId} is not null
        when ${t.action} in ('lock', 'unlock', 'pin', 'unpin', 'set-topic', 'move') then ${t.threadId} is not null
        when ${t.action} in ('ban', 'unban', 'set-role', 'warn', 'unwarn', 'vouch', 'unvouch', 'admit', 'decline', 'expel') then ${t.authorId} is not null
        else false end`,
    ),
    check("decision_subject", sql`num_nonnulls(${t.postId}, ${t.threadId}, ${t.authorId}) = 1`),
    check("decision_role", sql`(${t.action} = 'set-role') = (${t.role} is not null and ${t.formerRole} is not null)`),
    check("decision_topic", sql`${t.action} = 'set-topic' or num_nonnulls(${t.topic}, ${t.formerTopic}) = 0`),
    check(
      "decision_place",
      sql`${t.action} in ('split', 'attach') or num_nonnulls(${t.formerParentId}, ${t.parentId}) = 0`,
    ),
    check("decision_move", sql`(${t.action} = 'move') = (${t.otherCommunityId} is not null)`),
    check("decision_rule", sql`(${t.rule} is null) = (${t.ruleNumber} is null)`),
    check("decision_source_length", sql`octet_length(${t.sourceId}) <= 2000`),
  ],
);

/** All that was reported of one post, of one person or of the community itself, until a moderator has looked at it. */
export const cases = pgTable(
  "report_case",
  {
    id: uuid().$type<CaseId>().primaryKey(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    /** Null: it is about the person. */
    postId: uuid()
      .$type<PostId>()
      .references(() => posts.id),
    /** Who is reported. Null: it is about the community as a whole. */
    authorId: uuid()
      .$type<AuthorId>()
      .references(() => authors.id),
    state: text({ enum: ["open", "resolved"] })
      .notNull()
      .default("open"),
    /** kept: there was nothing to do · acted: something was decided · withdrawn: the reporters took it back. */
    outcome: text({ enum: ["kept", "acted", "withdrawn"] }),
    /** What those who reported may hear. */
    note: text().notNull().default(""),
    /** Null: whoever has the command line, or nobody had to. */
    resolvedBy: uuid()
      .$type<AuthorId>()
      .references(() => authors.id),
    forwardedAt: moment(),
    resolvedAt: moment(),
    createdAt: moment().notNull(),
  },
  (t) => [
    uniqueIndex("one_open_case_a_post").on(t.postId).where(sql`${t.state} = 'open' and ${t.postId} is not null`),
    uniqueIndex("one_open_case_a_person")
      .on(t.communityId, t.authorId)
      .where(sql`${t.state} = 'open' and ${t.postId} is null`),
    uniqueIndex("one_open_case_about_a_community")
      .on(t.communityId)
      .where(sql`${t.state} = 'open' and ${t.authorId} is null`),
    index("open_cases").on(t.communityId, t.createdAt).where(sql`${t.state} = 'open'`),
    check("case_state", sql`${t.state} in ('open', 'resolved')`),
    check("posts_have_an_author", sql`${t.postId} is null or ${t.authorId} is not null`),
    check("case_outcome", sql`${t.outcome} in ('kept', 'acted', 'withdrawn')`),
    check(
      "resolved_cases_have_an_outcome",
      sql`(${t.state} = 'resolved') = (${t.outcome} is not null and ${t.resolvedAt} is not null)`,
    ),
  ],
);

/** What somebody reported, by whatever channel. Who it was is shown to nobody but moderators. */
export const reports = pgTable(
  "report",
  {
    id: uuid().$type<ReportId>().primaryKey(),
    caseId: uuid()
      .$type<CaseId>()
      .notNull()
      .references(() => cases.id),
    /** Who reported, or the actor that spoke for them. */
    reporterId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    /** True when the reporter is the actor of a whole server, and the person stays unknown. */
    byServer: boolean().notNull(),
    channel: text({ enum: ["activitypub", "mail", "web"] }).notNull(),
    /** The name of the message that brought it. */
    sourceId: text().notNull(),
    words: text().notNull().default(""),
    /** The rule of the community that they find broken, as it was then. */
    ruleNumber: integer(),
    rule: text(),
    /** They want the home of who is reported to read their words too. */
    forward: boolean().notNull().default(false),
    withdrawnAt: moment(),
    createdAt: moment().notNull(),
  },
  (t) => [
    uniqueIndex("report_once_a_case").on(t.caseId, t.sourceId),
    index("report_source").on(t.sourceId),
    index("report_by_reporter").on(t.reporterId, t.createdAt),
    check("report_channel", sql`${t.channel} in ('activitypub', 'mail', 'web')`),
    check("report_rule", sql`(${t.rule} is null) = (${t.ruleNumber} is null)`),
    check("report_source_length", sql`octet_length(${t.sourceId}) <= 2000`),
  ],
);

/** Published posts that went out of sight because their author's server was blocked; they come back when it is opened. */
export const hiddenPosts = pgTable("hidden_post", {
  postId: uuid()
    .$type<PostId>()
    .primaryKey()
    .references(() => posts.id),
});
