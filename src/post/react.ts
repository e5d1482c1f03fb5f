import { and, eq, ne, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { membershipAt } from "../community/membership.ts";
import type { AuthorId, CommunityId, PostId, ThreadId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { members } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { postNames, posts, threads } from "../db/schema/post.ts";
import { reactionOriginals, reactions } from "../db/schema/reaction.ts";
import { findBlocked } from "../jobs/peer-rules.ts";
import { dispatch } from "../outbound/dispatch.ts";
import type { Original } from "./submission.ts";

export type ReactionKind = (typeof reactions.$inferSelect)["kind"];

/** Somebody makes something of a post without a word. */
export interface Reaction {
  /** A name of the post. */
  readonly postName: string;
  /** The name of who reacts, in the door's own terms. */
  readonly authorName: string;
  /** Undefined when they are not on file: then nobody can have shut them out. */
  readonly authorId: AuthorId | undefined;
  /** Where they are at home. */
  readonly host: string;
  readonly kind: ReactionKind;
  /** The character, for an emoji that is one. */
  readonly emoji?: string | undefined;
  readonly sourceId: string;
  /** What others are told. Unset: they know it from somebody else. */
  readonly original?: Original | undefined;
  /** Only where the post stands in these. Unset: wherever it stands. */
  readonly communityIds?: readonly CommunityId[] | undefined;
}

/** A post that was reacted to. */
export interface ReactedPost {
  readonly id: PostId;
  readonly threadId: ThreadId;
}

/**
 * Counts reactions to posts that can be read here, once a person and kind; who votes the other way round has changed their mind. Those of
 * people who were shut out, or whose server was, count nothing.
 *
 * @returns how many stand now, counting those that did before
 */
export async function react(app: App, given: readonly Reaction[]): Promise<number> {
  if (given.length === 0) return 0;
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    const due = await findDue(tx, given, now);
    const changed: Told[] = [];
    for (const { reaction, post } of due) {
      if (await record(tx, reaction, post, now)) changed.push({ post, original: reaction.original });
    }
    await noteReactions(app, tx, changed, now);
    return due.length;
  });
}

interface Due {
  readonly reaction: Reaction;
  readonly post: ReactedPost;
}

async function findDue(tx: Tx, given: readonly Reaction[], now: Date): Promise<readonly Due[]> {
  // In the order in which posts are locked everywhere, and no more firmly than the new rows need it.
  const found = await tx
    .select({ name: postNames.name, id: posts.id, communityId: posts.communityId, threadId: posts.threadId })
    .from(postNames)
    .innerJoin(posts, and(eq(posts.id, postNames.postId), eq(posts.state, "published")))
    .where(
      anyOf(
        postNames.name,
        given.map(({ postName }) => postName),
      ),
    )
    .orderBy(posts.communityId, posts.id)
    .for("key share", { of: posts });
  const isShutOut = await readShutOut(tx, given, now);
  return found.flatMap((post) =>
    given
      .filter(
        ({ postName, communityIds }) => postName === post.name && (communityIds?.includes(post.communityId) ?? true),
      )
      .filter((reaction) => !isShutOut(reaction, post.communityId))
      .map((reaction) => ({ reaction, post })),
  );
}

async function readShutOut(tx: Tx, given: readonly Reaction[], now: Date) {
  const reacting = given.flatMap(({ authorId }) => authorId ?? []);
  const selvesOf = await listSelves(tx, reacting);
  const ids = reacting.flatMap(selvesOf);
  const blocked = await findBlocked(
    tx,
    given.map(({ host }) => host),
  );
  const out = await tx
    .select({ id: authors.id, state: authors.state })
    .from(authors)
    .where(and(anyOf(authors.id, ids), ne(authors.state, "active")));
  const held = await tx
    .select()
    .from(members)
    .where(and(anyOf(members.authorId, ids), eq(members.state, "banned")));
  const banned = held.filter((member) => membershipAt(member, now) === "banned");
  const isSelf = (authorId: AuthorId | undefined, other: AuthorId) =>
    authorId !== undefined && selvesOf(authorId).includes(other);
  return ({ authorId, host }: Reaction, communityId: CommunityId) =>
    blocked.has(host) ||
    out.some(({ id, state }) => id === authorId || (state === "suspended" && isSelf(authorId, id))) ||
    banned.some((member) => isSelf(authorId, member.authorId) && member.communityId === communityId);
}

const opposites: { readonly [Kind in ReactionKind]?: ReactionKind } = { like: "dislike", dislike: "like" };

/** @returns whether it is a new one */
async function record(tx: Tx, reaction: Reaction, post: ReactedPost, now: Date): Promise<boolean> {
  const { authorName, kind, emoji = "", sourceId } = reaction;
  const opposite = opposites[kind];
  if (opposite) await tx.delete(reactions).where(isOf(post.id, authorName, opposite));
  const [row] = await tx
    .insert(reactions)
    .values({ postId: post.id, authorName, kind, emoji, sourceId, createdAt: now })
    .onConflictDoUpdate({
      target: [reactions.postId, reactions.authorName, reactions.kind],
      set: { emoji, sourceId },
    })
    .returning({ isNew: sql<boolean>`xmax = 0` });
  return row?.isNew ?? false;
}

export function isOf(postId: PostId, authorName: string, kind: ReactionKind) {
  return and(eq(reactions.postId, postId), eq(reactions.authorName, authorName), eq(reactions.kind, kind));
}

export interface Told {
  readonly post: ReactedPost;
  readonly original: Original | undefined;
}

/** Gives the pages of the threads a new version, and tells the world what it is to be told. */
export async function noteReactions(app: App, tx: Tx, changed: readonly Told[], now: Date): Promise<void> {
  await touchPages(
    tx,
    changed.map(({ post }) => post.threadId),
  );
  const rows = changed.flatMap(({ post, original }) =>
    original?.messageId === undefined
      ? []
      : [
          {
            postId: post.id,
            mediaType: original.mediaType,
            messageId: original.messageId,
            bytes: Buffer.from(original.bytes),
            createdAt: now,
          },
        ],
  );
  if (rows.length === 0) return;
  const originals = await tx.insert(reactionOriginals).values(rows).returning({ id: reactionOriginals.id });
  await dispatch(
    app,
    tx,
    originals.map(({ id }) => ({ kind: "reaction-changed", originalId: id })),
  );
}

/** Gives the pages of threads a new version, and nothing else: lists of threads show no reactions. Always in the same order. */
export async function touchPages(tx: Tx, threadIds: readonly ThreadId[]): Promise<void> {
  for (const threadId of [...new Set(threadIds)].sort()) {
    await tx
      .update(threads)
      .set({ version: sql`${threads.version} + 1` })
      .where(eq(threads.id, threadId));
  }
}
