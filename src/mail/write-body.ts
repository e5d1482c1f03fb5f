import { escapeHtml, excerpt } from "../core/html.ts";
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
export function writeWhat({ say }: Speech, post: MailedPost): Both {
  const name = post.author.name;
  const { parent } = post;
  if (post.announcement) return inBoth(say("list.announces", { name }));
  if (!post.isReply) return inBoth(say("list.begins", { name }));
  if (!parent) return inBoth(say("list.answers-unseen", { name }));
  const beginning = parent.warning ?? excerpt(parent.html, excerptLength);
  return inBoth(
    beginning === ""
      ? say("list.answers", { name, parent: parent.name })
      : say("list.answers-words", { name, parent: parent.name, words: beginning }),
  );
}

/** The words of a post, with what comes with them in words too. */
export function writeBody(speech: Speech, post: MailedPost): Both {
  const { say } = speech;
  const warning = post.warning === undefined ? undefined : say("list.warning", { warning: post.warning });
  const came = [...writePoll(post), ...writeAttachments(speech, post)];
  const lang = post.language ? ` lang="${escapeHtml(post.language)}"` : "";
  return {
    text: [warning, plainTextOf(post.html), came.map(({ text }) => text).join("\n")].filter(Boolean).join("\n\n"),
    html: [
      warning && `<p class="what"><strong>${escapeHtml(warning)}</strong></p>`,
      `<div${lang} dir="auto">${post.html}</div>`,
      ...came.map(({ html }) => `<p class="came">${html}</p>`),
    ]
      .filter(Boolean)
      .join(""),
  };
}

function writePoll({ poll }: MailedPost): readonly Both[] {
  return (poll?.choices ?? []).map(({ name }) => inBoth(`○ ${name}`));
}

/** Pictures are told of by what they show: nobody is left out who cannot see them, and nothing is fetched when a mail is opened. */
function writeAttachments({ say }: Speech, { attachments }: MailedPost): readonly Both[] {
  return attachments.flatMap(({ kind, url, alt }): readonly Both[] => {
    if (kind === "emoji" || !/^https?:/.test(url)) return [];
    const key: Key = alt?.trim() ? `list.${kind}` : `list.${kind}-unnamed`;
    const words = say(key, { alt: alt?.trim() ?? "" });
    return [{ text: `[${words}] <${url}>`, html: linkTo(url, words) }];
  });
}

function inBoth(words: string): Both {
  return { text: words, html: escapeHtml(words) };
}
