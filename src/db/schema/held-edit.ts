import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { EditId, PostId, UploadId } from "../../core/ids.ts";
import { bytea, moment } from "./columns.ts";
import { posts } from "./post.ts";

/** What comes with the new words, as `post_attachment` keeps it of those that are read. */
export interface HeldAttachment {
  readonly kind: "image" | "file" | "link" | "emoji" | "quote";
  readonly url: string;
  readonly mediaType?: string | undefined;
  readonly alt?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly uploadId?: UploadId | undefined;
  readonly approvedBy?: string | undefined;
}

/** What the new words ask. */
export interface HeldPoll {
  readonly multiple: boolean;
  /** ISO 8601. */
  readonly endsAt?: string | undefined;
  readonly voters?: number | undefined;
  readonly choices: readonly { readonly name: string; readonly votes?: number | undefined }[];
}

/**
 * New words for a post that everybody reads, which a moderator has to read first: until then it says what it said. The last ones of an author
 * take the place of those before.
 */
export const heldEdits = pgTable(
  "held_edit",
  {
    id: uuid().$type<EditId>().primaryKey(),
    postId: uuid()
      .$type<PostId>()
      .notNull()
      .unique("one_held_edit_a_post")
      .references(() => posts.id),
    /** held: for a moderator · refused: by one, who may take that back. */
    state: text({ enum: ["held", "refused"] })
      .notNull()
      .default("held"),
    title: text(),
    /** Sanitised. */
    html: text().notNull(),
    foldedHtml: text(),
    warning: text(),
    sensitive: boolean().notNull(),
    language: text(),
    poll: jsonb().$type<HeldPoll>(),
    attachments: jsonb().$type<readonly HeldAttachment[]>().notNull(),
    /** The bytes that came. */
    mediaType: text().notNull(),
    messageId: text(),
    bytes: bytea().notNull(),
    /** When its author wrote it, if they say so. */
    editedAt: moment(),
    /** Why it is held: the rule, or the moderators' words for it. */
    reason: text().notNull(),
    createdAt: moment().notNull(),
  },
  (t) => [
    index("edits_that_wait").on(t.createdAt).where(sql`${t.state} = 'held'`),
    check("held_edit_state", sql`${t.state} in ('held', 'refused')`),
  ],
);
