import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import type { AccountId, AuthorId, CommunityId, EditId } from "../../core/ids.ts";
import { accounts } from "./account.ts";
import { moment } from "./columns.ts";
import { communities } from "./community.ts";
import { authors } from "./identity.ts";
import { decisions } from "./moderation.ts";

/**
 * What became of a post, of a wish to join or a membership, the answers to what people say to a notice or tell a community to do, what came of a report, where a
 * thread went, and by which ways somebody hears.
 */
const kinds = [
  ...(["not-public", "held", "published", "refused", "invited", "moved"] as const),
  ...(["edit-held", "edit-published", "edit-refused"] as const),
  ...(["help", "stopped", "started", "appealed"] as const),
  ...(["report-kept", "report-acted"] as const),
  ...(["admitted", "declined", "expelled"] as const),
  ...(["answered", "mentioned", "linked", "unlinked", "obeyed"] as const),
  ...(["removed", "restored", "warned", "unwarned", "banned", "unbanned", "appeal-kept"] as const),
  ...(["placed", "carried"] as const),
  ...(["mail-suspended", "mail-ended", "follow-ended", "erasure-stopped"] as const),
] as const;

/** What a community told somebody privately: once a cause, a decision and a wording. */
export const notices = pgTable(
  "notice",
  {
    id: uuid().primaryKey(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    /** The name of what it is about. */
    cause: text().notNull(),
    kind: text({ enum: kinds }).notNull(),
    /** Why, in the words of a moderator; else the rule that decided, which the channel puts into words. */
    reason: text().notNull().default(""),
    rule: text(),
    /** What a moderator decided, where that is what it tells of. */
    decisionId: bigint({ mode: "number" }).references(() => decisions.id),
    /** The new words for a post that it tells of. */
    editId: uuid().$type<EditId>(),
    /** The language of what it is about. */
    language: text(),
    /** What its reader said against it, for another moderator to read, and when one did. */
    appeal: text(),
    appealedAt: moment(),
    appealClosedAt: moment(),
    createdAt: moment().notNull(),
    /** When somebody with an account here said that they know. */
    readAt: moment(),
  },
  (t) => [
    unique("notice_once_a_cause")
      .on(t.communityId, t.authorId, t.cause, t.kind, t.decisionId, t.editId)
      .nullsNotDistinct(),
    index("notice_by_author").on(t.authorId, t.createdAt),
    index("notice_unread").on(t.authorId).where(sql`${t.readAt} is null`),
    index("open_appeals")
      .on(t.communityId, t.appealedAt)
      .where(sql`${t.appealedAt} is not null and ${t.appealClosedAt} is null`),
    check(
      "notice_kind",
      sql`${t.kind} in ('not-public', 'held', 'published', 'refused', 'invited', 'moved', 'edit-held', 'edit-published', 'edit-refused', 'help', 'stopped', 'started', 'appealed', 'report-kept', 'report-acted', 'admitted', 'declined', 'expelled', 'answered', 'mentioned', 'linked', 'unlinked', 'obeyed', 'removed', 'restored', 'warned', 'unwarned', 'banned', 'unbanned', 'appeal-kept', 'placed', 'carried', 'mail-suspended', 'mail-ended', 'follow-ended', 'erasure-stopped')`,
    ),
    check("appeals_have_a_date", sql`(${t.appeal} is null) = (${t.appealedAt} is null)`),
    check("only_appeals_close", sql`${t.appealClosedAt} is null or ${t.appealedAt} is not null`),
  ],
);

/** By which ways somebody with an account here wants to hear of what; who says nothing hears as `src/account/notice-wishes.ts` says. */
export const noticeWishes = pgTable(
  "notice_wish",
  {
    accountId: uuid()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    /** own: what becomes of their posts, reports and memberships · others: who answers or mentions them. */
    about: text({ enum: ["own", "others"] }).notNull(),
    web: boolean().notNull(),
    mail: boolean().notNull(),
    fediverse: boolean().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.about] }),
    check("notice_wish_about", sql`${t.about} in ('own', 'others')`),
  ],
);

/** Who asked a community to tell them nothing of its own accord. */
export const noticeMutes = pgTable(
  "notice_mute",
  {
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    at: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.communityId, t.authorId] })],
);
