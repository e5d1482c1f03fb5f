import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { type AuthorView, authorColumns, homeOf, toAuthorView } from "../author/author-view.ts";
import type { Cursor } from "../core/cursor.ts";
import type { PostId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { prepared } from "../db/prepared.ts";
import { memberRoles } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import type { PlacedAttachment } from "./attachments.ts";
import { countReactionsInThread, type ReactionCount } from "./count-reactions.ts";
import { findQuoted, type Quoted } from "./list-quoted.ts";
import { listShownAttachments } from "./list-shown-attachments.ts";
import { listPollsInThread, type Poll } from "./poll.ts";
import type { OwnReactionKind } from "./react-here.ts";

/** A place in a thread: a post that can be read, or where one was. */
export type PostView = PostPlace & (ReadablePost | DeletedPost | RemovedPost);

interface DeletedPost {
  readonly state: "deleted";
}

interface RemovedPost {
  readonly state: "removed";
  /** What the moderators gave as their reason. */
  readonly reason: string | undefined;
}

interface PostPlace {
  readonly id: PostId;
  readonly parentId: PostId | undefined;
  /** True when it answers something, here or not. */
  readonly isReply: boolean;
  readonly writtenAt: Date;
}

/** What of a post can be read. */
export interface ReadablePost {
  readonly state: "published";
  readonly author: AuthorView;
  /** What the author does for the community. */
  readonly role: "moderator" | "owner" | undefined;
  readonly channel: "activitypub" | "mail" | "web";
  /** Meant for all members. */
  readonly announcement: boolean;
  readonly title: string | undefined;
  readonly html: string;
  /** What a mail program put around it: quotes, a signature. */
  readonly foldedHtml: string | undefined;
  /** A content warning, when the author gave one. */
  readonly warning: string | undefined;
  readonly sensitive: boolean;
  readonly language: string | undefined;
  readonly attachments: readonly PlacedAttachment[];
  readonly quotes: readonly Quoted[];
  readonly editedAt: Date | undefined;
  /** Its page at its home, for a post from elsewhere. */
  readonly homeUrl: string | undefined;
  /** `undefined` when nobody reacted to it. */
  readonly reactions: ReactionCount | undefined;
  readonly poll: Poll | undefined;
  /** What its reader made of it, if they are signed in. */
  readonly own?: readonly OwnReactionKind[];
}

/** The posts of a thread as they were written, at most `limit` after `after`; with them the places of those that are gone. */
export async function listThreadPosts(
  db: Db,
  threadId: ThreadId,
  { after, limit }: { readonly after?: Cursor | undefined; readonly limit: number },
): Promise<readonly PostView[]> {
  const given = { threadId, limit };
  const [rows, reactions, polls] = await Promise.all([
    after
      ? laterPostsQuery(db).execute({ ...given, at: after.at.toISOString(), id: after.id })
      : postsQuery(db).execute(given),
    countReactionsInThread(db, threadId),
    listPollsInThread(db, threadId),
  ]);
  const attachmentsOf = await listShownAttachments(
    db,
    rows.flatMap(({ id, state }) => (state === "published" ? id : [])),
  );
  const quotesOf = await findQuoted(
    db,
    rows.map(({ id }) => ({ id, attachments: attachmentsOf(id) })),
  );
  return rows.map((row) => {
    const attachments = attachmentsOf(row.id);
    const quotes = quotesOf(row.id);
    return toPostView(row, { reactions: reactions.get(row.id), poll: polls.get(row.id), attachments, quotes });
  });
}

const inThread = and(
  eq(posts.threadId, sql.placeholder("threadId")),
  inArray(posts.state, ["published", "deleted", "removed"]),
);

const postsQuery = prepared((db) => selectPosts(db).where(inThread).prepare("thread_posts"));
const laterPostsQuery = prepared((db) => {
  const place = sql`(${sql.placeholder("at")}::timestamptz, ${sql.placeholder("id")}::uuid)`;
  const isLater = sql`(${posts.writtenAt}, ${posts.id}) > ${place}`;
  return selectPosts(db).where(and(inThread, isLater)).prepare("later_thread_posts");
});

function selectPosts(db: Db) {
  return db
    .select({
      id: posts.id,
      parentId: posts.parentId,
      parentName: posts.parentName,
      sourceId: posts.sourceId,
      channel: posts.channel,
      announcement: posts.announcement,
      title: posts.title,
      // The words of a removed post stay where they are.
      html: sql<string>`case ${posts.state} when 'published' then ${posts.html} else '' end`,
      foldedHtml: sql<string | null>`case ${posts.state} when 'published' then ${posts.foldedHtml} end`,
      warning: posts.warning,
      sensitive: posts.sensitive,
      language: posts.language,
      url: posts.url,
      state: posts.state,
      reason: posts.reason,
      writtenAt: posts.writtenAt,
      editedAt: posts.editedAt,
      // Their own, or that of the person here who they proved to be.
      role: sql<"moderator" | "owner" | null>`coalesce(${memberRoles.role}, (
        select max(held.role) from linked_identity link join account on account.id = link.account_id
        join member_role held on held.author_id = account.author_id
        where link.author_id = ${posts.authorId} and held.community_id = ${posts.communityId}))`,
      author: authorColumns,
    })
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .leftJoin(
      memberRoles,
      and(eq(memberRoles.communityId, posts.communityId), eq(memberRoles.authorId, posts.authorId)),
    )
    .orderBy(asc(posts.writtenAt), asc(posts.id))
    .limit(sql.placeholder("limit"))
    .$dynamic();
}

type Row = Awaited<ReturnType<typeof selectPosts>>[number];

function toPostView(row: Row, more: Pick<ReadablePost, "reactions" | "poll" | "attachments" | "quotes">): PostView {
  const place = {
    id: row.id,
    parentId: row.parentId ?? undefined,
    isReply: row.parentName !== null,
    writtenAt: row.writtenAt,
  };
  if (row.state === "removed") return { ...place, state: "removed", reason: row.reason || undefined };
  if (row.state !== "published") return { ...place, state: "deleted" };
  return {
    ...place,
    state: row.state,
    author: toAuthorView(row.author),
    role: row.role ?? undefined,
    channel: row.channel,
    announcement: row.announcement,
    title: row.title ?? undefined,
    html: row.html,
    foldedHtml: row.foldedHtml ?? undefined,
    warning: row.warning ?? undefined,
    sensitive: row.sensitive,
    language: row.language ?? undefined,
    editedAt: row.editedAt ?? undefined,
    homeUrl: row.channel === "activitypub" ? homeOf(row.sourceId, row.url) : undefined,
    ...more,
  };
}
