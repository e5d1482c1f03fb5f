import { sql } from "drizzle-orm";
import { check, index, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import type { AuthorId, PostId, QuoteId } from "../../core/ids.ts";
import { moment } from "./columns.ts";
import { authors } from "./identity.ts";
import { posts } from "./post.ts";

/** Who asked, or was allowed without asking, to quote a post of somebody with an account here. The id is in the address of the permission. */
export const quotePermits = pgTable(
  "quote_permit",
  {
    id: uuid().$type<QuoteId>().primaryKey(),
    postId: uuid()
      .$type<PostId>()
      .notNull()
      .references(() => posts.id),
    /** The post that quotes it, and its author. */
    quotingName: text().notNull(),
    quotingAuthorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    /** The question that was asked last; null when none was. */
    requestName: text(),
    /** granted · refused · revoked: it was granted, and its author took that back for good. */
    state: text({ enum: ["granted", "refused", "revoked"] }).notNull(),
    createdAt: moment().notNull(),
    changedAt: moment().notNull(),
  },
  (t) => [
    unique("quote_permit_once").on(t.postId, t.quotingName),
    index("quote_permit_quoting").on(t.quotingName),
    check("quote_permit_state", sql`${t.state} in ('granted', 'refused', 'revoked')`),
    check(
      "quote_permit_length",
      sql`octet_length(${t.quotingName}) <= 2000 and octet_length(${t.requestName}) <= 2000`,
    ),
  ],
);

/** Permissions to quote that authors elsewhere gave, as their homes showed them. The row goes when the permission does. */
export const quoteAuthorizations = pgTable(
  "quote_authorization",
  {
    name: text().primaryKey(),
    /** Who gave it: the actor of the quoted author. */
    givenBy: text().notNull(),
    quotingName: text().notNull(),
    quotedName: text().notNull(),
    checkedAt: moment().notNull(),
  },
  (t) => [
    index("quote_authorization_checked").on(t.checkedAt),
    index("quote_authorization_quoting").on(t.quotingName),
    check(
      "quote_authorization_length",
      sql`octet_length(${t.name}) <= 2000 and octet_length(${t.quotingName}) <= 2000 and octet_length(${t.quotedName}) <= 2000`,
    ),
  ],
);
