import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { AuthorId, CommunityId, InvitationId } from "../../core/ids.ts";
import { moment } from "./columns.ts";
import { communities } from "./community.ts";
import { authors } from "./identity.ts";

/** Links that let people into a community. Whom one let in is in the ledger of consent. */
export const invitations = pgTable(
  "invitation",
  {
    id: uuid().$type<InvitationId>().primaryKey(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    /** Null: whoever has the command line. */
    createdBy: uuid()
      .$type<AuthorId>()
      .references(() => authors.id),
    /** For whom it is meant, in words for those who made it. */
    note: text().notNull().default(""),
    /** How many people it lets in; null: any number. */
    uses: integer(),
    used: integer().notNull().default(0),
    createdAt: moment().notNull(),
    expiresAt: moment().notNull(),
    revokedAt: moment(),
  },
  (t) => [
    index("invitation_community").on(t.communityId, t.createdAt),
    check("invitation_uses", sql`${t.used} >= 0 and (${t.uses} is null or (${t.uses} > 0 and ${t.used} <= ${t.uses}))`),
    check("invitation_note_length", sql`char_length(${t.note}) <= 200`),
  ],
);
