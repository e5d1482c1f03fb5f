import { escapeHtml, linkTo } from "../core/html.ts";
import { hideAddresses } from "./hide-addresses.ts";

/** Words of a line that look alike. */
export interface Run {
  readonly text: string;
  readonly marks: readonly Mark[];
  readonly href: string | undefined;
}

/** How words are set apart within a line. */
export type Mark = "strong" | "em" | "code" | "s";

/** One line of a mail of HTML: what it says in plain text, and how its author set it. */
export interface RichLine {
  /** With the marks that plain text has for quotes and lists. */
  readonly text: string;
  readonly runs: readonly Run[];
  /** How many quotes it stands in. */
  readonly quotes: number;
  /** The lists that it stands in, the outermost first. */
  readonly lists: readonly ("ul" | "ol")[];
  /** Begins an item of the innermost list. */
  readonly begins: boolean;
  readonly kind: "text" | "h3" | "h4" | "h5" | "h6" | "pre" | "hr";
}

/** Lines of a mail of HTML as HTML of the elements that a post may have; `sanitize` has still to see it. No address of a person is in it. */
export function htmlOfRichLines(lines: readonly RichLine[]): string {
  const writer = new BlockWriter();
  for (const line of lines) writer.add(line);
  return writer.finish();
}

class BlockWriter {
  #html = "";
  /** The elements that are open around the block. */
  #open: readonly string[] = [];
  #block: RichLine[] = [];

  add(line: RichLine): void {
    const [last] = this.#block;
    if (isEmpty(line)) {
      this.#flush();
      return;
    }
    const path = pathOf(line);
    const goesOn = last?.kind === line.kind && (line.kind === "text" || line.kind === "pre") && !line.begins;
    if (!goesOn || path.join() !== this.#open.join()) {
      this.#flush();
      this.#move(path, line.begins);
    }
    this.#block.push(line);
  }

  finish(): string {
    this.#flush();
    this.#move([], false);
    return this.#html;
  }

  /** Closes what the next block does not stand in, and opens what it does. */
  #move(path: readonly string[], begins: boolean): void {
    let shared = path.findIndex((name, at) => name !== this.#open[at]);
    if (shared === -1) shared = path.length;
    if (begins) shared = Math.min(shared, path.length - 1);
    for (const name of this.#open.slice(shared).toReversed()) this.#html += `</${name}>`;
    for (const name of path.slice(shared)) this.#html += `<${name}>`;
    this.#open = path;
  }

  #flush(): void {
    const [first] = this.#block;
    const lines = this.#block.map(htmlOfLine);
    this.#block = [];
    if (!first) return;
    if (first.kind === "hr") this.#html += "<hr>";
    else if (first.kind === "pre") this.#html += `<pre>${lines.join("\n")}</pre>`;
    else if (first.kind !== "text") this.#html += `<${first.kind}>${lines.join("<br>")}</${first.kind}>`;
    else if (first.begins) this.#html += lines.join("<br>");
    else this.#html += `<p>${lines.join("<br>")}</p>`;
  }
}

function isEmpty({ kind, runs }: RichLine): boolean {
  return kind !== "pre" && kind !== "hr" && runs.every(({ text }) => text.trim() === "");
}

const deepestQuote = 10;
const deepestList = 6;

function pathOf({ quotes, lists }: RichLine): readonly string[] {
  return [
    ...Array.from({ length: Math.min(quotes, deepestQuote) }, () => "blockquote"),
    ...lists.slice(0, deepestList).flatMap((list) => [list, "li"]),
  ];
}

/** Where an address stands in it, perhaps in pieces, nothing is kept but the words. */
function htmlOfLine({ runs, kind }: RichLine): string {
  const whole = runs.map(({ text }) => text).join("");
  const hidden = hideAddresses(whole);
  if (hidden !== whole) return escapeHtml(kind === "pre" ? hidden : hidden.trim());
  const html = runs.map(htmlOfRun).join("");
  return kind === "pre" ? html : html.trim();
}

function htmlOfRun({ text, marks, href }: Run): string {
  const words = href === undefined || namesSomebody(href) ? escapeHtml(text) : linkTo(href, text);
  return marks.reduce((html, mark) => `<${mark}>${html}</${mark}>`, words);
}

/** A link may have an address in it, plain or as it is written in links. */
function namesSomebody(href: string): boolean {
  const plain = href.replace(/%40/gi, "@");
  return hideAddresses(plain) !== plain;
}
