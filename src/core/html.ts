import { checkedLink, cut, escapeHtml } from "./html-escape.ts";
import { linesOf, oneLine, withoutMentions } from "./html-lines.ts";
import { linkRel } from "./html-rules.ts";
import { AllowListWriter } from "./html-writer.ts";
import { limits } from "./limits.ts";

export { checkedLink, escapeHtml } from "./html-escape.ts";

/**
 * Makes HTML from anywhere fit to be shown: an allow-list of elements, attributes, classes and link schemes, well nested.
 *
 * Images become links to them, which `drawImages` finds again, so that reading a post asks nothing of other servers. The result is at most
 * `limits.postLength` long, sanitising it again changes nothing, and time is linear in the length. What cannot be read at all
 * comes back as its plain text.
 */
export function sanitize(html: string): string {
  const input = html.slice(0, limits.postLength).toWellFormed();
  if (!/[<&>"\r\0]/.test(input)) return input;
  try {
    return new AllowListWriter().write(input);
  } catch {
    return escapeHtml(input.replace(/<[^<>]*>/g, " ").slice(0, limits.postLength / 6));
  }
}

/** Plain text as HTML: a blank line parts paragraphs, a newline breaks a line, a web address is a link. */
export function paragraphsOf(plainText: string): string {
  return plainText
    .replace(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n\s*/)
    .filter((part) => part.trim() !== "")
    .map((part) => `<p>${withLinks(part.trim()).replaceAll("\n", "<br>")}</p>`)
    .join("");
}

/** Text as HTML, with a link for every web address in it. A full stop or bracket behind one is not part of it. */
function withLinks(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?()[\]])/i)
    .map((part, index) => (index % 2 === 1 ? linkTo(part, part) : escapeHtml(part)))
    .join("");
}

/** A link in the form that `sanitize` gives it; the mere text where the address cannot be followed. */
export function linkTo(address: string, text: string): string {
  const href = checkedLink(address);
  return href === undefined
    ? escapeHtml(text)
    : `<a href="${escapeHtml(href)}" rel="${linkRel}">${escapeHtml(text)}</a>`;
}

/** A name as one line that stays in its place: no control characters, no writing over its neighbours, no blank letters. */
export function cleanName(text: string): string {
  return cleanLine(text, limits.nameLength);
}

/** Plain text of at most `length` code units as one line that stays in its place. */
export function cleanLine(text: string, length: number): string {
  const clean = text
    .slice(0, 16 * length)
    .toWellFormed()
    .replace(invisible, "")
    .replace(stackedMarks, "$1")
    .normalize("NFC")
    .replace(/[\p{Cc}\s\u2800]+/gu, " ")
    .replace(joiners, "$1")
    .trim();
  return cut(clean, length);
}

/** The text of HTML that `sanitize` made; a line for every block and line break. */
export function textOfHtml(html: string): string {
  return [...linesOf(html, "all")]
    .map(({ runs }) => oneLine(runs))
    .filter(Boolean)
    .join("\n");
}

/**
 * The beginning of what HTML that `sanitize` made shows, as one line of at most `length` code units. What is quoted in it is left out, unless
 * there is nothing else.
 */
export function excerpt(html: string, length: number): string {
  return beginningOf(html, length, false) || beginningOf(html, length, true);
}

function beginningOf(html: string, length: number, withQuotes: boolean): string {
  let text = "";
  for (const { runs, quoted } of linesOf(html, "shown")) {
    if (quoted && !withQuotes) continue;
    text = `${text} ${oneLine(runs)}`.trim();
    if (text.length > length) break;
  }
  return shorten(text, length);
}

/** A text as one line of at most `length` code units, cut at a word if it must be, and so that one sees it. */
export function shorten(text: string, length: number): string {
  // A word that is cut at its very end must not look whole.
  return cutAtWord(cleanLine(text, length + 2), length);
}

/**
 * What a post without a title is called: its first line that says something, at most `limits.titleLength` long.
 *
 * Mentions in `without` (the links' targets, or names as in `@books@moot.example`) are taken off both ends: they address the
 * post and say nothing. `html` must come from `sanitize`. Never empty: `fallback` is the answer where no line says anything.
 */
export function titleOfHtml(html: string, options: TitleOptions = {}): string {
  const without = options.without && new Set(options.without.map((one) => one.toLowerCase()));
  let quoted: string | undefined;
  for (const line of linesOf(html, "shown")) {
    const text = cleanLine(oneLine(withoutMentions(line.runs, without)), 2 * limits.titleLength);
    if (!/[\p{L}\p{N}\p{S}]/u.test(text)) continue;
    if (!line.quoted) return cutAtWord(text, limits.titleLength);
    quoted ??= text;
  }
  return cutAtWord(quoted ?? options.fallback ?? "…", limits.titleLength);
}

export interface TitleOptions {
  /** Absent: all mentions. */
  readonly without?: readonly string[];
  readonly fallback?: string;
}

/** Bidi overrides and isolates, zero-width characters, fillers that look like nothing (UTS #39, UAX #9). */
const invisible =
  /[\u00AD\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]/g;
/** ZWNJ and ZWJ belong to Persian, Indic scripts and emoji, one at a time and between letters. */
const joiners = /(?:^|(?<=\s))[\u200C\u200D]+|[\u200C\u200D]+(?=\s|$)|([\u200C\u200D])[\u200C\u200D]+/g;
const stackedMarks = new RegExp(`(\\p{M}{${limits.combiningMarks}})\\p{M}+`, "gu");

function cutAtWord(text: string, length: number): string {
  if (text.length <= length) return text;
  const whole = cut(text, length - 1);
  const space = /\s/.test(text.charAt(whole.length)) ? whole.length : whole.lastIndexOf(" ");
  return `${(space > length / 2 ? whole.slice(0, space) : whole).replace(/[\s,.;:–—-]+$/, "")}…`;
}
