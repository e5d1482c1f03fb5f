import { cleanLine, escapeHtml, excerpt, shorten } from "../core/html.ts";
import { limits } from "../core/limits.ts";
import type { ClaimedMail } from "../outbound/claim-list-mail.ts";
import { messageIdOf } from "../outbound/message-id.ts";
import type { MailedPost, MailName } from "../post/list-mailed-posts.ts";
import type { ListLetter } from "./deliver.ts";
import { frame, linkTo } from "./html-frame.ts";
import { listHeadersOf, returnAddressesOf } from "./list-headers.ts";
import { choicesUrl, type Place, postUrl, shortPostUrl } from "./place.ts";
import { senderName } from "./sender-name.ts";
import type { Speech } from "./words.ts";
import { writeBody, writeWhat } from "./write-body.ts";

/** What can be said of a mail for all who get it in one language. */
export type PostComposer = (mail: Pick<ClaimedMail, "id" | "communityId" | "authorId">, address: string) => ListLetter;

/**
 * Composes the mail that brings a post: once for all, but for what is each recipient's own.
 *
 * @param above names of the posts that it answers, the first of the thread first
 */
export function composePost(place: Place, speech: Speech, post: MailedPost, above: readonly MailName[]): PostComposer {
  const { say, embed } = speech;
  const { community, thread, topic } = post;
  const { handle } = community;
  const nameOf = (one: MailName) => messageIdOf(one, place.addresses.domain);
  const what = writeWhat(speech, post);
  const body = writeBody(speech, post);
  const archivedAt = postUrl(place, handle, thread.id, post.id);
  const subject = subjectOf(speech, post);
  const preview = post.warning ?? excerpt(post.html, limits.descriptionLength);
  const shared = {
    messageId: nameOf(post),
    references: above.map(nameOf),
    date: post.publishedAt,
    from: {
      name: senderName(post.author.name, community.name, (values) => say("list.via", values)),
      address: place.authorAddress(handle, { communityId: community.id, authorId: post.author.id }),
    },
    subject,
    language: post.language ?? community.language,
    headers: {
      "Archived-At": `<${archivedAt}>`,
      Precedence: "list",
      "X-Auto-Response-Suppress": "OOF, AutoReply",
      ...(topic && { Keywords: cleanLine(topic.name, limits.topicName) }),
    },
  };
  return (mail, address) => {
    const choices = choicesUrl(place, mail);
    const { envelope, reply } = returnAddressesOf(place, handle, mail.id);
    const links = [
      { words: say("list.read"), href: shortPostUrl(place, post.id) },
      { words: say("list.mute"), href: `${choices}?thread=${thread.id}` },
      { words: say("list.choose"), href: choices },
    ];
    const why = say("list.why", { community: embed(community.name) });
    return {
      ...shared,
      to: address,
      replyTo: reply,
      envelopeFrom: envelope,
      list: listHeadersOf(place, community, mail),
      text: `${what.text}\n\n${body.text}\n\n-- \n${why}\n${links.map(({ words, href }) => `${words}: ${href}`).join("\n")}\n`,
      html: frame(speech, {
        title: subject,
        preview,
        main: `<p class="what">${what.html}</p>${body.html}`,
        foot: [escapeHtml(why), links.map(({ words, href }) => linkTo(href, words)).join(" · ")],
      }),
    };
  };
}

/** The title of the thread, as mail programs want it of an answer. */
export function subjectOf({ say }: Speech, { thread, isReply }: Pick<MailedPost, "thread" | "isReply">): string {
  const title = shorten(thread.title, limits.titleLength).replace(/^(re:\s*)+/i, "") || say("list.untitled");
  return isReply ? `Re: ${title}` : title;
}
