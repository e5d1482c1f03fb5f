import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { CommunityId, RuleId } from "../../core/ids.ts";
import { moment } from "./columns.ts";
import { communities } from "./community.ts";

/** What is expected of people in a community. Their numbers follow from their places; what was decided by one quotes it as it was. */
export const communityRules = pgTable(
  "community_rule",
  {
    id: uuid().$type<RuleId>().primaryKey(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    position: integer().notNull(),
    words: text().notNull(),
    createdAt: moment().notNull(),
  },
  (t) => [
    index("community_rule_place").on(t.communityId, t.position),
    check("community_rule_length", sql`char_length(${t.words}) between 1 and 500`),
  ],
);
