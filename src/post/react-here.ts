import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId, LocalActorId, PostId, ThreadId } from "../core/ids.ts";
import { ownIris } from "../core/own-iris.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { posts } from "../db/schema/post.ts";
import { reactions } from "../db/schema/reaction.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { react } from "./react.ts";
import { withdrawReactions } from "./withdraw-reactions.ts";

/** What people with an account here make of a post with a button. */
export type OwnReactionKind = "like" | "boost";

export interface OwnReaction {
  readonly authorId: AuthorId;
  readonly postId: PostId;
  readonly kind: OwnReactionKind;
}

/**
 * Counts a reaction of somebody with an account here, and tells the post's author and who else is to hear of it. Doing it again changes
 * nothing.
 *
 * @throws {DomainError} `not-found` when the post cannot be read, `not-allowed` when they were shut out
 */
export async function reactHere(app: App, reaction: OwnReaction): Promise<void> {
  const { kind, postId, authorId } = reaction;
  const { authorName, post } = await findBoth(app, reaction);
  await app.db.transaction(async (tx) => {
    const within = { ...app, db: tx };
    if (await findOwn(tx, reaction, authorName)) return;
    const name = `${kind}/${randomUUID()}`;
    const sourceId = ownIris(app.config.origin).activity(name);
    const { host } = new URL(app.config.origin);
    const given = { postName: post.sourceId, authorName, authorId, host, kind, sourceId };
    const counted = await react(within, [{ ...given, communityIds: [post.communityId] }]);
    if (counted === 0) throw new DomainError("not-allowed", "you may not react to this post");
    await dispatch(app, tx, [
      { kind: "person-reacted", authorId, reactedId: postId, reaction: kind, name, undone: false },
    ]);
  });
}

/** Takes a reaction of somebody with an account here back. @throws {DomainError} `not-found` when the post cannot be read */
export async function withdrawReactionHere(app: App, reaction: OwnReaction): Promise<void> {
  const { kind, postId, authorId } = reaction;
  const { authorName } = await findBoth(app, reaction);
  await app.db.transaction(async (tx) => {
    const sourceId = await findOwn(tx, reaction, authorName);
    if (sourceId === undefined) return;
    await withdrawReactions({ ...app, db: tx }, [{ authorName, sourceId }]);
    const name = sourceId.slice(ownIris(app.config.origin).activity("").length);
    await dispatch(app, tx, [
      { kind: "person-reacted", authorId, reactedId: postId, reaction: kind, name, undone: true },
    ]);
  });
}

async function findBoth(app: App, { authorId, postId }: OwnReaction) {
  const actorId = await findReactingActor(app.db, authorId);
  if (!actorId) throw new DomainError("not-allowed", "only somebody with an account here may react");
  const [post] = await app.db
    .select({ sourceId: posts.sourceId, communityId: posts.communityId })
    .from(posts)
    .where(and(eq(posts.id, postId), eq(posts.state, "published")));
  if (!post) throw new DomainError("not-found", "there is no such post");
  return { authorName: ownIris(app.config.origin).actor(actorId), post };
}

/** The actor of somebody with an account here. */
export async function findReactingActor(db: Db, authorId: AuthorId): Promise<LocalActorId | undefined> {
  const [author] = await db
    .select({ actorId: authors.localActorId })
    .from(authors)
    .where(and(eq(authors.id, authorId), eq(authors.state, "active")));
  return author?.actorId ?? undefined;
}

/** The name of the reaction, if there is one. */
async function findOwn(db: Db, { postId, kind }: OwnReaction, authorName: string): Promise<string | undefined> {
  const [row] = await db
    .select({ sourceId: reactions.sourceId })
    .from(reactions)
    .where(and(eq(reactions.postId, postId), eq(reactions.authorName, authorName), eq(reactions.kind, kind)));
  return row?.sourceId;
}

/** What somebody with an account here made of the posts of a thread. */
export async function listOwnReactions(
  app: App,
  authorId: AuthorId,
  threadId: ThreadId,
): Promise<ReadonlyMap<PostId, readonly OwnReactionKind[]>> {
  const actorId = await findReactingActor(app.db, authorId);
  if (!actorId) return new Map();
  const rows = await app.db
    .select({ postId: reactions.postId, kind: reactions.kind })
    .from(reactions)
    .innerJoin(posts, eq(posts.id, reactions.postId))
    .where(and(eq(posts.threadId, threadId), eq(reactions.authorName, ownIris(app.config.origin).actor(actorId))));
  const own = new Map<PostId, OwnReactionKind[]>();
  for (const { postId, kind } of rows)
    if (kind === "like" || kind === "boost") own.set(postId, [...(own.get(postId) ?? []), kind]);
  return own;
}

/** Who reacted to what, as the fediverse hears of it. */
export interface ReactedTo {
  readonly actorId: LocalActorId;
  readonly id: PostId;
  readonly communityId: CommunityId;
  readonly sourceId: string;
  readonly channel: "activitypub" | "mail" | "web";
  readonly published: boolean;
  readonly quiet: boolean;
  readonly authorId: AuthorId;
}

/** The post that somebody here reacted to, whatever became of it. */
export async function findReactedTo(db: Db, authorId: AuthorId, postId: PostId): Promise<ReactedTo | undefined> {
  const [found] = await db
    .select({ post: posts })
    .from(posts)
    .innerJoin(communities, eq(communities.id, posts.communityId))
    .where(and(eq(posts.id, postId), eq(communities.visibility, "public")));
  const row = found?.post;
  const [author] = await db.select({ actorId: authors.localActorId }).from(authors).where(eq(authors.id, authorId));
  return row && author?.actorId ? { ...row, actorId: author.actorId, published: row.state === "published" } : undefined;
}
