import { bigint, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { AuthorId, CommunityId } from "../../core/ids.ts";
import { moment } from "./columns.ts";
import { communities } from "./community.ts";
import { authors } from "./identity.ts";

/** The addresses that stand for authors in mail of a community, since it first brought something of theirs. */
export const authorMailAddresses = pgTable(
  "author_mail_address",
  {
    /** What names the author in the address; it follows from the two below, and the secret key. */
    token: text().primaryKey(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    createdAt: moment().notNull(),
  },
  (t) => [uniqueIndex("author_mail_address_once").on(t.communityId, t.authorId)],
);

/** What one person wrote to another by such an address: not the words, but between whom, so that an answer finds its way. */
export const privateMails = pgTable(
  "private_mail",
  {
    /** The address that takes the answer names it. */
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    /** The addresses of who wrote it and who got it. Neither is told to the other. */
    writer: text().notNull(),
    reader: text().notNull(),
    /** Its Message-ID. It is passed on once. */
    cause: text().notNull(),
    createdAt: moment().notNull(),
  },
  (t) => [
    uniqueIndex("private_mail_once").on(t.cause, t.writer, t.reader),
    index("private_mail_writer").on(t.writer),
    index("private_mail_reader").on(t.reader),
    index("private_mail_created").on(t.createdAt),
  ],
);
