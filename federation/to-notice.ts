import { escapeHtml } from "../src/core/html.ts";

/** A private message from a community to one person. */
export interface NoticeLetter {
  readonly activityId: string;
  readonly noteId: string;
  readonly community: string;
  readonly recipient: { readonly iri: string; readonly url: string; readonly handle: string; readonly host: string };
  /** Plain text, what it leads to, and what can be done about it. */
  readonly text: string;
  readonly link: string | undefined;
  readonly hint: string | undefined;
  readonly language: string;
  /** What it is about, when that is a post of theirs. */
  readonly inReplyTo: string | undefined;
  readonly at: Date;
}

/** A direct Note in its Create: addressed to its reader alone and mentioning them, which is what makes it direct on Mastodon. */
export function toNotice(letter: NoticeLetter): string {
  const { recipient } = letter;
  const mention = `<a href="${escapeHtml(recipient.url)}" class="u-url mention">@${escapeHtml(recipient.handle)}</a>`;
  const link = letter.link === undefined ? "" : ` <a href="${escapeHtml(letter.link)}">${escapeHtml(letter.link)}</a>`;
  const hint = letter.hint === undefined ? "" : `<p>${escapeHtml(letter.hint)}</p>`;
  const text = escapeHtml(letter.text).replaceAll("\n\n", "</p><p>").replaceAll("\n", "<br>");
  const content = `<p>${mention} ${text}${link}</p>${hint}`;
  const published = letter.at.toISOString();
  return JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: letter.activityId,
    type: "Create",
    actor: letter.community,
    published,
    to: [recipient.iri],
    cc: [],
    object: {
      id: letter.noteId,
      type: "Note",
      attributedTo: letter.community,
      inReplyTo: letter.inReplyTo,
      published,
      to: [recipient.iri],
      cc: [],
      content,
      contentMap: { [letter.language]: content },
      tag: [{ type: "Mention", href: recipient.iri, name: `@${recipient.handle}@${recipient.host}` }],
    },
  });
}
