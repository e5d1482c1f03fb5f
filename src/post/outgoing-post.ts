import { and, desc, eq, or } from "drizzle-orm";
import type { CommunityId, PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { decisions } from "../db/schema/moderation.ts";
import { postOriginals, posts } from "../db/schema/post.ts";

/** A post as a channel needs it to tell the world. */
export interface OutgoingPost {
  readonly id: PostId;
  readonly communityId: CommunityId;
  readonly sourceId: string;
  /** True when it answers nothing: it opens a thread. */
  readonly opensThread: boolean;
  readonly published: boolean;
  /** True while nobody is told of it. */
  readonly quiet: boolean;
  readonly channel: "activitypub" | "mail" | "web";
  readonly author: OutgoingAuthor;
}

export interface OutgoingAuthor {
  /** The author's actor, when it is elsewhere. */
  readonly iri: string | undefined;
  readonly inbox: string | undefined;
  readonly host: string;
}

/** The posts with these ids; those that do not exist are absent. */
export async function listOutgoingPosts(db: Db, ids: readonly PostId[]): Promise<ReadonlyMap<PostId, OutgoingPost>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ post: posts, actor: remoteActors, host: authors.host })
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .where(anyOf(posts.id, ids));
  return new Map(
    rows.map(({ post, actor, host }) => [
      post.id,
      {
        id: post.id,
        communityId: post.communityId,
        sourceId: post.sourceId,
        opensThread: post.parentName === null,
        published: post.state === "published",
        quiet: post.quiet,
        channel: post.channel,
        author: { iri: actor?.iri, inbox: actor?.sharedInbox ?? actor?.inbox, host },
      },
    ]),
  );
}

/** The bytes of one version of a post. */
export interface OutgoingOriginal {
  readonly mediaType: string;
  readonly messageId: string | undefined;
  readonly text: string;
}

/** One version of a post: the one with that number, or the last that came. */
export interface Version {
  readonly postId: PostId;
  readonly revision?: number | undefined;
}

/** Versions of posts, in the order in which they were asked for; `undefined` for one that is not there any more. */
export async function listOriginals(
  db: Db,
  versions: readonly Version[],
): Promise<readonly (OutgoingOriginal | undefined)[]> {
  const lasts = versions.filter(({ revision }) => revision === undefined).map(({ postId }) => postId);
  const numbered = versions.filter(({ revision }) => revision !== undefined);
  const rows =
    lasts.length === 0
      ? []
      : await db
          .selectDistinctOn([postOriginals.postId])
          .from(postOriginals)
          .where(anyOf(postOriginals.postId, lasts))
          .orderBy(postOriginals.postId, desc(postOriginals.revision));
  const others =
    numbered.length === 0
      ? []
      : await db
          .select()
          .from(postOriginals)
          .where(
            or(
              ...numbered.map((one) =>
                and(eq(postOriginals.postId, one.postId), eq(postOriginals.revision, one.revision!)),
              ),
            ),
          );
  const found = new Map<string, OutgoingOriginal>([
    ...rows.map((row) => [row.postId, toOriginal(row)] as const),
    ...others.map((row) => [`${row.postId} ${row.revision}`, toOriginal(row)] as const),
  ]);
  return versions.map(({ postId, revision }) => found.get(revision === undefined ? postId : `${postId} ${revision}`));
}

function toOriginal({ mediaType, messageId, bytes }: typeof postOriginals.$inferSelect): OutgoingOriginal {
  return { mediaType, messageId: messageId ?? undefined, text: bytes.toString("utf8") };
}

/** The decisions that brought a removed post back, oldest first. */
export async function listRestorations(db: Db, postId: PostId): Promise<readonly number[]> {
  const rows = await db
    .select({ id: decisions.id })
    .from(decisions)
    .where(and(eq(decisions.postId, postId), eq(decisions.action, "restore")))
    .orderBy(decisions.id);
  return rows.map(({ id }) => id);
}
