import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { AuthorId, CommunityId, DraftId, PostId, UploadId } from "../../core/ids.ts";
import { bytea, moment } from "./columns.ts";
import { communities } from "./community.ts";
import { authors } from "./identity.ts";
import { posts } from "./post.ts";

/** What somebody is writing in a form, until they publish it. Its author's alone. */
export const drafts = pgTable(
  "draft",
  {
    /** The key of the form. */
    id: uuid().$type<DraftId>().primaryKey(),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    /** The post that it answers, or that it is to change. */
    parentId: uuid()
      .$type<PostId>()
      .references(() => posts.id),
    postId: uuid()
      .$type<PostId>()
      .references(() => posts.id),
    title: text().notNull(),
    /** Markdown. */
    text: text().notNull(),
    warning: text().notNull(),
    language: text(),
    topic: text(),
    /** The images that go with it, in their order. */
    images: uuid().array().$type<UploadId[]>().notNull(),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  (t) => [
    index("draft_author").on(t.authorId, t.updatedAt.desc()),
    index("draft_updated").on(t.updatedAt),
    check("draft_changes_or_answers", sql`${t.parentId} is null or ${t.postId} is null`),
  ],
);

/**
 * Images that people of this server bring, drawn anew, and other files, as they came. They stand in the database, not on a disk: so they are in every backup, are there for every
 * process, and come and go with the post that shows them.
 */
export const uploads = pgTable(
  "upload",
  {
    id: uuid().$type<UploadId>().primaryKey(),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    /** An image: WebP, in two sizes. */
    large: bytea(),
    small: bytea(),
    width: integer(),
    height: integer(),
    /** How it looks from far away, while it is being fetched (blurha.sh). */
    blurhash: text(),
    /** Any other file, and what it is. */
    file: bytea(),
    mediaType: text(),
    /** What it shows, as far as its author has said it yet, or the name of the file; what a post says of it stands with the post. */
    alt: text().notNull().default(""),
    createdAt: moment().notNull(),
  },
  (t) => [
    index("upload_author").on(t.authorId, t.createdAt),
    check("upload_size", sql`${t.width} > 0 and ${t.height} > 0`),
    check(
      "upload_image_or_file",
      sql`num_nulls(${t.large}, ${t.small}, ${t.width}, ${t.height}, ${t.blurhash}) = case when ${t.file} is null then 0 else 5 end
        and (${t.file} is null) = (${t.mediaType} is null)`,
    ),
  ],
);
