import { and, eq, notInArray, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { CommunityId, TopicId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { threads } from "../db/schema/post.ts";
import { auditEntries } from "../db/schema/server.ts";
import { topicHashtags, topics } from "../db/schema/topic.ts";
import { claimHashtag, getTopic, listEveryTopic, lockCommunity, readHashtags, readTopicName } from "./topics.ts";
import { touchCommunities } from "./touch-communities.ts";

/** What is to be different about a topic; what is left out stays. Its slug is for ever, since addresses have it in them. */
export interface TopicChange {
  readonly name?: string | undefined;
  /** All that lead to it from now on, beside its slug. */
  readonly hashtags?: readonly string[] | undefined;
  /** True: no new thread comes under it. */
  readonly retired?: boolean | undefined;
}

/**
 * Changes a topic. Threads that are under it stay there.
 *
 * @param by who does it, for the record: `command-line`, or the id of an author
 * @throws {DomainError} `invalid` when a value cannot be used, `conflict` when a hashtag is another topic's, `not-found`
 */
export async function changeTopic(
  app: App,
  communityId: CommunityId,
  slug: string,
  change: TopicChange,
  by: string,
): Promise<void> {
  const name = change.name === undefined ? undefined : readTopicName(change.name);
  const hashtags = change.hashtags === undefined ? undefined : readHashtags(slug, change.hashtags);
  await app.db.transaction(async (tx) => {
    await lockCommunity(tx, communityId);
    const topic = await getTopic(tx, communityId, slug);
    if (name === undefined && hashtags === undefined && change.retired === undefined) return;
    const now = app.now();
    if (name !== undefined) await tx.update(topics).set({ name }).where(eq(topics.id, topic.id));
    if (change.retired !== undefined && change.retired !== topic.retired)
      await tx
        .update(topics)
        .set({ retiredAt: change.retired ? now : null })
        .where(eq(topics.id, topic.id));
    if (hashtags) await replaceHashtags(tx, communityId, topic.id, hashtags);
    const detail = { communityId, slug, name, hashtags, retired: change.retired };
    await tx.insert(auditEntries).values({ actor: by, action: "topic-changed", subject: topic.id, detail, at: now });
    await touch(tx, communityId, name === undefined || name === topic.name ? undefined : topic.id);
  });
}

/**
 * Moves a topic one place up or down in the list; at either end it stays.
 *
 * @param from its place in the list that was looked at, from 0: from another it does not move
 * @throws {DomainError} `not-found`
 */
export async function moveTopic(
  app: App,
  communityId: CommunityId,
  slug: string,
  { direction, from }: { readonly direction: "up" | "down"; readonly from?: number | undefined },
): Promise<void> {
  await app.db.transaction(async (tx) => {
    await lockCommunity(tx, communityId);
    const topic = await getTopic(tx, communityId, slug);
    const list = await listEveryTopic(tx, communityId);
    const place = list.findIndex(({ id }) => id === topic.id);
    const other = direction === "up" ? place - 1 : place + 1;
    if ((from !== undefined && from !== place) || other < 0 || other >= list.length) return;
    const moved = list.with(place, list[other]!).with(other, list[place]!);
    for (const [index, { id }] of moved.entries())
      await tx
        .update(topics)
        .set({ position: index + 1 })
        .where(eq(topics.id, id));
    await touch(tx, communityId, undefined);
  });
}

async function replaceHashtags(
  tx: Tx,
  communityId: CommunityId,
  topicId: TopicId,
  hashtags: readonly string[],
): Promise<void> {
  const gone = and(eq(topicHashtags.topicId, topicId), notInArray(topicHashtags.hashtag, [...hashtags]));
  await tx.delete(topicHashtags).where(gone);
  const kept = await tx.select().from(topicHashtags).where(eq(topicHashtags.topicId, topicId));
  const fresh = hashtags.filter((hashtag) => !kept.some((row) => row.hashtag === hashtag));
  for (const hashtag of fresh) await claimHashtag(tx, communityId, topicId, hashtag);
}

/** Pages that show topics have a new version; those of its threads too, when a topic is called otherwise. */
async function touch(tx: Tx, communityId: CommunityId, renamed: TopicId | undefined): Promise<void> {
  if (renamed)
    await tx
      .update(threads)
      .set({ version: sql`${threads.version} + 1` })
      .where(eq(threads.topicId, renamed));
  await touchCommunities(tx, [communityId]);
}
