import { eq } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { AuthorId, CommunityId, EditId, PostId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { authors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import { listAttachments, type PlacedAttachment } from "../post/attachments.ts";
import { listHeldEdits } from "../post/held-edits.ts";
import { listArrivals } from "../post/rewrite-post.ts";

/** A post as moderators read it, whether anybody else may or not. */
export interface WaitingWords {
  readonly id: PostId;
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly threadId: ThreadId;
  /** The title of its thread. */
  readonly title: string;
  readonly titleLanguage: string | undefined;
  readonly state: (typeof posts.$inferSelect)["state"];
  readonly channel: "activitypub" | "mail" | "web";
  /** Sanitised. */
  readonly html: string;
  readonly warning: string | undefined;
  readonly language: string | undefined;
  /** Which rule of holding held it, or why it was refused or removed. */
  readonly reason: string | undefined;
  readonly opensThread: boolean;
  /** Whom it answers. */
  readonly answers: string | undefined;
  readonly attachments: readonly PlacedAttachment[];
  /** How many links there are in it. */
  readonly links: number;
  readonly createdAt: Date;
  /** When the words that it has now came here. */
  readonly cameAt: Date;
}

/** These posts with their words, by their ids. */
export async function listWords(db: Db, ids: readonly PostId[]): Promise<ReadonlyMap<PostId, WaitingWords>> {
  if (ids.length === 0) return new Map();
  const parents = alias(posts, "parent");
  const rows = await db
    .select({ post: posts, title: threads.title, titleLanguage: threads.language, answers: authors.name })
    .from(posts)
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .leftJoin(parents, eq(parents.id, posts.parentId))
    .leftJoin(authors, eq(authors.id, parents.authorId))
    .where(anyOf(posts.id, ids));
  const attachmentsOf = await listAttachments(db, ids);
  const arrivals = await listArrivals(db, ids);
  return new Map(
    rows.map(({ post, title, titleLanguage, answers }) => [
      post.id,
      {
        id: post.id,
        communityId: post.communityId,
        authorId: post.authorId,
        threadId: post.threadId,
        title,
        titleLanguage: titleLanguage ?? undefined,
        state: post.state,
        channel: post.channel,
        html: post.html,
        warning: post.warning ?? undefined,
        language: post.language ?? undefined,
        reason: post.reason ?? undefined,
        opensThread: String(post.threadId) === String(post.id),
        answers: answers ?? undefined,
        attachments: attachmentsOf(post.id),
        links: countLinks(post.html),
        createdAt: post.createdAt,
        cameAt: arrivals.get(post.id) ?? post.createdAt,
      },
    ]),
  );
}

/** What its author wants a post to say. */
export interface EditedWords extends Pick<WaitingWords, "html" | "warning" | "language" | "reason" | "links"> {
  readonly editId: EditId;
  readonly title: string | undefined;
  readonly attachments: readonly PlacedAttachment[];
}

/** The new words of those of these posts for which some wait, by the posts. */
export async function listEditedWords(db: Db, ids: readonly PostId[]): Promise<ReadonlyMap<PostId, EditedWords>> {
  const edits = await listHeldEdits(db, ids);
  return new Map(
    [...edits].map(([postId, { id, title, html, warning, language, reason, attachments = [] }]) => {
      const placed = attachments.map((one, position) => ({ ...one, position }));
      return [
        postId,
        { editId: id, title, html, warning, language, reason, attachments: placed, links: countLinks(html) },
      ];
    }),
  );
}

/** Mentions and hashtags lead to people and to other words, not away. */
function countLinks(html: string): number {
  return [...html.matchAll(/<a\s[^>]*>/g)].filter(([tag]) => !/class="[^"]*\b(mention|hashtag)\b/.test(tag)).length;
}
