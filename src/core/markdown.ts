import MarkdownIt from "markdown-it";
import { escapeHtml, sanitize } from "./html.ts";

/** Somebody who is mentioned: where their page is. */
export interface Mentioned {
  readonly url: string;
}

/** CommonMark with tables as text, addresses as links and no HTML. Of images only the link to them stays: see `sanitize`. */
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true });

/** `@name@host`, standing by itself. A full stop behind it is not part of it. */
const mention = /(?<![\w@/.])@([a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?)(?![\w@])/gi;

/** The addresses that a text mentions, each once, in small letters and without the first @. */
export function mentionsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(mention)].map(([, name, host]) => `${name}@${host}`.toLowerCase()))];
}

/**
 * Markdown as HTML fit to be shown.
 *
 * @param people those mentioned who are known, by their addresses in small letters; their mentions become links
 */
export function renderMarkdown(text: string, people: ReadonlyMap<string, Mentioned> = new Map()): string {
  const state = new markdown.core.State(text, markdown, {});
  markdown.core.process(state);
  for (const token of state.tokens) {
    token.children = token.children?.flatMap((child) => withMentions(state, child, people)) ?? null;
  }
  return sanitize(markdown.renderer.render(state.tokens, markdown.options, {})).trim();
}

type State = InstanceType<typeof markdown.core.State>;
type Token = State["tokens"][number];

/** The text of a token, cut where people are mentioned. */
function withMentions({ Token }: State, token: Token, people: ReadonlyMap<string, Mentioned>): Token[] {
  if (token.type !== "text") return [token];
  const piece = (type: "text" | "html_inline", content: string) =>
    content === "" ? [] : [Object.assign(new Token(type, "", 0), { content })];
  const pieces: Token[] = [];
  let end = 0;
  for (const match of token.content.matchAll(mention)) {
    const [whole, name = "", host = ""] = match;
    const person = people.get(`${name}@${host}`.toLowerCase());
    if (!person) continue;
    const link = `<a href="${escapeHtml(person.url)}" class="u-url mention">@<span>${escapeHtml(name)}</span></a>`;
    pieces.push(...piece("text", token.content.slice(end, match.index)), ...piece("html_inline", link));
    end = match.index + whole.length;
  }
  return [...pieces, ...piece("text", token.content.slice(end))];
}
