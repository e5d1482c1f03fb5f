import { sql } from "drizzle-orm";
import { check, foreignKey, integer, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import type { CommunityId, TopicId } from "../../core/ids.ts";
import { moment } from "./columns.ts";
import { communities } from "./community.ts";

/** What a community sorts its threads under. */
export const topics = pgTable(
  "topic",
  {
    id: uuid().$type<TopicId>().primaryKey(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    /** Its name in addresses, one of each in a community. */
    slug: text().notNull(),
    name: text().notNull(),
    /** Where it stands in lists. */
    position: integer().notNull(),
    /** Since when no new thread comes under it; those that are there stay. */
    retiredAt: moment(),
    createdAt: moment().notNull(),
  },
  (t) => [
    unique("topic_slug").on(t.communityId, t.slug),
    unique("topic_community").on(t.id, t.communityId),
    check("topic_slug_shape", sql`${t.slug} ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(${t.slug}) <= 64`),
    check("topic_name_length", sql`char_length(${t.name}) between 1 and 100`),
  ],
);

/** The hashtags that put a new thread under a topic. */
export const topicHashtags = pgTable(
  "topic_hashtag",
  {
    communityId: uuid().$type<CommunityId>().notNull(),
    /** Folded: small letters, nothing between them. */
    hashtag: text().notNull(),
    topicId: uuid().$type<TopicId>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.communityId, t.hashtag] }),
    foreignKey({
      name: "hashtag_of_a_topic",
      columns: [t.topicId, t.communityId],
      foreignColumns: [topics.id, topics.communityId],
    }).onDelete("cascade"),
    check("topic_hashtag_length", sql`char_length(${t.hashtag}) between 1 and 200`),
  ],
);
