import { type Token, type TokenHandler, Tokenizer, TokenizerMode } from "parse5";
import type { Mark, RichLine, Run } from "./rich-text.ts";

const blocks: ReadonlySet<string> = new Set(
  "address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td th tfoot thead tr ul".split(
    " ",
  ),
);
const spaced: ReadonlySet<string> = new Set(["p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre"]);
const voids: ReadonlySet<string> = new Set(["br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "base"]);
const unread = new Map([
  ["script", TokenizerMode.SCRIPT_DATA],
  ["style", TokenizerMode.RAWTEXT],
  ["title", TokenizerMode.RCDATA],
  ["textarea", TokenizerMode.RCDATA],
  ["xmp", TokenizerMode.RAWTEXT],
  ["iframe", TokenizerMode.RAWTEXT],
  ["noframes", TokenizerMode.RAWTEXT],
]);

const markOf: ReadonlyMap<string, Mark> = new Map([
  ["b", "strong"],
  ["strong", "strong"],
  ["i", "em"],
  ["em", "em"],
  ["cite", "em"],
  ["code", "code"],
  ["tt", "code"],
  ["kbd", "code"],
  ["s", "s"],
  ["strike", "s"],
  ["del", "s"],
]);

/** Deeper elements say nothing about where they stand. */
const deepest = 100;
const longest = 512 * 1024;

/**
 * The HTML of a mail line by line, each as its author would have typed it in plain text, and as they set it: quotes are marked with `>`,
 * what mail programs set apart from the author's words with the lines that they write in plain text. Reads token by token and builds no tree.
 */
export function linesOfMailHtml(html: string): readonly RichLine[] {
  return new LineWriter().write(html.slice(0, longest).toWellFormed());
}

interface Open {
  readonly name: string;
  readonly quotes: boolean;
  readonly href: string | undefined;
  /** Of a list: how many items it has so far. */
  items: number;
}

class LineWriter implements TokenHandler {
  readonly #tokenizer = new Tokenizer({}, this);
  readonly #open: Open[] = [];
  readonly #lines: RichLine[] = [];
  #line = "";
  #runs: Run[] = [];
  #begins = false;
  #quotes = 0;
  #preformatted = 0;
  #tooDeep = 0;
  #unread: string | undefined;
  #link: { readonly href: string; readonly from: number } | undefined;

  write(html: string): readonly RichLine[] {
    this.#tokenizer.write(html, true);
    this.#endLine();
    const isBlank = (at: number) => this.#lines[at]?.text.trim() === "";
    let [start, end] = [0, this.#lines.length];
    while (isBlank(start)) start += 1;
    while (end > start && isBlank(end - 1)) end -= 1;
    return this.#lines
      .slice(start, end)
      .filter(({ text }, at) => text !== "" || this.#lines[start + at - 1]?.text !== "");
  }

  onStartTag(token: Token.TagToken): void {
    const { tagName: name } = token;
    if (this.#unread !== undefined) return;
    const mode = unread.get(name);
    if (mode !== undefined) {
      this.#tokenizer.state = mode;
      this.#unread = name;
      return;
    }
    if (name === "br") this.#break();
    if (name === "hr") this.#say("________________________________", "hr");
    if (!voids.has(name)) this.#start(name, token);
  }

  #start(name: string, token: Token.TagToken): void {
    this.#begin(name);
    this.#introduce(token);
    if (name === "a") this.#link = { href: attribute(token, "href"), from: this.#line.length };
    if (token.selfClosing) return;
    if (this.#open.length >= deepest) {
      this.#tooDeep += 1;
      return;
    }
    const quotes = isQuote(token);
    const href = name === "a" ? attribute(token, "href") : undefined;
    this.#open.push({
      name,
      quotes,
      href: href !== undefined && /^https?:\/\//i.test(href) ? href : undefined,
      items: 0,
    });
    if (quotes) this.#quotes += 1;
    if (name === "pre") this.#preformatted += 1;
  }

  onEndTag({ tagName: name }: Token.TagToken): void {
    if (this.#unread !== undefined) {
      if (name === this.#unread) this.#unread = undefined;
      return;
    }
    if (name === "a") this.#endLink();
    if (this.#tooDeep > 0) {
      this.#tooDeep -= 1;
      this.#begin(name);
      return;
    }
    const at = this.#open.findLastIndex((one) => one.name === name);
    if (at === -1) return;
    this.#begin(name);
    for (const one of this.#open.splice(at)) {
      if (one.quotes) this.#quotes -= 1;
      if (one.name === "pre") this.#preformatted -= 1;
    }
  }

  onCharacter({ chars }: Token.CharacterToken): void {
    this.#text(chars);
  }

  onWhitespaceCharacter({ chars }: Token.CharacterToken): void {
    this.#text(chars);
  }

  onNullCharacter(): void {}
  onComment(): void {}
  onDoctype(): void {}
  onEof(): void {}

  #text(chars: string): void {
    if (this.#unread !== undefined) return;
    if (this.#preformatted > 0) {
      const [first = "", ...rest] = chars.replaceAll("\r", "").split("\n");
      this.#append(first);
      for (const line of rest) {
        this.#break();
        this.#append(line);
      }
      return;
    }
    const text = chars.replace(/[ \t\r\n\f]+/g, " ");
    this.#append(this.#line === "" || this.#line.endsWith(" ") ? text.replace(/^ /, "") : text);
  }

  /** Words as they stand in the line, with all that is open around them. */
  #append(text: string): void {
    if (text === "") return;
    this.#line += text;
    const marks = new Set(this.#open.flatMap(({ name }) => markOf.get(name) ?? []));
    const href = this.#open.findLast((one) => one.href !== undefined)?.href;
    const last = this.#runs.at(-1);
    if (last && last.href === href && last.marks.join() === [...marks].join())
      this.#runs[this.#runs.length - 1] = { ...last, text: last.text + text };
    else this.#runs.push({ text, marks: [...marks], href });
  }

  /** A block begins or ends. */
  #begin(name: string): void {
    // An item has begun, and nothing is in it yet but the block that holds its words.
    if (!blocks.has(name) || (this.#begins && this.#runs.length === 0 && name !== "li")) return;
    this.#endLine();
    if (spaced.has(name) && this.#lines.at(-1)?.text !== "") this.#write("", "text");
  }

  /** What plain text says where HTML only has a name for it. */
  #introduce(token: Token.TagToken): void {
    const id = attribute(token, "id");
    const classes = attribute(token, "class");
    if (id === "divRplyFwdMsg" || id === "appendonsend") this.#say("-----Original Message-----");
    if (/\b(?:gmail_signature|moz-signature)\b/.test(classes) || id === "Signature") this.#say("-- ");
    if (token.tagName === "li") this.#beginItem();
  }

  #beginItem(): void {
    const list = this.#open.findLast(({ name }) => name === "ul" || name === "ol");
    if (list) list.items += 1;
    this.#line = list?.name === "ol" ? `${list.items}. ` : "- ";
    this.#begins = list !== undefined;
  }

  #say(line: string, kind: RichLine["kind"] = "text"): void {
    this.#endLine();
    this.#line = line;
    if (kind === "text") this.#runs = [{ text: line, marks: [], href: undefined }];
    this.#break(kind);
  }

  #endLink(): void {
    const link = this.#link;
    this.#link = undefined;
    if (!link || !/^https?:\/\//i.test(link.href)) return;
    const text = this.#line.slice(link.from).trim();
    if (text === "" || text.includes("://") || link.href.includes(text)) {
      if (text !== "" && !text.includes("://")) this.#line = `${this.#line.slice(0, link.from)}${link.href}`;
      return;
    }
    this.#line += ` <${link.href}>`;
  }

  #endLine(): void {
    if (this.#line.trim() !== "") this.#break();
    this.#clear();
  }

  #break(kind: RichLine["kind"] = this.#kind()): void {
    const line = this.#preformatted > 0 || this.#line === "-- " ? this.#line : this.#line.trim();
    this.#write(this.#quotes === 0 ? line : `${">".repeat(Math.min(this.#quotes, 20))} ${line}`.trimEnd(), kind);
    this.#clear();
  }

  #write(text: string, kind: RichLine["kind"]): void {
    const lists = this.#open.flatMap(({ name }): RichLine["lists"] => (name === "ul" || name === "ol" ? [name] : []));
    this.#lines.push({ text, runs: this.#runs, quotes: this.#quotes, lists, begins: this.#begins, kind });
  }

  #clear(): void {
    this.#line = "";
    this.#runs = [];
    this.#begins = false;
    this.#link = undefined;
  }

  #kind(): RichLine["kind"] {
    if (this.#preformatted > 0) return "pre";
    const heading = this.#open.findLast(({ name }) => /^h[1-6]$/.test(name))?.name;
    if (heading === undefined) return "text";
    return heading === "h4" || heading === "h5" || heading === "h6" ? heading : "h3";
  }
}

function isQuote(token: Token.TagToken): boolean {
  if (token.tagName === "blockquote") return true;
  const classes = attribute(token, "class");
  return attribute(token, "id") === "OLK_SRC_BODY_SECTION" || /\b(?:yahoo_quoted|protonmail_quote)\b/.test(classes);
}

function attribute(token: Token.TagToken, name: string): string {
  return token.attrs.find((one) => one.name === name)?.value ?? "";
}
