import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { PostId, UploadId } from "../../core/ids.ts";
import { uploads } from "./draft.ts";
import { posts } from "./post.ts";

/** What came with a post, in the order in which its author put it. It stays where it is; the rows go when the post is deleted. */
export const postAttachments = pgTable(
  "post_attachment",
  {
    postId: uuid()
      .$type<PostId>()
      .notNull()
      .references(() => posts.id),
    position: integer().notNull(),
    /**
     * image: shown · file: downloaded · link: a page that the post is about · emoji: stands in its words as `:name:` · quote: another
     * post, by its name.
     */
    kind: text({ enum: ["image", "file", "link", "emoji", "quote"] }).notNull(),
    url: text().notNull(),
    mediaType: text(),
    /** What it shows or is called, in the author's words. */
    alt: text(),
    /** In pixels, as the author's software tells. */
    width: integer(),
    height: integer(),
    /** Set when it stands here. */
    uploadId: uuid()
      .$type<UploadId>()
      .references(() => uploads.id),
    /** Of a quote: where the permission to quote stands, as its author says. */
    approvedBy: text(),
  },
  (t) => [
    primaryKey({ columns: [t.postId, t.position] }),
    index("post_attachment_upload").on(t.uploadId).where(sql`${t.uploadId} is not null`),
    index("post_attachment_quote").on(t.url).where(sql`${t.kind} = 'quote'`),
    check("post_attachment_kind", sql`${t.kind} in ('image', 'file', 'link', 'emoji', 'quote')`),
    check("post_attachment_url_length", sql`octet_length(${t.url}) <= 2000`),
    check("post_attachment_approval", sql`octet_length(${t.approvedBy}) <= 2000`),
    check("post_attachment_size", sql`${t.width} > 0 and ${t.height} > 0`),
  ],
);
