import { eq } from "drizzle-orm";
import { getTopic } from "../community/topics.ts";
import { DomainError } from "../core/errors.ts";
import { threads } from "../db/schema/post.ts";
import { topics } from "../db/schema/topic.ts";
import { touchThreads } from "../post/publish-posts.ts";
import type { TopicDecision } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { recordDecision } from "./record-decision.ts";

/** See `decide`. How a community sorts its threads is nobody else's business, so nobody is told. */
export async function decideAboutTopic(ground: Ground, decision: TopicDecision): Promise<void> {
  const { tx, communityId } = ground;
  const [thread] = await tx.select().from(threads).where(eq(threads.id, decision.threadId)).for("update");
  const [former] = thread?.topicId ? await tx.select().from(topics).where(eq(topics.id, thread.topicId)) : [];
  const topic = decision.topic === null ? undefined : await getTopic(tx, communityId, decision.topic);
  if (topic?.retired) throw new DomainError("conflict", `the topic ${topic.slug} is not used any more`);
  if (thread?.mergedInto) throw new DomainError("conflict", `the thread is part of ${thread.mergedInto} now`);
  if (thread?.topicId === (topic?.id ?? null))
    throw new DomainError(
      "conflict",
      topic ? `the thread is under ${topic.slug} already` : "the thread is under no topic",
    );
  await recordDecision(ground, decision, { topic: former?.slug });
  await tx
    .update(threads)
    .set({ topicId: topic?.id ?? null })
    .where(eq(threads.id, decision.threadId));
  await touchThreads(tx, [decision.threadId]);
}
