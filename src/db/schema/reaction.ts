import { sql } from "drizzle-orm";
import { bigint, check, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { PostId } from "../../core/ids.ts";
import { bytea, moment } from "./columns.ts";
import { posts } from "./post.ts";

/** What somebody makes of a post without a word: one row a person and kind. */
export const reactions = pgTable(
  "reaction",
  {
    postId: uuid()
      .$type<PostId>()
      .notNull()
      .references(() => posts.id),
    /** The name of who reacts, in the terms of their door: they need not be known here otherwise. */
    authorName: text().notNull(),
    kind: text({ enum: ["like", "dislike", "emoji", "boost"] }).notNull(),
    /** The character, for an emoji that is one. */
    emoji: text().notNull().default(""),
    /** The name of the reaction itself, by which it can be taken back. */
    sourceId: text().notNull(),
    createdAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.postId, t.authorName, t.kind] }),
    index("reaction_source").on(t.sourceId),
    index("reaction_author").on(t.authorName),
    check("reaction_kind", sql`${t.kind} in ('like', 'dislike', 'emoji', 'boost')`),
    check("reaction_emoji", sql`char_length(${t.emoji}) <= 40 and (${t.kind} = 'emoji' or ${t.emoji} = '')`),
    check("reaction_author_name_length", sql`octet_length(${t.authorName}) <= 2000`),
    check("reaction_source_id_length", sql`octet_length(${t.sourceId}) <= 2000`),
  ],
);

/** The bytes of reactions, and of their withdrawals, on the way to those who are told of them. A row goes when it was told. */
export const reactionOriginals = pgTable("reaction_original", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  postId: uuid()
    .$type<PostId>()
    .notNull()
    .references(() => posts.id),
  mediaType: text().notNull(),
  /** The name of the message or activity that brought it. */
  messageId: text().notNull(),
  bytes: bytea().notNull(),
  createdAt: moment().notNull(),
});
