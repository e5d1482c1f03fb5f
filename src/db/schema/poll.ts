import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { PostId } from "../../core/ids.ts";
import { moment } from "./columns.ts";
import { posts } from "./post.ts";

/** What a post asks its readers. They vote at its home, which tells how it stands. */
export const polls = pgTable(
  "poll",
  {
    postId: uuid()
      .$type<PostId>()
      .primaryKey()
      .references(() => posts.id),
    /** Whether one may choose several. */
    multiple: boolean().notNull(),
    endsAt: moment(),
    /** How many people voted, if its home tells. */
    voters: integer(),
  },
  (t) => [check("poll_voters", sql`${t.voters} >= 0`)],
);

export const pollChoices = pgTable(
  "poll_choice",
  {
    postId: uuid()
      .$type<PostId>()
      .notNull()
      .references(() => polls.postId, { onDelete: "cascade" }),
    position: integer().notNull(),
    name: text().notNull(),
    /** Null while its home does not tell. */
    votes: integer(),
  },
  (t) => [primaryKey({ columns: [t.postId, t.position] }), check("poll_choice_votes", sql`${t.votes} >= 0`)],
);
