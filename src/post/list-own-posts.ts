import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { App } from "../app.ts";
import { type Addressed, findAddressed, toAddressed } from "../author/find-addressed.ts";
import { foldHashtag, hashtagsIn } from "../core/hashtag.ts";
import type { AuthorId, CommunityId, LocalActorId, PostId, ThreadId, UploadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { mentionsIn } from "../core/markdown.ts";
import { fediverseName, ownIris } from "../core/own-iris.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { postOriginals, posts, replyApprovals, threads } from "../db/schema/post.ts";
import { topics } from "../db/schema/topic.ts";
import { listAttachments } from "./attachments.ts";
import { listOwnQuotes, type OwnQuote } from "./own-quotes.ts";
import { listBlurhashes } from "./uploads.ts";

/** A post by somebody with an account here: its home is this server, which speaks for its author. */
export interface OwnPost {
  readonly id: PostId;
  readonly threadId: ThreadId;
  readonly authorId: AuthorId;
  readonly actorId: LocalActorId;
  readonly state: (typeof posts.$inferSelect)["state"];
  readonly title: string | undefined;
  readonly html: string;
  readonly warning: string | undefined;
  readonly sensitive: boolean;
  readonly language: string | undefined;
  /** Markdown, as it was typed; unset for what came otherwise. */
  readonly source: string | undefined;
  readonly writtenAt: Date;
  /** When it could first be read. */
  readonly publishedAt: Date | undefined;
  readonly editedAt: Date | undefined;
  readonly goneAt: Date | undefined;
  readonly community: { readonly id: CommunityId; readonly handle: string; readonly visibility: "public" | "private" };
  /** By which its author sorts it: the topic of the thread that it opens, and those in its words. Without the `#`. */
  readonly hashtags: readonly string[];
  readonly topic: string | undefined;
  /** Whether its author lets others quote it. */
  readonly quotable: boolean;
  /** What the post that it answers is called on the fediverse. */
  readonly parentIri: string | undefined;
  /** What shows that the author of that post allows the answer, if they were asked. */
  readonly approvedBy: string | undefined;
  /** Images that its author brought. */
  readonly images: readonly OwnImage[];
  /** Other files that they brought. */
  readonly files: readonly OwnFile[];
  /** What it quotes. */
  readonly quote: OwnQuote | undefined;
  /** Whom it is for beside the community: those it mentions, and whom it answers. */
  readonly people: readonly Addressed[];
}

/** An image that stands here. */
export interface OwnImage {
  readonly uploadId: UploadId;
  readonly url: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
  readonly blurhash: string;
}

/** Of these posts, those whose home is here, by their ids. */
export async function listOwnPosts(app: App, ids: readonly PostId[]): Promise<ReadonlyMap<PostId, OwnPost>> {
  if (ids.length === 0) return new Map();
  const rows = await selectOwn(app, ids);
  const sources = await listSources(
    app,
    rows.map(({ post }) => post.id),
  );
  const broughtWith = await listBrought(
    app,
    rows.map(({ post }) => post.id),
  );
  const quotes = await listOwnQuotes(
    app.db,
    rows.map(({ post }) => post.id),
  );
  const owned = await Promise.all(
    rows.map(async (row) => ({
      ...(await toOwnPost(app, row, sources.get(row.post.id))),
      ...broughtWith(row.post.id),
      quote: quotes.get(row.post.id),
    })),
  );
  return new Map(owned.map((post) => [post.id, post]));
}

/** What somebody wrote here and everybody can read, the newest first: its ids, and how much there is of it. */
export async function listPublishedHere(
  db: Db,
  authorId: AuthorId,
  limit: number,
): Promise<{ readonly total: number; readonly ids: readonly PostId[] }> {
  const isPublic = sql`exists (select from ${communities} c where c.id = ${posts.communityId} and c.visibility = 'public')`;
  const published = and(eq(posts.authorId, authorId), eq(posts.state, "published"), isPublic);
  const [total, rows] = await Promise.all([
    db.$count(posts, published),
    db
      .select({ id: posts.id })
      .from(posts)
      .where(published)
      .orderBy(desc(posts.writtenAt), desc(posts.id))
      .limit(limit),
  ]);
  return { total, ids: rows.map(({ id }) => id) };
}

const parents = alias(posts, "parent");
const parentAuthors = alias(authors, "parent_author");

async function selectOwn(app: App, ids: readonly PostId[]) {
  return await app.db
    .select({
      post: posts,
      actorId: authors.localActorId,
      quotable: authors.quotable,
      topic: topics.slug,
      community: { id: communities.id, handle: communities.handle, visibility: communities.visibility },
      parent: { id: parents.id, sourceId: parents.sourceId, channel: parents.channel },
      parentAuthor: parentAuthors,
      parentActor: remoteActors,
      approvedBy: replyApprovals.approvedBy,
    })
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .leftJoin(threads, eq(sql`${threads.id}`, sql`${posts.id}`))
    .leftJoin(topics, eq(topics.id, threads.topicId))
    .leftJoin(parents, eq(parents.id, posts.parentId))
    .leftJoin(parentAuthors, eq(parentAuthors.id, parents.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, parentAuthors.id))
    .leftJoin(replyApprovals, and(eq(replyApprovals.postId, posts.id), eq(replyApprovals.givenBy, remoteActors.iri)))
    .where(and(anyOf(posts.id, ids), isNotNull(authors.localActorId)));
}

/** A file that stands here. */
export interface OwnFile {
  readonly url: string;
  readonly name: string;
  readonly mediaType: string;
}

type OwnRow = Awaited<ReturnType<typeof selectOwn>>[number];

/** The last version of each, where it was typed here. */
async function listSources(app: App, ids: readonly PostId[]): Promise<ReadonlyMap<PostId, string>> {
  const rows = await app.db
    .select({ postId: postOriginals.postId, bytes: postOriginals.bytes })
    .from(postOriginals)
    .where(and(anyOf(postOriginals.postId, ids), eq(postOriginals.mediaType, "text/markdown")))
    .orderBy(postOriginals.revision);
  return new Map(rows.map(({ postId, bytes }) => [postId, bytes.toString("utf8")]));
}

async function listBrought(
  app: App,
  ids: readonly PostId[],
): Promise<(postId: PostId) => Pick<OwnPost, "images" | "files">> {
  const attachmentsOf = await listAttachments(app.db, ids);
  const uploadIds = ids.flatMap((id) => attachmentsOf(id).flatMap(({ uploadId }) => uploadId ?? []));
  const blurhashes = await listBlurhashes(app.db, uploadIds);
  return (postId) => ({
    images: attachmentsOf(postId).flatMap(({ uploadId, url, alt = "", width, height }) => {
      const blurhash = uploadId && blurhashes.get(uploadId);
      return blurhash && width && height ? { uploadId, url, alt, width, height, blurhash } : [];
    }),
    files: attachmentsOf(postId).flatMap(({ kind, uploadId, url, alt = "", mediaType }) =>
      kind === "file" && uploadId && mediaType ? { url, name: alt, mediaType } : [],
    ),
  });
}

async function toOwnPost(
  app: App,
  row: OwnRow,
  source: string | undefined,
): Promise<Omit<OwnPost, "images" | "files" | "quote">> {
  const { origin } = app.config;
  const { post, actorId, community, parent, parentAuthor, parentActor } = row;
  const topic = row.topic ?? undefined;
  const typed = hashtagsIn(source ?? "").filter((hashtag) => !topic || foldHashtag(hashtag) !== foldHashtag(topic));
  const mentioned = await findAddressed(app.db, origin, mentionsIn(source ?? "").slice(0, limits.mentionsPerPost));
  const answered = parentAuthor && toAddressed(origin, parentAuthor, parentActor);
  const people = new Map([...(answered ? [answered] : []), ...mentioned.values()].map((one) => [one.iri, one]));
  people.delete(ownIris(origin).actor(actorId!));
  return {
    id: post.id,
    threadId: post.threadId,
    authorId: post.authorId,
    actorId: actorId!,
    state: post.state,
    title: post.title ?? undefined,
    html: post.html,
    warning: post.warning ?? undefined,
    sensitive: post.sensitive,
    language: post.language ?? undefined,
    source: source === "" ? undefined : source,
    writtenAt: post.writtenAt,
    publishedAt: post.publishedAt ?? undefined,
    editedAt: post.editedAt ?? undefined,
    goneAt: post.goneAt ?? undefined,
    community,
    quotable: row.quotable,
    topic,
    hashtags: [...(topic ? [foldHashtag(topic)] : []), ...typed].slice(0, limits.hashtagsPerPost),
    approvedBy: row.approvedBy ?? undefined,
    parentIri: parent ? fediverseName(origin, parent) : undefined,
    people: [...people.values()],
  };
}
