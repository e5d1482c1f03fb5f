/** The lines of HTML that `sanitize` made. It is regular enough to be read with one expression. */

/** Text, and where it links to. */
export interface Run {
  text: string;
  readonly href: string | undefined;
}

export interface Line {
  readonly runs: readonly Run[];
  /** Somebody else's words, or the link to them that Mastodon writes for those who cannot show a quote. */
  readonly quoted: boolean;
}

const piece = /<(\/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>|[^<]+/g;
const inline: ReadonlySet<string> = new Set("a b bdi code del em i rp rt ruby s span strong sub sup u".split(" "));
const blank = /^\s*$/;

/**
 * Parts HTML at its blocks and line breaks. `shown` leaves out what Mastodon hides of a long link, and has an ellipsis where it
 * shows one.
 */
export function* linesOf(html: string, which: "all" | "shown"): Generator<Line> {
  let runs: Run[] = [];
  let href: string | undefined;
  let quotes = 0;
  let inlineQuote = false;
  const spans: string[] = [];
  for (const [whole, slash, name, attributes = ""] of html.matchAll(piece)) {
    if (name === undefined) {
      if (which === "all" || !spans.includes("invisible")) append(runs, unescapeHtml(whole), href);
    } else if (inline.has(name)) {
      if (name === "a") href = slash ? undefined : unescapeHtml(attribute(attributes, "href"));
      if (name !== "span") continue;
      if (!slash) spans.push(attribute(attributes, "class"));
      else if (spans.pop() === "ellipsis" && which === "shown") append(runs, "…", href);
    } else {
      if (runs.some(({ text }) => !blank.test(text))) yield { runs, quoted: quotes > 0 || inlineQuote };
      runs = [];
      if (name === "blockquote") quotes += slash ? -1 : 1;
      else if (name === "p") inlineQuote = !slash && attribute(attributes, "class") === "quote-inline";
    }
  }
  if (runs.some(({ text }) => !blank.test(text))) yield { runs, quoted: quotes > 0 };
}

export function oneLine(runs: readonly Run[]): string {
  return runs
    .map(({ text }) => text)
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

/** A line without the mentions at its ends: those named, in lower case, or all. */
export function withoutMentions(runs: readonly Run[], names?: ReadonlySet<string>): readonly Run[] {
  const parts = runs.flatMap((run) => (run.href === undefined ? wordsOf(run) : run));
  const isDropped = ({ text, href }: Run) => {
    const word = text.trim().toLowerCase();
    if (word === "") return true;
    if (names) return names.has(word) || (href !== undefined && names.has(href.toLowerCase()));
    return href === undefined ? /^@[^\s@]+@[^\s@]+$/.test(word) : /^@[^\s@]+(@[^\s@]+)?$/.test(word);
  };
  const first = parts.findIndex((part) => !isDropped(part));
  return first < 0 ? [] : trimStart(parts.slice(first, parts.findLastIndex((part) => !isDropped(part)) + 1), first > 0);
}

/** What stands between an address and the words: "@books: hello". */
function trimStart(runs: readonly Run[], addressed: boolean): readonly Run[] {
  const [head, ...tail] = runs;
  return addressed && head ? [{ ...head, text: head.text.replace(/^[\s,:]+/, "") }, ...tail] : runs;
}

/** Written mentions as runs of their own. */
function wordsOf({ text }: Run): readonly Run[] {
  return text.split(/(?<=^|\s)(@[^\s,:]+)/).map((part) => ({ text: part, href: undefined }));
}

function append(runs: Run[], text: string, href: string | undefined): void {
  const last = runs.at(-1);
  if (last && last.href === href) last.text += text;
  else runs.push({ text, href });
}

function attribute(attributes: string, name: string): string {
  const start = attributes.indexOf(` ${name}="`);
  return start < 0 ? "" : attributes.slice(start + name.length + 3, attributes.indexOf('"', start + name.length + 3));
}

const characters: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' };

function unescapeHtml(html: string): string {
  return html.includes("&") ? html.replace(/&(?:amp|lt|gt|quot);/g, (entity) => characters[entity] ?? entity) : html;
}
