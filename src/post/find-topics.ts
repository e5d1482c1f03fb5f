import { and, eq, isNull } from "drizzle-orm";
import { foldHashtag } from "../core/hashtag.ts";
import type { TopicId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { topicHashtags, topics } from "../db/schema/topic.ts";
import type { Submission } from "./submission.ts";

/** Under which topic each of the threads that submissions open comes: that of the first hashtag that leads to one. */
export async function findTopics(
  db: Db,
  submissions: readonly Submission[],
): Promise<(submission: Submission) => TopicId | undefined> {
  const hashtagsOf = ({ inReplyTo, hashtags = [] }: Submission) =>
    inReplyTo === undefined ? hashtags.map(foldHashtag).filter(Boolean) : [];
  const tagged = submissions.filter((one) => hashtagsOf(one).length > 0);
  if (tagged.length === 0) return () => undefined;
  const rows = await db
    .select({
      communityId: topicHashtags.communityId,
      hashtag: topicHashtags.hashtag,
      topicId: topicHashtags.topicId,
    })
    .from(topicHashtags)
    .innerJoin(topics, and(eq(topics.id, topicHashtags.topicId), isNull(topics.retiredAt)))
    .where(
      and(
        anyOf(
          topicHashtags.communityId,
          tagged.map(({ communityId }) => communityId),
        ),
        anyOf(topicHashtags.hashtag, tagged.flatMap(hashtagsOf)),
      ),
    );
  const topicIds = new Map(rows.map(({ communityId, hashtag, topicId }) => [`${communityId} ${hashtag}`, topicId]));
  return (submission) =>
    hashtagsOf(submission)
      .map((hashtag) => topicIds.get(`${submission.communityId} ${hashtag}`))
      .find((topicId) => topicId !== undefined);
}
