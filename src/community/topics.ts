import { and, asc, eq, max, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { foldHashtag } from "../core/hashtag.ts";
import { type CommunityId, newId, type TopicId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { threads } from "../db/schema/post.ts";
import { auditEntries } from "../db/schema/server.ts";
import { topicHashtags, topics } from "../db/schema/topic.ts";
import { touchCommunities } from "./touch-communities.ts";

/** What threads are sorted under. */
export interface Topic {
  readonly id: TopicId;
  readonly slug: string;
  readonly name: string;
  /** Folded: see `foldHashtag`. */
  readonly hashtags: readonly string[];
  /** No new thread comes under it. */
  readonly retired: boolean;
}

/** A topic in a list. */
export interface TopicCard extends Topic {
  /** How many of its threads can be read. */
  readonly threads: number;
}

export interface NewTopic {
  readonly communityId: CommunityId;
  readonly slug: string;
  readonly name: string;
  /** A new thread that bears one of them comes under the topic; the slug is one of them anyway. */
  readonly hashtags: readonly string[];
}

/**
 * Adds a topic at the end of a community's list. Threads that are there already stay where they are.
 *
 * @param by who does it, for the record: `command-line`, or the id of an author
 * @throws {DomainError} `invalid` when a value cannot be used, `conflict` when the slug or a hashtag is another topic's
 */
export async function createTopic(app: App, wanted: NewTopic, by: string): Promise<TopicId> {
  const { communityId, slug } = wanted;
  const name = readTopicName(wanted.name);
  const hashtags = readHashtags(slug, wanted.hashtags);
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    await lockCommunity(tx, communityId);
    const id = newId<TopicId>(now);
    const [last] = await tx
      .select({ position: max(topics.position), count: sql<number>`count(*)::int` })
      .from(topics)
      .where(eq(topics.communityId, communityId));
    if ((last?.count ?? 0) >= limits.topics)
      throw new DomainError("conflict", `a community has at most ${limits.topics} topics`);
    const added = await tx
      .insert(topics)
      .values({ id, communityId, slug, name, position: (last?.position ?? 0) + 1, createdAt: now })
      .onConflictDoNothing()
      .returning({ id: topics.id });
    if (added.length === 0) throw new DomainError("conflict", `there is a topic ${slug} already`);
    for (const hashtag of hashtags) await claimHashtag(tx, communityId, id, hashtag);
    const entry = { actor: by, action: "topic-created" as const, subject: id, detail: { communityId, slug }, at: now };
    await tx.insert(auditEntries).values(entry);
    await touchCommunities(tx, [communityId]);
    return id;
  });
}

/** Removes a topic. Its threads stay, under no topic. @throws {DomainError} `not-found` */
export async function removeTopic(app: App, communityId: CommunityId, slug: string, by: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    await lockCommunity(tx, communityId);
    const topic = await getTopic(tx, communityId, slug);
    await tx
      .update(threads)
      .set({ topicId: null, version: sql`${threads.version} + 1` })
      .where(eq(threads.topicId, topic.id));
    await tx.delete(topics).where(eq(topics.id, topic.id));
    const detail = { communityId, slug };
    await tx
      .insert(auditEntries)
      .values({ actor: by, action: "topic-removed", subject: topic.id, detail, at: app.now() });
    await touchCommunities(tx, [communityId]);
  });
}

const hashtags =
  sql`(select string_agg(h.hashtag, ' ' order by h.hashtag) from topic_hashtag h where h.topic_id = topic.id)`.mapWith(
    (text: string) => text.split(" "),
  );

const columns = {
  id: topics.id,
  slug: topics.slug,
  name: topics.name,
  hashtags,
  retired: sql<boolean>`topic.retired_at is not null`,
};

/** The topics of a community in their order, without those that are retired. */
export async function listTopics(db: Db, communityId: CommunityId): Promise<readonly TopicCard[]> {
  return (await listEveryTopic(db, communityId)).filter(({ retired }) => !retired);
}

/** All topics of a community in their order. */
export async function listEveryTopic(db: Db, communityId: CommunityId): Promise<readonly TopicCard[]> {
  return await db
    .select({
      ...columns,
      threads: sql<number>`(select count(*)::int from thread t where t.topic_id = topic.id and t.last_post_at is not null)`,
    })
    .from(topics)
    .where(eq(topics.communityId, communityId))
    .orderBy(asc(topics.position), asc(topics.id));
}

/** A topic by its slug. @throws {DomainError} `not-found` */
export async function getTopic(db: Db, communityId: CommunityId, slug: string): Promise<Topic> {
  const [topic] = await db
    .select(columns)
    .from(topics)
    .where(and(eq(topics.communityId, communityId), eq(topics.slug, slug)));
  if (!topic) throw new DomainError("not-found", `there is no topic ${slug}`);
  return topic;
}

/** Lets nobody else change the topics of a community until the transaction ends. */
export async function lockCommunity(tx: Tx, id: CommunityId): Promise<void> {
  await tx.select({ id: communities.id }).from(communities).where(eq(communities.id, id)).for("no key update");
}

/** @throws {DomainError} `conflict` when it is another topic's */
export async function claimHashtag(tx: Tx, communityId: CommunityId, topicId: TopicId, hashtag: string): Promise<void> {
  const added = await tx
    .insert(topicHashtags)
    .values({ communityId, topicId, hashtag })
    .onConflictDoNothing()
    .returning({ hashtag: topicHashtags.hashtag });
  if (added.length === 0) throw new DomainError("conflict", `#${hashtag} leads to another topic`);
}

/** @throws {DomainError} `invalid` */
export function readTopicName(text: string): string {
  const name = text.trim();
  if (name === "" || [...name].length > limits.topicName || /\p{Cc}/u.test(name))
    throw new DomainError("invalid", `the name of a topic is one line of 1 to ${limits.topicName} characters`);
  return name;
}

/** The hashtags of a topic: those given and its slug, folded. @throws {DomainError} `invalid` */
export function readHashtags(slug: string, given: readonly string[]): readonly string[] {
  if (slug.length > limits.topicSlug || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug))
    throw new DomainError("invalid", "a topic is called by small letters, digits and single hyphens, at most 64");
  const folded = given.map(foldHashtag);
  if (folded.includes("")) throw new DomainError("invalid", "a hashtag needs a letter or a digit");
  const hashtags = new Set([foldHashtag(slug), ...folded]);
  if (hashtags.size > limits.topicHashtags)
    throw new DomainError("invalid", `a topic has at most ${limits.topicHashtags} hashtags`);
  return [...hashtags];
}
