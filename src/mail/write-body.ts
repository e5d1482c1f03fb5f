import { directionOf } from "../core/direction.ts";
import { escapeHtml, excerpt, textOfHtml } from "../core/html.ts";
import type { MailedPost } from "../post/list-mailed-posts.ts";
import { linkTo } from "./html-frame.ts";
import { plainTextOf } from "./plain-text.ts";
import type { Key, Speech } from "./words.ts";

/** Words in both forms of a mail. */
export interface Both {
  readonly text: string;
  readonly html: string;
}

const excerptLength = 120;

/** One line that says what the post is: what it answers, or that it begins something. */
export function writeWhat({ say, embed }: Speech, post: MailedPost): Both {
  const name = embed(post.author.name);
  const { parent } = post;
  if (post.announcement) return inBoth(say("list.announces", { name }));
  if (!post.isReply) return inBoth(say("list.begins", { name }));
  if (!parent) return inBoth(say("list.answers-unseen", { name }));
  const beginning = parent.warning ?? excerpt(parent.html, excerptLength);
  const answered = { name, parent: embed(parent.name) };
  return inBoth(
    beginning === ""
      ? say("list.answers", answered)
      : say("list.answers-words", { ...answered, words: embed(beginning) }),
  );
}

/** The words of a post, with what comes with them in words too. */
export function writeBody(speech: Speech, post: MailedPost): Both {
  const { say, embed } = speech;
  const warning = post.warning === undefined ? undefined : say("list.warning", { warning: embed(post.warning) });
  const came = [...writePoll(speech, post), ...writeAttachments(speech, post)];
  const lang = post.language ? ` lang="${escapeHtml(post.language)}"` : "";
  const dir = directionOf(textOfHtml(post.html)) ?? speech.dir;
  return {
    text: [warning, plainTextOf(post.html), came.map(({ text }) => text).join("\n")].filter(Boolean).join("\n\n"),
    html: [
      warning && `<p class="what"><strong>${escapeHtml(warning)}</strong></p>`,
      `<div class="words ${dir}"${lang} dir="${dir}">${post.html}</div>`,
      ...came.map(({ html }) => `<p class="came">${html}</p>`),
    ]
      .filter(Boolean)
      .join(""),
  };
}

function writePoll({ say, embed }: Speech, { poll }: MailedPost): readonly Both[] {
  if (!poll) return [];
  const asked = inBoth(say(poll.multiple ? "list.poll-several" : "list.poll-one"));
  return [asked, ...poll.choices.map(({ name }) => inBoth(`○ ${embed(name)}`))];
}

/** Pictures are told of by what they show: nobody is left out who cannot see them, and nothing is fetched when a mail is opened. */
function writeAttachments({ say, embed }: Speech, { attachments }: MailedPost): readonly Both[] {
  return attachments.flatMap(({ kind, url, alt }): readonly Both[] => {
    if (kind === "emoji" || !/^https?:/.test(url)) return [];
    const key: Key = alt?.trim() ? `list.${kind}` : `list.${kind}-unnamed`;
    const words = say(key, { alt: embed(alt?.trim() ?? "") });
    return [{ text: `[${words}] <${url}>`, html: linkTo(url, words) }];
  });
}

/** The beginning of a text of several lines, at the end of a word; all of it where little more than that would be left out. */
export function beginningOf(text: string, length: number): string {
  if (text.length <= length * 2) return text;
  const cut = text.slice(0, length).toWellFormed();
  return `${cut.slice(0, Math.max(cut.search(/\s\S*$/), 0) || cut.length).trimEnd()}…`;
}

/** A heading in plain text. */
export function underlined(heading: string, sign: "=" | "-"): string {
  return `${heading}\n${sign.repeat(Math.min(heading.length, 72))}`;
}

function inBoth(words: string): Both {
  return { text: words, html: escapeHtml(words) };
}
