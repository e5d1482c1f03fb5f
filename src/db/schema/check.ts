import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { CheckId, CommunityId } from "../../core/ids.ts";
import { moment } from "./columns.ts";
import { communities } from "./community.ts";

/** Whose posts a check is about. Everybody but `anyone` is somebody whom no moderator trusts yet. */
export const checkedPeople = ["anyone", "untrusted", "newcomers", "strangers", "outsiders"] as const;

/** What has to be so of a post, or of who wrote it. */
export const checkedThings = [
  ...(["anything", "thread", "links", "images"] as const),
  ...(["mentions", "long", "young", "rate", "server-rate", "crowd", "waiting"] as const),
  ...(["words", "language"] as const),
] as const;

export const checkVerdicts = ["accept", "hold", "reject", "discard"] as const;

/** What a community looks at before a post appears, in its order: the first check that a post meets decides about it. */
export const postChecks = pgTable(
  "post_check",
  {
    id: uuid().$type<CheckId>().primaryKey(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    position: integer().notNull(),
    who: text({ enum: checkedPeople }).notNull(),
    what: text({ enum: checkedThings }).notNull(),
    /** More than so many of what is counted; of `young` fewer days than so many. */
    threshold: integer(),
    /** Words that are looked for, or the languages that are spoken here. */
    words: text().array().notNull().default([]),
    verdict: text({ enum: checkVerdicts }).notNull(),
    /** What its author is told, in the moderators' words; blank: what the check is about. */
    reason: text().notNull().default(""),
    createdAt: moment().notNull(),
  },
  (t) => [
    index("post_check_order").on(t.communityId, t.position),
    check("post_check_who", sql`${t.who} in ('anyone', 'untrusted', 'newcomers', 'strangers', 'outsiders')`),
    check("post_check_verdict", sql`${t.verdict} in ('accept', 'hold', 'reject', 'discard')`),
    check(
      "post_check_what",
      sql`case
        when ${t.what} in ('anything', 'thread', 'links', 'images') then ${t.threshold} is null and cardinality(${t.words}) = 0
        when ${t.what} in ('mentions', 'long', 'young', 'rate', 'server-rate', 'crowd', 'waiting')
          then coalesce(${t.threshold} between 0 and 1000000, false) and cardinality(${t.words}) = 0
        when ${t.what} in ('words', 'language') then ${t.threshold} is null and cardinality(${t.words}) between 1 and 200
        else false end`,
    ),
    check("post_check_reason_length", sql`char_length(${t.reason}) <= 1000`),
  ],
);
