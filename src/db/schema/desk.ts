import { index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { AuthorId, CommunityId, DeskNoteId } from "../../core/ids.ts";
import { moment } from "./columns.ts";
import { communities } from "./community.ts";
import { authors } from "./identity.ts";

/** Which moderator is looking at what waits, so that no other does at the same time. */
export const deskClaims = pgTable(
  "desk_claim",
  {
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    /** The id of the post, the case, the notice or the author. */
    subject: uuid().notNull(),
    moderatorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    since: moment().notNull(),
    until: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.communityId, t.subject] })],
);

/** What moderators tell each other about a person. Nobody else reads it; rows are only added. */
export const deskNotes = pgTable(
  "desk_note",
  {
    id: uuid().$type<DeskNoteId>().primaryKey(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    /** Who wrote it. */
    moderatorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    words: text().notNull(),
    at: moment().notNull(),
  },
  (t) => [index("desk_note_person").on(t.communityId, t.authorId, t.at)],
);
