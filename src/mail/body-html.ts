import { escapeHtml, paragraphsOf, sanitize } from "../core/html.ts";
import { limits } from "../core/limits.ts";
import { hideAddresses } from "./hide-addresses.ts";
import type { FoldedReply } from "./reply-fold.ts";
import { htmlOfRichLines, type RichLine } from "./rich-text.ts";

/** What a mail says, as HTML fit to be shown. */
export interface MailBody {
  /** What its author wrote, with the quotes that it answers bit by bit. */
  readonly html: string;
  /** All the rest, in its order; `undefined` when there is none. */
  readonly foldedHtml: string | undefined;
}

/**
 * Makes HTML of what a mail says. When nothing would be left, nothing is folded.
 *
 * @param rich the same lines as their author set them, where they came as HTML
 */
export function bodyOf({ lines, passages }: FoldedReply, rich?: readonly RichLine[]): MailBody {
  const htmlOf = (start: number, end: number) =>
    rich ? htmlOfRichLines(rich.slice(start, end)) : htmlOfLines(lines.slice(start, end));
  const render = (folded: boolean) =>
    passages
      .filter((passage) => passage.folded === folded)
      .map(({ start, end }) => htmlOf(start, end))
      .join("");
  const html = clean(render(false));
  if (html === "") return { html: clean(htmlOf(0, lines.length)), foldedHtml: undefined };
  return { html, foldedHtml: clean(render(true)) || undefined };
}

/** Quotes are marked by `>` before their lines, each as deep as it says. */
export function htmlOfLines(given: readonly string[]): string {
  const lines = hideAddresses(given.join("\n")).split("\n");
  let html = "";
  let depth = 0;
  let block: string[] = [];
  const flush = () => {
    html += htmlOfText(block);
    block = [];
  };
  for (const line of lines) {
    const [marks = ""] = /^(?:\s{0,2}>)*/.exec(line.slice(0, 200)) ?? [];
    const deep = line.trim() === "" ? depth : Math.min(marks.split(">").length - 1, 10);
    if (deep !== depth) {
      flush();
      html += "<blockquote>".repeat(Math.max(deep - depth, 0)) + "</blockquote>".repeat(Math.max(depth - deep, 0));
      depth = deep;
    }
    block.push(line.slice(marks.length).replace(/^ (?=\S)/, ""));
  }
  flush();
  return html + "</blockquote>".repeat(depth);
}

/** Text without quotes: what is set in columns stays so, lines that a mail program broke are put together. */
function htmlOfText(lines: readonly string[]): string {
  const paragraphs: string[][] = [[]];
  for (const line of lines) {
    if (line.trim() === "") paragraphs.push([]);
    else paragraphs.at(-1)!.push(line);
  }
  return paragraphs
    .filter((paragraph) => paragraph.length > 0)
    .map((paragraph) =>
      isSetInColumns(paragraph)
        ? `<pre>${escapeHtml(paragraph.join("\n"))}</pre>`
        : paragraphsOf(putTogether(paragraph).join("\n")),
    )
    .join("");
}

/** Patches, tables, programs: most lines are indented, or marked as a difference. */
function isSetInColumns(lines: readonly string[]): boolean {
  const indented = lines.filter((line) => /^(?: {4}|\t)|\S {3,}\S/.test(line.slice(0, 400))).length;
  const differs = lines.some((line) => /^(?:diff --git |@@ -\d|\+\+\+ |--- a\/)/.test(line));
  return differs || indented * 2 > lines.length;
}

const narrowest = 60;
const widest = 80;

/** Joins lines that are only broken because a mail program had no room: as long as they get, and the next word would not have fitted. */
function putTogether(lines: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let above = "";
  for (const line of lines) {
    const [word = ""] = line.split(" ", 1);
    const isBroken =
      above !== "" &&
      above.length <= widest &&
      above.length + 1 + word.length > narrowest &&
      above.length > narrowest / 2 &&
      !/^\s|^[-*+•o] |^\d{1,3}[.)] /.test(line);
    if (isBroken) joined[joined.length - 1] += ` ${line}`;
    else joined.push(line);
    above = line;
  }
  return joined;
}

function clean(html: string): string {
  return sanitize(html.slice(0, limits.postLength)).trim();
}
