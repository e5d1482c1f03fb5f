import { listMailNumber } from "../community/list-mail-number.ts";
import { escapeHtml, shorten } from "../core/html.ts";
import { derivedId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { ClaimedMail } from "../outbound/claim-list-mail.ts";
import type { MailedPost } from "../post/list-mailed-posts.ts";
import type { Correction } from "../post/make-digests.ts";
import type { ListLetter } from "./deliver.ts";
import { messagesOf } from "./digest-messages.ts";
import { type DigestThread, type DigestTopic, groupDigest } from "./group-digest.ts";
import { frame, linkTo } from "./html-frame.ts";
import { listHeadersOf, returnAddressesOf } from "./list-headers.ts";
import { choicesUrl, type Place, shortPostUrl } from "./place.ts";
import { withoutAddresses } from "./sender-name.ts";
import type { Speech } from "./words.ts";
import { type Both, beginningOf, underlined, writeBody } from "./write-body.ts";

/** What a digest is made of. */
export interface Digest {
  readonly mail: ClaimedMail;
  readonly since: Date;
  readonly until: Date;
  /** Those of its posts that can still be read. */
  readonly posts: readonly MailedPost[];
  readonly corrections: readonly Correction[];
}

interface Work extends Digest {
  readonly place: Place;
  readonly speech: Speech;
  readonly handle: string;
  readonly day: (date: Date) => string;
  readonly moment: (date: Date) => string;
  readonly replyTo: (place: number) => string;
}

/** Composes a digest; `undefined` when none of its posts can be read any more. */
export function composeDigest(place: Place, speech: Speech, digest: Digest, address: string): ListLetter | undefined {
  const { mail, posts } = digest;
  const [first] = posts;
  if (!first) return undefined;
  const { community } = first;
  const { handle } = community;
  const replyTo = (index: number) => place.addresses.formatToken(handle, "reply", listMailNumber(mail.id, index));
  const work: Work = { ...digest, place, speech, handle, replyTo, ...datesIn(speech, mail.timeZone) };
  const shown = new Set(mail.postIds.slice(0, limits.digestPosts));
  const topics = groupDigest(
    mail.postIds,
    posts.filter(({ id }) => shown.has(id)),
  );
  const threads = topics.flatMap((topic) => topic.threads);
  const rest = posts.length - threads.reduce((count, thread) => count + thread.posts.length, 0);
  const choices = choicesUrl(place, mail);
  const subject = subjectOf(work, community.name, threads);
  const [from, until] = [work.day(digest.since), work.day(digest.until)];
  const titleKey = from === until ? "digest.title-day" : "digest.title";
  const title = speech.say(titleKey, { community: speech.embed(community.name), from, until });
  const asMessages = mail.form === "mime";
  const parts: readonly Both[] = [
    contentsOf(work, threads),
    ...(asMessages ? [] : topics.map((topic) => topicOf(work, topic, topics.length > 1))),
    ...(rest > 0 ? [restOf(work, rest)] : []),
    correctionsOf(work),
  ];
  const foot = [speech.say("digest.how"), `${speech.say("list.choose")}: ${choices}`];
  const { envelope, reply } = returnAddressesOf(place, handle, mail.id);
  return {
    messageId: `<${derivedId("digest", String(mail.id))}@${place.addresses.domain}>`,
    references: [],
    date: digest.until,
    from: { name: withoutAddresses(community.name), address: place.addresses.format(handle) },
    to: address,
    replyTo: reply,
    envelopeFrom: envelope,
    subject,
    text: `${title}\n\n${joined(parts)}\n\n-- \n${foot.join("\n")}\n`,
    ...(mail.form === "both" && {
      html: frame(speech, {
        title: subject,
        preview: threads.map((thread) => thread.title).join(" · "),
        main: `<h1>${escapeHtml(title)}</h1>${parts.map(({ html }) => html).join("")}`,
        foot: [escapeHtml(foot[0]!), linkTo(choices, speech.say("list.choose"))],
      }),
    }),
    ...(asMessages && { messages: messagesOf(place, speech, topics, replyTo) }),
    language: speech.language,
    list: listHeadersOf(place, community, mail),
    headers: {
      "Archived-At": `<${place.origin}/c/${handle}>`,
      Precedence: "list",
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "OOF, AutoReply",
    },
  };
}

function joined(parts: readonly Both[]): string {
  return parts
    .map(({ text }) => text)
    .filter(Boolean)
    .join("\n\n");
}

/** By the clock of whom it is for. */
function datesIn(speech: Speech, timeZone: string | null) {
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return {
    day: (date: Date) => speech.date(date, { day: "numeric", month: "long" }, timeZone),
    moment: (date: Date) => speech.date(date, { weekday: "short", day: "numeric", month: "short", ...clock }, timeZone),
  };
}

function countsOf(threads: readonly DigestThread[]) {
  const posts = threads.reduce((count, thread) => count + thread.posts.length, 0);
  const begun = threads.filter((thread) => thread.begun).length;
  return { begun, answers: posts - begun, both: begun > 0 && posts > begun ? "yes" : "no" };
}

function subjectOf({ speech }: Work, community: string, threads: readonly DigestThread[]): string {
  const titles = threads.map(({ title }) => title || speech.say("list.untitled")).join(", ");
  return shorten(speech.say("digest.subject", { community, ...countsOf(threads), titles }), limits.titleLength);
}

function contentsOf({ speech: { say, embed } }: Work, threads: readonly DigestThread[]): Both {
  const counts = say("digest.contents", countsOf(threads));
  const lines = threads.map(
    ({ title, posts }) => `${embed(title || say("list.untitled"))} (${say("digest.posts", { count: posts.length })})`,
  );
  return {
    text: `${counts}\n\n${lines.map((line) => `- ${line}`).join("\n")}`,
    html: `<p class="what">${escapeHtml(counts)}</p><ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`,
  };
}

function topicOf(work: Work, { name, threads }: DigestTopic, named: boolean): Both {
  const heading = name ?? work.speech.say("digest.no-topic");
  const parts = threads.map((thread) => threadOf(work, thread));
  return {
    text: joined([...(named ? [{ text: underlined(heading, "="), html: "" }] : []), ...parts]),
    html: `${named ? `<h2 class="topic">${escapeHtml(heading)}</h2>` : ""}${parts.map(({ html }) => html).join("")}`,
  };
}

function threadOf(work: Work, { id, title, posts }: DigestThread): Both {
  const { place, handle, speech } = work;
  const shown = title || speech.say("list.untitled");
  const url = `${place.origin}/c/${handle}/t/${id}`;
  const parts = posts.map(({ place: index, post }) => postOf(work, index, post));
  return {
    text: `${underlined(shown, "-")}\n${url}\n\n${joined(parts)}`,
    html: `<h2>${linkTo(url, speech.embed(shown))}</h2>${parts.map(({ html }) => html).join("")}`,
  };
}

/** One post: who, when, what it answers, its words or their beginning, and how to answer it. */
function postOf(work: Work, index: number, post: MailedPost): Both {
  const { speech, place } = work;
  const { say, embed } = speech;
  const date = work.moment(post.publishedAt);
  const by = say(post.isFirst ? "digest.by-new" : "digest.by", { name: embed(post.author.name), date });
  const answers = post.parent ? ` · ${say("digest.to", { parent: embed(post.parent.name) })}` : "";
  const url = shortPostUrl(place, post.id);
  const body = writeBody(speech, post);
  const beginning = beginningOf(body.text, limits.digestExcerpt);
  const isLong = beginning !== body.text;
  const reply = work.replyTo(index);
  const subject = encodeURIComponent(`Re: ${post.thread.title}`);
  return {
    text: [
      `${by}${answers}`,
      beginning,
      ...(isLong ? [say("digest.more", { url })] : []),
      `${say("digest.reply")}: ${reply}`,
    ].join("\n\n"),
    html: `<p class="by"><b>${escapeHtml(by)}</b>${escapeHtml(answers)}</p>${
      isLong ? `<p dir="auto">${escapeHtml(beginning).replaceAll("\n", "<br>")}</p>` : body.html
    }<p class="came">${isLong ? `${linkTo(url, say("digest.more-link"))} · ` : ""}${linkTo(`mailto:${reply}?subject=${subject}`, say("digest.reply"))}</p>`,
  };
}

function restOf({ speech: { say }, place, handle }: Work, count: number): Both {
  const url = `${place.origin}/c/${handle}`;
  const words = say("digest.rest", { count, url });
  return { text: words, html: `<p>${escapeHtml(words)}</p>` };
}

function correctionsOf({ corrections, speech: { say, embed }, place, handle }: Work): Both {
  if (corrections.length === 0) return { text: "", html: "" };
  const heading = say("digest.corrections");
  const lines = corrections.map(({ what, author, title, postId, threadId }) => ({
    words: say(`digest.${what}`, { author: embed(author), title: embed(title || say("list.untitled")) }),
    // Of what is gone the thread says why.
    url: what === "edited" ? shortPostUrl(place, postId) : `${place.origin}/c/${handle}/t/${threadId}#${postId}`,
  }));
  return {
    text: `${underlined(heading, "-")}\n${lines.map(({ words, url }) => `- ${words}: ${url}`).join("\n")}`,
    html: `<h2>${escapeHtml(heading)}</h2><ul>${lines.map(({ words, url }) => `<li>${linkTo(url, words)}</li>`).join("")}</ul>`,
  };
}
