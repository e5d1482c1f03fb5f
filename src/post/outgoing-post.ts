import { and, eq, or, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { CommunityId, PostId } from "../core/ids.ts";
import { fediverseName } from "../core/own-iris.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { decisions } from "../db/schema/moderation.ts";
import { posts } from "../db/schema/post.ts";

/** A post as a channel needs it to tell the world. */
export interface OutgoingPost {
  readonly id: PostId;
  readonly communityId: CommunityId;
  /** What it is called on the fediverse. */
  readonly iri: string;
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

/** The posts with these ids; those that do not exist, or are not for everybody, are absent. */
export async function listOutgoingPosts(
  { db, config }: Pick<App, "db" | "config">,
  ids: readonly PostId[],
): Promise<ReadonlyMap<PostId, OutgoingPost>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({
      id: posts.id,
      communityId: posts.communityId,
      sourceId: posts.sourceId,
      parentName: posts.parentName,
      state: posts.state,
      quiet: posts.quiet,
      channel: posts.channel,
      actorIri: remoteActors.iri,
      inbox: remoteActors.inbox,
      sharedInbox: remoteActors.sharedInbox,
      host: authors.host,
    })
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(and(anyOf(posts.id, ids), eq(communities.visibility, "public")));
  return new Map(
    rows.map(({ sourceId, actorIri, inbox, sharedInbox, host, parentName, state, ...post }) => [
      post.id,
      {
        ...post,
        iri: fediverseName(config.origin, { ...post, sourceId }),
        opensThread: parentName === null,
        published: state === "published",
        author: { iri: actorIri ?? undefined, inbox: sharedInbox ?? inbox ?? undefined, host },
      },
    ]),
  );
}

/** The bytes of one version of a post. */
export interface OutgoingOriginal {
  readonly mediaType: string;
  readonly messageId: string | undefined;
  readonly text: string;
  /** Which version it is; unset for what bears no words of the post. */
  readonly version?: { readonly postId: PostId; readonly revision: number };
  /** Whether it is kept byte for byte as that version. */
  readonly kept?: boolean;
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
  if (versions.length === 0) return [];
  const asked = JSON.stringify(versions.map(({ postId, revision }) => ({ post: postId, revision })));
  // JSON comes as text: bytes come in hexadecimal, twice as long. What came by mail may be in any charset.
  const rows = await db.execute<OriginalRow>(sql`
    select place::int, post_id, original.revision, media_type, message_id,
      case when media_type like '%json' then convert_from(bytes, 'UTF8') end as json,
      case when media_type like '%json' then null else bytes end as bytes
    from rows from (jsonb_to_recordset(${asked}::jsonb) as (post uuid, revision int))
      with ordinality as asked (post, revision, place)
    cross join lateral (
      select * from post_original
      where post_id = asked.post and (asked.revision is null or post_original.revision = asked.revision)
      order by post_original.revision desc limit 1
    ) as original`);
  const found = new Map(rows.map((row) => [row.place - 1, row]));
  return versions.map((_, place) => toOriginal(found.get(place)));
}

interface OriginalRow extends Record<string, unknown> {
  /** From 1, in the order in which they were asked for. */
  readonly place: number;
  readonly post_id: PostId;
  readonly revision: number;
  readonly media_type: string;
  readonly message_id: string | null;
  readonly json: string | null;
  readonly bytes: Buffer | null;
}

function toOriginal(row: OriginalRow | undefined): OutgoingOriginal | undefined {
  if (!row) return undefined;
  const text = row.json ?? row.bytes?.toString("utf8") ?? "";
  return {
    mediaType: row.media_type,
    messageId: row.message_id ?? undefined,
    text,
    version: { postId: row.post_id, revision: row.revision },
    kept: row.json !== null,
  };
}

/** The decisions by which a post was told of anew, oldest first: it was brought back, or its thread came to another community. */
export async function listRestorations(db: Db, postId: PostId): Promise<readonly number[]> {
  const rows = await db
    .select({ id: decisions.id })
    .from(decisions)
    .where(
      or(
        and(eq(decisions.postId, postId), eq(decisions.action, "restore")),
        and(
          eq(decisions.action, "move"),
          sql`${decisions.threadId} = (select thread_id from post where id = ${postId})`,
        ),
      ),
    )
    .orderBy(decisions.id);
  return rows.map(({ id }) => id);
}
