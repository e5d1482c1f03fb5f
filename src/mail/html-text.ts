import { type Token, type TokenHandler, Tokenizer, TokenizerMode } from "parse5";

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

/** Deeper elements say nothing about where they stand. */
const deepest = 100;
const longest = 512 * 1024;

/**
 * The HTML of a mail as plain text, as its author would have typed it: quotes are marked with `>`, what mail programs set apart from the
 * author's words with the lines that they write in plain text. Reads token by token and builds no tree.
 */
export function textOfMailHtml(html: string): string {
  return new TextWriter().write(html.slice(0, longest).toWellFormed());
}

interface Open {
  readonly name: string;
  readonly quotes: boolean;
}

class TextWriter implements TokenHandler {
  readonly #tokenizer = new Tokenizer({}, this);
  readonly #open: Open[] = [];
  readonly #lines: string[] = [];
  #line = "";
  #quotes = 0;
  #preformatted = 0;
  #tooDeep = 0;
  #unread: string | undefined;
  #link: { readonly href: string; readonly from: number } | undefined;

  write(html: string): string {
    this.#tokenizer.write(html, true);
    this.#endLine();
    return this.#lines
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim();
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
    if (name === "hr") this.#say("________________________________");
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
    this.#open.push({ name, quotes });
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
      const [first = "", ...rest] = chars.split("\n");
      this.#line += first;
      for (const line of rest) {
        this.#break();
        this.#line += line;
      }
      return;
    }
    const text = chars.replace(/[ \t\r\n\f]+/g, " ");
    this.#line += this.#line === "" || this.#line.endsWith(" ") ? text.replace(/^ /, "") : text;
  }

  /** A block begins or ends. */
  #begin(name: string): void {
    if (!blocks.has(name)) return;
    this.#endLine();
    if (spaced.has(name) && this.#lines.at(-1) !== "") this.#lines.push("");
    if (name === "li") this.#line = "";
  }

  /** What plain text says where HTML only has a name for it. */
  #introduce(token: Token.TagToken): void {
    const id = attribute(token, "id");
    const classes = attribute(token, "class");
    if (id === "divRplyFwdMsg" || id === "appendonsend") this.#say("-----Original Message-----");
    if (/\b(?:gmail_signature|moz-signature)\b/.test(classes) || id === "Signature") this.#say("-- ");
    if (token.tagName === "li") this.#line = "- ";
  }

  #say(line: string): void {
    this.#endLine();
    this.#line = line;
    this.#break();
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
    this.#line = "";
  }

  #break(): void {
    const line = this.#preformatted > 0 || this.#line === "-- " ? this.#line : this.#line.trim();
    this.#lines.push(this.#quotes === 0 ? line : `${">".repeat(Math.min(this.#quotes, 20))} ${line}`.trimEnd());
    this.#line = "";
    this.#link = undefined;
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
