import { messageIdOf } from "../outbound/message-id.ts";
import { subjectOf } from "./compose-post.ts";
import type { InnerMessage } from "./deliver.ts";
import type { DigestTopic } from "./group-digest.ts";
import { type Place, postUrl } from "./place.ts";
import { senderName } from "./sender-name.ts";
import type { Speech } from "./words.ts";
import { writeBody, writeWhat } from "./write-body.ts";

/** The posts of a digest as messages within it, each as it would have come alone, to be answered one by one. */
export function messagesOf(
  place: Place,
  speech: Speech,
  topics: readonly DigestTopic[],
  replyTo: (index: number) => string,
): readonly InnerMessage[] {
  const { domain } = place.addresses;
  return topics
    .flatMap(({ threads }) => threads.flatMap(({ posts }) => posts))
    .map(({ place: index, post }) => ({
      messageId: messageIdOf(post, domain),
      date: post.publishedAt,
      from: {
        name: senderName(post.author.name, post.community.name, (values) => speech.say("list.via", values)),
        address: place.authorAddress(post.community.handle, {
          communityId: post.community.id,
          authorId: post.author.id,
        }),
      },
      replyTo: replyTo(index),
      subject: subjectOf(speech, post),
      text: `${writeWhat(speech, post).text}\n\n${writeBody(speech, post).text}\n`,
      archivedAt: postUrl(place, post.community.handle, post.thread.id, post.id),
    }));
}
